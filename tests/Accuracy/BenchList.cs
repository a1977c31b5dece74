using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Accuracy;

/// <summary>The real lists in one package, as <c>central-checkpoint watchlists compile</c> makes it, held in memory.</summary>
internal sealed class BenchList
{
    private readonly WatchlistPackage _package;

    private BenchList(WatchlistPackage package, IReadOnlyDictionary<string, WatchlistEntry> entries) =>
        (_package, Entries) = (package, entries);

    /// <summary>By source and id.</summary>
    internal IReadOnlyDictionary<string, WatchlistEntry> Entries { get; }

    /// <summary>Reads and compiles watchlist.tsv.</summary>
    /// <exception cref="InvalidDataException">The file has another layout, or its package cannot be opened.</exception>
    internal static BenchList Open(string folder)
    {
        using var input = new StreamReader(Path.Combine(folder, "watchlist.tsv"));
        var entries = new BenchListReader(input).Read().ToDictionary(static entry => entry.EntryId, StringComparer.Ordinal);
        var bytes = WatchlistPackageWriter.Write(entries.Values, 1, 1, "bench", new byte[16]);
        if (!WatchlistPackage.Open(new MemorySectionSource(bytes), checkRecords: false).TryGet(out var package, out var failure))
            throw new InvalidDataException(failure.ToString());
        return new BenchList(package, entries);
    }

    internal WatchlistMatcher Matcher(MatchThresholds thresholds) => new(_package, thresholds);
}
