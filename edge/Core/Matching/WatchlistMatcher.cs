using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>
/// Screens a traveller against an opened list. One matcher for the appliance and for central, so that "why does this
/// name match?" has one answer.
/// </summary>
/// <remarks>
/// Steps: (1) entries with the document number; (2) names that may be the traveller's, by <see cref="CandidateSearch"/>;
/// (3) exact scores, the best names of each entry kept; (4) dates, nationality, sex; (5) level by the corroboration rule
/// (guardrail 3). Safe for parallel use.
/// </remarks>
public sealed class WatchlistMatcher
{
    /// <summary>Longer numbers are looked up as they are; no document bears one.</summary>
    private const int DocumentLengthMax = 32;

    /// <summary>Letters of a traveller's name that are compared on the stack: 256 bytes.</summary>
    private const int LettersUsual = 128;

    /// <summary>Identifiers up to this length are compared on the stack.</summary>
    private const int IdLengthUsual = 64;

    private readonly WatchlistRuns _list;
    private readonly MatchThresholds _thresholds;
    private readonly ConcurrentBag<SearchScratch>[] _scratches;
    private readonly CommonTokens[] _common;
    private readonly LikeTokens[] _like;
    private readonly ConcurrentBag<ScreeningScratch> _rooms = [];
    private readonly Comparison<JudgedEntry> _order;
    private readonly ScreeningResult _nothing;

    public WatchlistMatcher(WatchlistPackage package, MatchThresholds thresholds)
        : this(WatchlistRuns.Of(package), thresholds)
    {
    }

    public WatchlistMatcher(WatchlistRuns list, MatchThresholds thresholds)
    {
        _list = list;
        _thresholds = thresholds;
        _common = [.. list.Runs.Select(static run => new CommonTokens(run.Index()))];
        _like = [.. list.Runs.Select(static _ => new LikeTokens())];
        _scratches = [.. list.Runs.Select(static _ => new ConcurrentBag<SearchScratch>())];
        _order = Compare;
        _nothing = new ScreeningResult(list.Info.Version, thresholds.Version, []);
    }

    /// <summary>
    /// False when no token of the name has two characters: such a name is never compared with any other, so finding
    /// nothing would mean nothing.
    /// </summary>
    public static bool CanCompare(MatchQuery query)
    {
        foreach (var reading in query.Readings())
        {
            foreach (var token in reading)
            {
                if (token.Text.Length > 1)
                    return true;
            }
        }

        return false;
    }

    /// <summary>Screens one traveller.</summary>
    /// <param name="query">Never logged.</param>
    /// <param name="today">The day of inspection.</param>
    /// <param name="isClockDoubtful">True keeps expired entries, for the supervisor (guardrail 6).</param>
    /// <param name="candidatesMax">Candidates at most, at least 1; by default as many as the thresholds say.</param>
    public ScreeningResult Screen(MatchQuery query, DateOnly today, bool isClockDoubtful, int? candidatesMax = null)
    {
        var shown = candidatesMax ?? _thresholds.CandidatesMax;
        var readings = query.Readings();
        if (!_rooms.TryTake(out var room))
            room = new ScreeningScratch();
        for (var run = 0; run < _list.Runs.Length; run++)
        {
            FindDocuments(_list.Runs[run], query.DocumentNumber, room);
            for (var reading = 0; reading < readings.Length; reading++)
                FindNames(run, query, reading, Tokens(readings[reading]), room);
            foreach (ref readonly var names in Promising(room.Best, query, shown))
            {
                if (_list.IsLive(run, names.Entry) && Judge(query, run, names.Entry, names.Document, today, isClockDoubtful).Best(names.Supported, names.Weak) is { } verdict)
                    room.Add(new JudgedEntry(run, names.Entry, names.Document, verdict));
            }

            room.EndRun();
        }

        room.Judged.Sort(_order);
        var result = room.Judged.IsEmpty ? _nothing
            : _nothing with { Candidates = Show(query, room.Judged[..Math.Min(shown, room.Judged.Length)], today, isClockDoubtful) };
        // After a fault it is not given back: it may not be clean.
        room.Clear();
        _rooms.Add(room);
        return result;
    }

