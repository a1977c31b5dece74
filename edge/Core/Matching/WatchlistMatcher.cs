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

    private readonly WatchlistRuns _list;
    private readonly MatchThresholds _thresholds;
    private readonly ConcurrentBag<SearchScratch>[] _scratches;
    private readonly CommonTokens[] _common;
    private readonly LikeTokens[] _like;

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
        var verdicts = new List<(CandidateJudge Judge, CandidateVerdict Verdict)>();
        for (var run = 0; run < _list.Runs.Length; run++)
        {
            var best = new Dictionary<int, BestNames>();
            FindDocuments(_list.Runs[run], query.DocumentNumber, best);
            for (var reading = 0; reading < readings.Length; reading++)
                FindNames(run, query, reading, Tokens(readings[reading]), best);
            var index = _list.Runs[run].Index();
            foreach (var (ordinal, names) in Promising(best, query, shown))
            {
                if (!_list.IsLive(run, ordinal))
                    continue;
                var judge = new CandidateJudge(
                    query, _list.Runs[run].Entry(ordinal, index), run, _thresholds, today, isClockDoubtful, names.Document);
                if (judge.Best(names.Supported, names.Weak) is { } verdict)
                    verdicts.Add((judge, verdict));
            }
        }

        verdicts.Sort(static (left, right) => CandidateVerdict.Compare(left.Verdict, right.Verdict));
        var candidates = ImmutableArray.CreateBuilder<Candidate>();
        foreach (var (judge, verdict) in CollectionsMarshal.AsSpan(verdicts))
        {
            if (candidates.Count == shown)
                break;
            candidates.Add(judge.Explain(verdict, Explain(judge.Run, verdict.Match, readings, query.IsTruncated)));
        }

        return new ScreeningResult(_list.Info.Version, _thresholds.Version, candidates.ToImmutable());
    }

    /// <summary>
    /// Step 1. Entries with the number itself, and with one that optical recognition takes for it: the second is a hint that
    /// name or date must bear out.
    /// </summary>
    private static void FindDocuments(WatchlistPackage package, DocumentNumber number, Dictionary<int, BestNames> best)
    {
        if (number.IsEmpty)
            return;
        Add(number, DocumentAgreement.Exact);
        Span<char> buffer = stackalloc char[DocumentLengthMax];
        if (number.Value.Length > buffer.Length)
            return;
        for (var variants = new DocumentNumberVariants(number.Value, buffer); variants.MoveNext();)
            Add(DocumentNumber.Parse(variants.Current), DocumentAgreement.Variant);

        void Add(DocumentNumber candidate, DocumentAgreement agreement)
        {
            foreach (var entry in package.EntriesWithDocument(candidate))
            {
                // The hash of another number may be the same.
                if (package.Entry(entry).Documents.Any(document => DocumentNumber.Parse(document.Number) == candidate))
                    best.TryAdd(entry, new BestNames { Document = agreement });
            }
        }
    }

    /// <summary>
    /// Without a date of birth nothing but the name ranks entries, so those far behind need not be read. An entry may drop out
    /// when it is read, as expired or cleared: twice as many as asked for are kept.
    /// </summary>
    private static IEnumerable<KeyValuePair<int, BestNames>> Promising(Dictionary<int, BestNames> best, MatchQuery query, int shown)
    {
        var kept = shown * 2;
        return query.BirthDate.HasYear || best.Count <= kept
            ? best
            : best.OrderByDescending(static item => item.Value.Document).ThenByDescending(static item => item.Value.Score).Take(kept);
    }

    /// <summary>Steps 2 and 3.</summary>
    private void FindNames(int run, MatchQuery query, int reading, ReadOnlySpan<NameToken> tokens, Dictionary<int, BestNames> best)
    {
        if (tokens.IsEmpty)
            return;
        var index = _list.Runs[run].Index();
        if (!_scratches[run].TryTake(out var scratch))
            scratch = new SearchScratch(index.TokenCount, index.NameCount);
        var search = new CandidateSearch(index, _common[run], _like[run], scratch, tokens, query.IsTruncated, (float)_thresholds.RetrievalFloor);
        if (query.BirthDate.HasYear && query.OtherBirthDates.IsEmpty)
            search.Near(query.BirthDate.Year, _thresholds.WindowYears);
        Score(index, search.Run(), reading, tokens, query.IsTruncated, scratch, best);
        // After a fault it is not given back: it may not be clean.
        scratch.Clear();
        _scratches[run].Add(scratch);
    }

    private void Score(
        PackageIndex index, ReadOnlySpan<RankedName> ranked, int reading, ReadOnlySpan<NameToken> tokens, bool isTruncated,
        SearchScratch scratch, Dictionary<int, BestNames> best)
    {
        Span<float> weights = stackalloc float[NamePreparation.TokensMax];
        Span<sbyte> partners = stackalloc sbyte[NamePreparation.TokensMax];
        Span<TokenMatch> matrix = stackalloc TokenMatch[NamePreparation.TokensMax * NamePreparation.TokensMax];
        var columns = new SimilarityColumns(scratch, tokens, isTruncated);
        foreach (var (_, name) in ranked)
        {
            var listedTokens = Tokens(index, name, scratch.Listed, weights, scratch.Texts);
            columns.FillMatrix(index.Tokens(name), listedTokens, matrix);
            var score = NameComparer.Score(tokens, isTruncated, listedTokens, weights, matrix, partners);
            if (score.Score < _thresholds.RetrievalFloor)
                continue;
            var entry = index.EntryOf(name);
            if (!best.TryGetValue(entry, out var known))
                best.Add(entry, known = new BestNames());
            known.Offer(new NameMatch(name, index.Quality(name), score, reading));
        }
    }

    /// <summary>The alignment in words, for those who are shown.</summary>
    private ExplainedName? Explain(int run, NameMatch? match, ImmutableArray<ImmutableArray<NameToken>> readings, bool isTruncated)
    {
        if (match is null)
            return null;
        Span<float> weights = stackalloc float[NamePreparation.TokensMax];
        var listed = Tokens(_list.Runs[run].Index(), match.Name, new NameToken[NamePreparation.TokensMax], weights, []);
        return new ExplainedName(
            NameComparer.Explain(Tokens(readings[match.Reading]), isTruncated, listed, weights[..listed.Length]).Pairs,
            [.. listed.ToArray().Select(static token => token.Text)]);
    }

    private static ReadOnlySpan<NameToken> Tokens(ImmutableArray<NameToken> reading) =>
        reading.AsSpan()[..Math.Min(reading.Length, NamePreparation.TokensMax)];

    private static Span<NameToken> Tokens(
        PackageIndex index, int name, NameToken[] listed, Span<float> weights, Dictionary<int, string> texts)
    {
        var packed = index.Tokens(name);
        for (var i = 0; i < packed.Length; i++)
        {
            var ordinal = NameSlots.Ordinal(packed[i]);
            if (!texts.TryGetValue(ordinal, out var text))
                texts.Add(ordinal, text = Encoding.ASCII.GetString(index.Text(ordinal)));
            listed[i] = new NameToken(text, NameSlots.Field(packed[i]), NameSlots.Traits(packed[i]));
            weights[i] = index.Weight(ordinal);
        }

        return listed.AsSpan(0, packed.Length);
    }

    /// <summary>
    /// The best-aligned names of an entry: one that is well supported and one weak alias, since they alert by different rules.
    /// </summary>
    private sealed class BestNames
    {
        internal DocumentAgreement Document { get; init; }

        internal NameMatch? Supported { get; private set; }

        internal NameMatch? Weak { get; private set; }

        internal float Score => Math.Max(Supported?.Score.Score ?? 0, Weak?.Score.Score ?? 0);

        internal void Offer(NameMatch match)
        {
            if (match.Quality == NameQuality.Weak)
                Weak = match.IsBetterThan(Weak) ? match : Weak;
            else
                Supported = match.IsBetterThan(Supported) ? match : Supported;
        }
    }
}

/// <summary>One listed name against the traveller's.</summary>
/// <param name="Name">Ordinal in its run.</param>
/// <param name="Reading">Which reading of the traveller's name.</param>
internal sealed record NameMatch(int Name, NameQuality Quality, NameScore Score, int Reading)
{
    /// <summary>A better score; at equal score the better-supported name.</summary>
    internal bool IsBetterThan(NameMatch? other) =>
        other is null || Score.Score > other.Score.Score || (Score.Score == other.Score.Score && Quality < other.Quality);
}

/// <summary>A name that is shown: its alignment, and its tokens to find the text by.</summary>
internal sealed record ExplainedName(ImmutableArray<TokenPair> Pairs, ImmutableArray<string> ListedTokens);
