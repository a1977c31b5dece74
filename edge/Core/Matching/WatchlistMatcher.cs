using System.Collections.Immutable;
using System.Text;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>
/// Screens a traveller against an opened package. One matcher for the appliance and for central, so that "why does this
/// name match?" has one answer.
/// </summary>
/// <remarks>
/// Steps: (1) entries with the document number; (2) listed tokens like the traveller's; (3) names that contain them;
/// (4) alignment of each name, the best per entry kept; (5) dates, nationality, sex; (6) level by the corroboration rule
/// (guardrail 3). Safe for parallel use.
/// </remarks>
public sealed class WatchlistMatcher
{
    private readonly WatchlistPackage _package;
    private readonly MatchThresholds _thresholds;
    private readonly KeyedToken[] _tokens;

    public WatchlistMatcher(WatchlistPackage package, MatchThresholds thresholds)
    {
        _package = package;
        _thresholds = thresholds;
        _tokens = new KeyedToken[package.TokenCount];
        for (var token = 0; token < _tokens.Length; token++)
            _tokens[token] = KeyedToken.Of(Encoding.ASCII.GetString(package.TokenText(token)));
    }

    /// <summary>
    /// False when no token of the name has two characters: such a name is never compared with any other, so finding
    /// nothing would mean nothing.
    /// </summary>
    public static bool CanCompare(MatchQuery query)
    {
        foreach (var token in NameFolding.Fold($"{query.Surname} {query.GivenNames}").Split(' '))
        {
            if (token.Length > 1)
                return true;
        }

        return false;
    }

    /// <summary>Screens one traveller.</summary>
    /// <param name="query">Never logged.</param>
    /// <param name="today">The day of inspection.</param>
    /// <param name="isClockDoubtful">True keeps expired entries, for the supervisor (guardrail 6).</param>
    public ScreeningResult Screen(MatchQuery query, DateOnly today, bool isClockDoubtful)
    {
        var tokens = Array.ConvertAll(
            NameFolding.Fold($"{query.Surname} {query.GivenNames}").Split(' ', StringSplitOptions.RemoveEmptyEntries), KeyedToken.Of);
        var byDocument = EntriesWithDocument(query.DocumentNumber);
        var best = BestNames(tokens, query.IsTruncated);
        foreach (var entry in byDocument)
            best.TryAdd(entry, default);
        var candidates = new List<Candidate>();
        foreach (var (number, matches) in best)
        {
            var entry = _package.Entry(number);
            var isDocument = byDocument.Contains(number);
            var weak = matches.Weak is null ? null : Judge(query, entry, matches.Weak, isDocument, today, isClockDoubtful);
            var supported = matches.Supported is null && matches.Weak is not null
                ? null : Judge(query, entry, matches.Supported, isDocument, today, isClockDoubtful);
            if (Stronger(supported, weak) is { } candidate)
                candidates.Add(candidate);
        }

        return new ScreeningResult(
            _package.Info.Version,
            _thresholds.Version,
            [.. candidates
                .OrderBy(static candidate => candidate.Level)
                .ThenByDescending(static candidate => candidate.Score)
                .ThenBy(static candidate => candidate.Entry.EntryId, StringComparer.Ordinal)
                .Take(_thresholds.CandidatesMax)]);
    }

    private HashSet<int> EntriesWithDocument(DocumentNumber number) =>
        [.. _package.EntriesWithDocument(number)
            .Where(entry => _package.Entry(entry).Documents.Any(document => DocumentNumber.Parse(document.Number) == number))];

    /// <summary>The candidate that more people see, then the higher score: another alias never makes an entry match less.</summary>
    private static Candidate? Stronger(Candidate? left, Candidate? right) =>
        left is null || right is null ? left ?? right
        : right.Level < left.Level || (right.Level == left.Level && right.Score > left.Score) ? right : left;

    /// <summary>
    /// Steps 2 to 4. The best-aligned names of each entry that reach the retrieval floor: one that is well supported and
    /// one weak alias, since they alert by different rules.
    /// </summary>
    private Dictionary<int, (NameMatch? Supported, NameMatch? Weak)> BestNames(KeyedToken[] tokens, bool isTruncated)
    {
        var best = new Dictionary<int, (NameMatch? Supported, NameMatch? Weak)>();
        foreach (var name in NamesWithLikeTokens(tokens, isTruncated))
        {
            var listed = new KeyedToken[_package.NameTokenCount(name)];
            var weights = new float[listed.Length];
            for (var i = 0; i < listed.Length; i++)
            {
                var token = _package.NameToken(name, i);
                listed[i] = _tokens[token];
                weights[i] = _package.TokenWeight(token);
            }

            var alignment = NameAlignment.Of(tokens, isTruncated, listed, weights);
            if (alignment.Score < _thresholds.RetrievalFloor)
                continue;
            var entry = _package.NameEntry(name);
            var match = new NameMatch(name, _package.NameQuality(name), alignment);
            var known = best.GetValueOrDefault(entry);
            if (match.Quality == NameQuality.Weak)
                best[entry] = match.IsBetterThan(known.Weak) ? known with { Weak = match } : known;
            else
                best[entry] = match.IsBetterThan(known.Supported) ? known with { Supported = match } : known;
        }

        return best;
    }

