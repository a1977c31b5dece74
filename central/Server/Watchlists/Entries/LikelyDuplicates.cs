using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>An entry that another may be the same person as, found by the matcher of the posts.</summary>
/// <param name="Score">0 to 1, as the matcher gives it.</param>
/// <param name="IsCorroborated">True when a date of birth or a document bears the name out.</param>
/// <param name="Through">The name of the one that led to the other.</param>
/// <param name="MatchedName">The name of the other; empty when only a document did.</param>
public sealed record LikelyDuplicate(
    string EntryId,
    string ListName,
    string OtherEntryId,
    string OtherListName,
    double Score,
    bool IsCorroborated,
    string Through,
    string MatchedName,
    ImmutableArray<string> Differences,
    ImmutableArray<string> Agreements);

/// <summary>What a search over all lists gave.</summary>
/// <param name="Found">The likeliest of them, <see cref="LikelyDuplicates.FoundMax"/> at most.</param>
/// <param name="PairCount">How many there are.</param>
/// <param name="ComparedCount">Entries that were compared with all others, of <paramref name="EntryCount"/>.</param>
public sealed record DuplicateSearch(ImmutableArray<LikelyDuplicate> Found, int PairCount, int ComparedCount, int EntryCount);

/// <summary>
/// Finds entries of different lists that may mean one person, with the explanation an officer would see. Nothing is ever merged: two owners
/// answer for two entries, and a person decides what to propose.
/// </summary>
/// <remarks>
/// The compiled lists, and the search over all of them, are kept until an entry changes: each takes seconds for some ten thousand entries.
/// Safe for parallel use.
/// </remarks>
internal sealed class LikelyDuplicates(ICentralStore store, TimeProvider time) : IDisposable
{
    /// <summary>Most entries that one search compares with all others; the smaller lists come first, since they are kept by people.</summary>
    public const int ComparedMax = 20_000;

    /// <summary>Most pairs that a search gives; the likeliest.</summary>
    public const int FoundMax = 200;

    /// <summary>Most names and documents of an entry that are looked up.</summary>
    private const int QueriesMax = 12;

    private const int CandidatesMax = 8;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private Compiled? _compiled;

    /// <summary>Entries that may mean the person of this one.</summary>
    /// <param name="entry">Listed or proposed.</param>
    /// <param name="isOfOtherListsOnly">False to look in its own list too, as for one that is to be added.</param>
    public async Task<ImmutableArray<LikelyDuplicate>> FindAsync(
        WatchlistEntry entry, CancellationToken cancellationToken, bool isOfOtherListsOnly = true)
    {
        var compiled = await CompileAsync(cancellationToken);
        return compiled.Matcher is null ? [] : Find(compiled.Matcher, entry, Today, isOfOtherListsOnly);
    }

    /// <summary>Every pair, the likeliest first; each pair once.</summary>
    public async Task<DuplicateSearch> FindAllAsync(CancellationToken cancellationToken)
    {
        var compiled = await CompileAsync(cancellationToken);
        return await Task.Run(() => compiled.All.Value, cancellationToken).WaitAsync(cancellationToken);
    }

    private static DuplicateSearch FindAll(WatchlistMatcher? matcher, ImmutableArray<WatchlistEntry> entries, DateOnly today)
    {
        if (matcher is null)
            return new DuplicateSearch([], 0, 0, 0);
        var compared = entries
            .GroupBy(static entry => entry.ListName)
            .OrderBy(static list => list.Count())
            .ThenBy(static list => list.Key, StringComparer.Ordinal)
            .SelectMany(static list => list)
            .Take(ComparedMax)
            .ToArray();
        var found = new Dictionary<(string, string), LikelyDuplicate>();
        foreach (var pair in compared.SelectMany(entry => Find(matcher, entry, today)))
        {
            var key = string.CompareOrdinal(pair.EntryId, pair.OtherEntryId) < 0 ? (pair.EntryId, pair.OtherEntryId) : (pair.OtherEntryId, pair.EntryId);
            if (!found.TryGetValue(key, out var known) || IsLikelier(pair, known))
                found[key] = pair;
        }

        return new DuplicateSearch([.. InOrder(found.Values).Take(FoundMax)], found.Count, compared.Length, entries.Length);
    }