    /// <summary>
    /// Prepares for travellers to come, the commonest names first: which names are like them, and who bears them as bits. A search
    /// takes a fifth less time afterwards and finds the same. Meant for a moment when nobody waits; searches may go on meanwhile.
    /// </summary>
    /// <param name="cancellationToken">Ends it early; what was looked up stays.</param>
    /// <returns>Names looked up.</returns>
    public int Anticipate(CancellationToken cancellationToken)
    {
        var count = 0;
        for (var run = 0; run < _list.Runs.Length; run++)
        {
            var index = _list.Runs[run].Index();
            _common[run].AddMore(index, cancellationToken);
            if (!_scratches[run].TryTake(out var scratch))
                scratch = new SearchScratch(index.TokenCount, index.NameCount);
            var search = new LikeTokenSearch(index, _like[run], scratch);
            foreach (var token in CommonestFirst(index))
            {
                if (cancellationToken.IsCancellationRequested || _like[run].IsFull)
                    break;
                search.Find(Encoding.ASCII.GetString(index.Text(token)), isPrefix: false);
                count++;
            }

            scratch.Clear();
            _scratches[run].Add(scratch);
        }

        return count;
    }

    private static IEnumerable<int> CommonestFirst(in PackageIndex index)
    {
        var common = new List<(int Count, int Token)>();
        for (var token = 0; token < index.TokenCount; token++)
        {
            if (index.PostingCount(token) >= LikeTokens.NamesMin)
                common.Add((index.PostingCount(token), token));
        }

        common.Sort(static (left, right) => right.CompareTo(left));
        return common.Select(static known => known.Token);
    }

    /// <summary>Steps 4 and 5 for one entry, read in place: most that are judged are not shown.</summary>
    private CandidateJudge Judge(MatchQuery query, int run, int entry, DocumentAgreement document, DateOnly today, bool isClockDoubtful) =>
        new(query, _list.Runs[run].View(entry), _thresholds, today, isClockDoubtful, document);