    private HashSet<int> NamesWithLikeTokens(KeyedToken[] tokens, bool isTruncated)
    {
        var names = new HashSet<int>();
        for (var i = 0; i < tokens.Length; i++)
        {
            var isPrefix = isTruncated && i == tokens.Length - 1;
            for (var listed = 0; listed < _tokens.Length; listed++)
            {
                if (tokens[i].Text.Length == 1 || _tokens[listed].Text.Length == 1
                    || TokenSimilarity.Compare(tokens[i], _tokens[listed], isPrefix, out _) < TokenSimilarity.Floor)
                {
                    continue;
                }

                for (var posting = 0; posting < _package.PostingCount(listed); posting++)
                    names.Add(_package.Posting(listed, posting));
            }
        }

        return names;
    }

    /// <summary>Steps 5 and 6. Null when the pair is no candidate.</summary>
    private Candidate? Judge(
        MatchQuery query, WatchlistEntry entry, NameMatch? match, bool documentMatches, DateOnly today, bool isClockDoubtful)
    {
        var isPastExpiry = entry.ExpiresOn <= today;
        if (isPastExpiry && !isClockDoubtful)
            return null;
        var birth = BirthDateComparison.Compare(query.BirthDate, entry.BirthDates, _thresholds.NearYears);
        var corroboration = new Corroboration(query, entry, birth);
        var nameScore = match?.Alignment.Score ?? 0;
        if (Level(match, documentMatches, corroboration) is not { } level)
            return null;
        return new Candidate
        {
            Entry = entry,
            Level = isPastExpiry ? CandidateLevel.Weak : level,
            Score = documentMatches ? Math.Max(nameScore, 0.95) : Math.Clamp(nameScore + corroboration.Contribution, 0, 1),
            MatchedName = match is null ? "" : ListedText(entry, match),
            MatchedQuality = match?.Quality ?? NameQuality.Primary,
            Alignment = match?.Alignment.Pairs ?? [],
            Features = Features(nameScore, documentMatches, corroboration),
            BirthDate = birth,
            DocumentMatches = documentMatches,
            IsPastExpiry = isPastExpiry,
            Differences = MatchExplanation.Differences(query, entry, match?.Alignment.Pairs ?? [], birth, documentMatches, isPastExpiry),
            Agreements = MatchExplanation.Agreements(query, entry, match?.Alignment.Pairs ?? [], birth, documentMatches),
        };
    }

    /// <summary>The corroboration rule (guardrail 3): a name alone never alerts.</summary>
    private CandidateLevel? Level(NameMatch? match, bool documentMatches, Corroboration corroboration)
    {
        if (documentMatches)
            return CandidateLevel.Alert;
        if (match is null || corroboration.BirthDate == BirthDateVerdict.Contradicted || corroboration.SexContradicts)
            return null;
        var name = match.Alignment;
        if (corroboration.ByBirthDate && name.Score >= _thresholds.Alert)
            return CandidateLevel.Alert;
        var isFullRareName = name.Score >= _thresholds.FullName && name.Rarity >= _thresholds.RarityBound;
        if (match.Quality != NameQuality.Weak && isFullRareName && corroboration.ByNationalityAndSex)
            return CandidateLevel.Alert;
        if (match.Quality == NameQuality.Weak && !corroboration.ByBirthDate)
            return null;
        return name.Score >= _thresholds.Weak ? CandidateLevel.Weak : null;
    }

    private static ImmutableArray<ScoreFeature> Features(double nameScore, bool documentMatches, Corroboration corroboration) =>
    [
        new("name", Math.Round(nameScore, 3)),
        new("date of birth", corroboration.BirthContribution),
        new("nationality", corroboration.NationalityContribution),
        new("document", documentMatches ? 1 : 0),
    ];

    private static string ListedText(WatchlistEntry entry, NameMatch match)
    {
        var tokens = string.Join(' ', match.Alignment.Pairs.Select(static pair => pair.ListToken).Where(static token => token.Length > 0).Order(StringComparer.Ordinal));
        foreach (var name in entry.Names)
        {
            var folded = string.Join(' ', NameFolding.Fold(name.Text).Split(' ').Order(StringComparer.Ordinal));
            if (name.Quality == match.Quality && folded == tokens)
                return name.Text;
        }

        return entry.DisplayName;
    }

    private sealed record NameMatch(int Name, NameQuality Quality, NameAlignment Alignment)
    {
        /// <summary>A better score; at equal score the better-supported name.</summary>
        internal bool IsBetterThan(NameMatch? other) =>
            other is null || Alignment.Score > other.Alignment.Score
            || (Alignment.Score == other.Alignment.Score && Quality < other.Quality);
    }

    /// <summary>What besides the name speaks for or against an identity.</summary>
    private sealed class Corroboration(MatchQuery query, WatchlistEntry entry, BirthDateVerdict birthDate)
    {
        internal BirthDateVerdict BirthDate { get; } = birthDate;

        internal bool ByBirthDate => BirthDate is BirthDateVerdict.Exact or BirthDateVerdict.DayMonthSwapped
            or BirthDateVerdict.Compatible or BirthDateVerdict.Near;

        internal bool SexContradicts => query.Sex is 'M' or 'F' && entry.Sex is 'M' or 'F' && query.Sex != entry.Sex;

        internal bool ByNationalityAndSex => NationalityAgrees && query.Sex == entry.Sex && query.Sex is 'M' or 'F' or 'X';

        internal double BirthContribution => BirthDate switch
        {
            BirthDateVerdict.Exact => 0.05,
            BirthDateVerdict.DayMonthSwapped => 0.02,
            _ => 0,
        };

        internal double NationalityContribution => NationalityAgrees ? 0.02 : 0;

        internal double Contribution => BirthContribution + NationalityContribution;

        private bool NationalityAgrees => query.Nationality.Length > 0
            && entry.Nationalities.Any(nationality => string.Equals(nationality, query.Nationality, StringComparison.OrdinalIgnoreCase));
    }
}