    public void Dispose() => _gate.Dispose();

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private static ImmutableArray<LikelyDuplicate> Find(WatchlistMatcher matcher, WatchlistEntry entry, DateOnly today, bool isOfOtherListsOnly = true)
    {
        var best = new Dictionary<string, LikelyDuplicate>(StringComparer.Ordinal);
        foreach (var (query, name) in Queries(entry))
        {
            // Expired entries are compared too: one that is renewed is a duplicate again.
            foreach (var candidate in matcher.Screen(query, today, isClockDoubtful: true, CandidatesMax).Candidates)
            {
                var other = candidate.Entry;
                if (other.EntryId == entry.EntryId || (isOfOtherListsOnly && other.ListName == entry.ListName))
                    continue;
                var pair = new LikelyDuplicate(
                    entry.EntryId, entry.ListName, other.EntryId, other.ListName, candidate.Score, IsCorroborated(candidate), name,
                    candidate.MatchedName, candidate.Differences, candidate.Agreements);
                if (!best.TryGetValue(other.EntryId, out var known) || IsLikelier(pair, known))
                    best[other.EntryId] = pair;
            }
        }

        return [.. InOrder(best.Values)];
    }

    private static bool IsCorroborated(Candidate candidate) =>
        candidate.DocumentMatches || candidate.BirthDate is BirthDateVerdict.Exact or BirthDateVerdict.DayMonthSwapped or BirthDateVerdict.Compatible;

    private static bool IsLikelier(LikelyDuplicate pair, LikelyDuplicate than) =>
        pair.IsCorroborated != than.IsCorroborated ? pair.IsCorroborated : pair.Score > than.Score;

    private static IOrderedEnumerable<LikelyDuplicate> InOrder(IEnumerable<LikelyDuplicate> pairs) =>
        pairs.OrderByDescending(static pair => pair.IsCorroborated)
            .ThenByDescending(static pair => pair.Score)
            .ThenBy(static pair => pair.EntryId, StringComparer.Ordinal)
            .ThenBy(static pair => pair.OtherEntryId, StringComparer.Ordinal);

    /// <summary>As if the person stood at the counter under each of their names, with each of their documents.</summary>
    private static IEnumerable<(MatchQuery Query, string Name)> Queries(WatchlistEntry entry)
    {
        var dates = entry.BirthDates.Select(static birth => birth.From).Where(static date => date.HasYear).Distinct().ToArray();
        var nationality = entry.Nationalities.FirstOrDefault(static code => code.Length is > 0 and <= 3) ?? "";
        var count = Math.Min(QueriesMax, Math.Max(entry.Names.Length, entry.Documents.Length));
        for (var i = 0; i < count; i++)
        {
            var name = entry.Names[i % entry.Names.Length].Text;
            var document = i < entry.Documents.Length ? entry.Documents[i] : null;
            yield return (
                new MatchQuery
                {
                    Surname = "",
                    GivenNames = "",
                    FullName = name,
                    BirthDate = dates.FirstOrDefault(),
                    OtherBirthDates = [.. dates.Skip(1)],
                    Nationality = nationality,
                    Sex = entry.Sex,
                    DocumentNumber = document is null ? default : DocumentNumber.Parse(document.Number),
                    IssuingState = document?.IssuingState is { Length: <= 3 } state ? state : "",
                },
                name);
        }
    }

    private async Task<Compiled> CompileAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var mark = await ListsMark.ReadAsync(store, cancellationToken);
            if (_compiled is { } known && known.Mark == mark)
                return known;
            var listed = await store.Lists.ReadAsync(cancellationToken);
            ImmutableArray<WatchlistEntry> entries =
            [
                .. listed.Entries.Where(stored => !listed.Held.Contains(stored.EntryId))

                    // Travellers cleared of an entry have nothing to do with whether two entries mean one person.
                    .Select(static stored => EntryRecord.Decode(stored.Record).Value with { Cleared = [] }),
            ];
            var matcher = entries.IsEmpty ? null : new WatchlistMatcher(
                WatchlistPackage.Open(new MemorySectionSource(WatchlistPackageWriter.Write(
                    entries, 1, 0, "duplicates", RandomNumberGenerator.GetBytes(SipHash.KeyLength)))).Value,
                MatchThresholds.Current);
            var today = Today;
            return _compiled = new Compiled(mark, matcher, new Lazy<DuplicateSearch>(() => FindAll(matcher, entries, today)));
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <param name="All">The search over all of them, made when first asked for.</param>
    private sealed record Compiled(string Mark, WatchlistMatcher? Matcher, Lazy<DuplicateSearch> All);
}