    private ImmutableArray<Candidate> Show(MatchQuery query, ReadOnlySpan<JudgedEntry> judged, DateOnly today, bool isClockDoubtful)
    {
        var candidates = new Candidate[judged.Length];
        for (var i = 0; i < judged.Length; i++)
        {
            var (run, entry, document, verdict) = judged[i];
            candidates[i] = Judge(query, run, entry, document, today, isClockDoubtful)
                .Explain(_list.Runs[run].Entry(entry), verdict, Explain(run, verdict.Match, query));
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(candidates);
    }

    /// <summary>
    /// Step 1. Entries with the number itself, and with one that optical recognition takes for it: the second is a hint that
    /// name or date must bear out.
    /// </summary>
    private static void FindDocuments(WatchlistPackage package, DocumentNumber number, ScreeningScratch room)
    {
        if (number.IsEmpty)
            return;
        FindDocument(package, number.Value, DocumentAgreement.Exact, room);
        Span<char> buffer = stackalloc char[DocumentLengthMax];
        if (number.Value.Length > buffer.Length)
            return;
        for (var variants = new DocumentNumberVariants(number.Value, buffer); variants.MoveNext();)
            FindDocument(package, variants.Current, DocumentAgreement.Variant, room);
    }

    private static void FindDocument(WatchlistPackage package, ReadOnlySpan<char> number, DocumentAgreement agreement, ScreeningScratch room)
    {
        foreach (var entry in package.EntriesWithNumber(number))
        {
            // The hash of another number may be the same.
            if (package.View(entry).HasDocument(number))
                room.Of(entry, agreement);
        }
    }

    /// <summary>
    /// Without a date of birth nothing but the name ranks entries, so those far behind need not be read. An entry may drop out
    /// when it is read, as expired or cleared: twice as many as asked for are kept.
    /// </summary>
    private static Span<BestNames> Promising(Span<BestNames> best, MatchQuery query, int shown)
    {
        var kept = shown * 2;
        if (query.BirthDate.HasYear || best.Length <= kept)
            return best;
        best.Sort(static (left, right) => left.Document != right.Document ? right.Document.CompareTo(left.Document)
            : left.Score != right.Score ? right.Score.CompareTo(left.Score)
            : left.Found.CompareTo(right.Found));
        return best[..kept];
    }

    /// <summary>Steps 2 and 3.</summary>
    private void FindNames(int run, MatchQuery query, int reading, ReadOnlySpan<NameToken> tokens, ScreeningScratch room)
    {
        if (tokens.IsEmpty)
            return;
        var index = _list.Runs[run].Index();
        if (!_scratches[run].TryTake(out var scratch))
            scratch = new SearchScratch(index.TokenCount, index.NameCount);
        var search = new CandidateSearch(index, _common[run], _like[run], scratch, tokens, query.IsTruncated, (float)_thresholds.RetrievalFloor);
        if (query.BirthDate.HasYear && query.OtherBirthDates.IsEmpty)
            search.Near(query.BirthDate.Year, _thresholds.WindowYears);
        // The traveller's letters stay on the stack: nothing of them is ever in the scratch.
        var count = ComparedName.LettersIn(tokens);
        Span<char> letters = count <= LettersUsual ? stackalloc char[LettersUsual] : new char[count];
        var name = ComparedName.Of(tokens, stackalloc ComparedToken[NamePreparation.TokensMax], letters);
        Score(index, search.Run(), reading, name, query.IsTruncated, scratch, room);
        // After a fault it is not given back: it may not be clean.
        scratch.Clear();
        _scratches[run].Add(scratch);
    }

    private void Score(
        in PackageIndex index, ReadOnlySpan<RankedName> ranked, int reading, ComparedName query, bool isTruncated, SearchScratch scratch, ScreeningScratch room)
    {
        Span<sbyte> partners = stackalloc sbyte[NamePreparation.TokensMax];
        Span<TokenMatch> matrix = stackalloc TokenMatch[NamePreparation.TokensMax * NamePreparation.TokensMax];
        var columns = new SimilarityColumns(scratch, query, isTruncated);
        foreach (var (_, name) in ranked)
        {
            var packed = index.Tokens(name);
            var listed = scratch.Listed(index, packed);
            columns.FillMatrix(packed, listed, matrix);
            var score = NameComparer.Score(query, isTruncated, listed, matrix, partners);
            if (score.Score >= _thresholds.RetrievalFloor)
                room.Of(index.EntryOf(name)).Offer(new NameMatch(name, index.Quality(name), score, reading));
        }
    }

    /// <summary>The alignment in words, for those who are shown.</summary>
    private ExplainedName? Explain(int run, NameMatch? match, MatchQuery query)
    {
        if (match is not { } found)
            return null;
        var listed = Tokens(_list.Runs[run].Index(), found.Name);
        return new ExplainedName(
            NameComparer.Explain(Tokens(query.Readings()[found.Reading]), query.IsTruncated, listed).Pairs,
            ImmutableCollectionsMarshal.AsImmutableArray(Array.ConvertAll(listed, static token => token.Text)));
    }

    /// <summary>The order in which candidates are shown. Of equals the identifier decides, so that no order of reading shows.</summary>
    private int Compare(JudgedEntry left, JudgedEntry right)
    {
        var order = CandidateVerdict.Compare(left.Verdict, right.Verdict);
        return order != 0 ? order
            : Id(left, stackalloc char[IdLengthUsual]).SequenceCompareTo(Id(right, stackalloc char[IdLengthUsual]));
    }

    private ReadOnlySpan<char> Id(in JudgedEntry judged, Span<char> buffer)
    {
        var package = _list.Runs[judged.Run];
        return package.TryReadId(judged.Entry, buffer, out var length) ? buffer[..length] : package.EntryId(judged.Entry);
    }

    private static ReadOnlySpan<NameToken> Tokens(ImmutableArray<NameToken> reading) =>
        reading.AsSpan()[..Math.Min(reading.Length, NamePreparation.TokensMax)];

    private static NameToken[] Tokens(in PackageIndex index, int name)
    {
        var packed = index.Tokens(name);
        var listed = new NameToken[packed.Length];
        for (var i = 0; i < packed.Length; i++)
        {
            var text = Encoding.ASCII.GetString(index.Text(NameSlots.Ordinal(packed[i])));
            listed[i] = new NameToken(text, NameSlots.Field(packed[i]), NameSlots.Traits(packed[i]));
        }

        return listed;
    }
}
