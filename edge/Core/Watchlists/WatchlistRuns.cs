using System.Collections.Immutable;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// A list as it is searched: a base and the overlay runs of later deltas over it. An entry of a run replaces the one of the
/// same identifier in older runs, and removes those the run names.
/// </summary>
/// <remarks>Immutable and safe for parallel use.</remarks>
public sealed class WatchlistRuns
{
    /// <summary>Longer identifiers are read with an object for each.</summary>
    private const int IdLengthUsual = 128;

    /// <summary>A bit an entry of each run, set where a later run replaced or removed it.</summary>
    private readonly ImmutableArray<ulong[]> _gone;

    private WatchlistRuns(ImmutableArray<WatchlistPackage> runs, ImmutableArray<ulong[]> gone) => (Runs, _gone) = (runs, gone);

    /// <summary>The base first, then the overlays in the order of their versions.</summary>
    public ImmutableArray<WatchlistPackage> Runs { get; }

    /// <summary>The newest run's.</summary>
    public PackageInfo Info => Runs[^1].Info;

    /// <summary>Entries that are searched.</summary>
    public int EntryCount { get; private init; }

    /// <summary>A list of one package.</summary>
    public static WatchlistRuns Of(WatchlistPackage package) => Of(package, []);

    /// <summary>Lays overlays over a base: one pass over the identifiers of the older runs.</summary>
    public static WatchlistRuns Of(WatchlistPackage lowest, IEnumerable<WatchlistPackage> overlays)
    {
        ImmutableArray<WatchlistPackage> runs = [lowest, .. overlays];
        var gone = new ulong[runs.Length][];
        var covered = new HashSet<string>(StringComparer.Ordinal);
        var byLetters = covered.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> id = stackalloc char[IdLengthUsual];
        var live = 0;
        for (var run = runs.Length - 1; run >= 0; run--)
        {
            var package = runs[run];
            gone[run] = new ulong[(package.EntryCount + 63) / 64];
            for (var entry = 0; entry < package.EntryCount && covered.Count > 0; entry++)
            {
                var isCovered = package.TryReadId(entry, id, out var length) ? byLetters.Contains(id[..length]) : covered.Contains(package.EntryId(entry));
                if (isCovered)
                    gone[run][entry / 64] |= 1UL << (entry % 64);
            }

            live += package.EntryCount - gone[run].Sum(static bits => System.Numerics.BitOperations.PopCount(bits));
            if (run == 0)
                break;
            for (var entry = 0; entry < package.EntryCount; entry++)
                covered.Add(package.EntryId(entry));
            covered.UnionWith(package.RemovedEntryIds);
        }

        return new WatchlistRuns(runs, [.. gone]) { EntryCount = live };
    }

    /// <summary>True when an entry of this identifier is searched. Looks at one after another: a tenth of a second for a million.</summary>
    public bool Contains(string entryId)
    {
        ArgumentNullException.ThrowIfNull(entryId);
        Span<char> id = stackalloc char[IdLengthUsual];
        for (var run = 0; run < Runs.Length; run++)
        {
            for (var entry = 0; entry < Runs[run].EntryCount; entry++)
            {
                var isIt = Runs[run].TryReadId(entry, id, out var length) ? id[..length].SequenceEqual(entryId) : Runs[run].EntryId(entry) == entryId;
                if (isIt && IsLive(run, entry))
                    return true;
            }
        }

        return false;
    }

    /// <summary>False for an entry that a later run replaced or removed.</summary>
    public bool IsLive(int run, int entry) => (_gone[run][entry / 64] & (1UL << (entry % 64))) == 0;
}
