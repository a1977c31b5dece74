using System.Collections.Immutable;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Watchlists.Deltas;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>A delta from an older release to the one that is being made.</summary>
/// <param name="Name">Of its segment.</param>
/// <param name="Content">Before it is sealed.</param>
internal sealed record ListDelta(string Name, byte[] Content);

/// <summary>
/// Makes the deltas of a new release: one from each of the releases before it that appliances may still have, straight to the new one,
/// so that an appliance which slept for a week takes one delta and not seven.
/// </summary>
internal sealed class ListDeltas(ICentralStore store, ReleaseContents contents, ILogger<ListDeltas> logger)
{
    /// <summary>How many releases back: two weeks of daily ones.</summary>
    public const int ReleasesMax = 14;

    /// <summary>A delta of more than this share of the whole list is not worth making.</summary>
    private const double ShareMax = 0.5;

    /// <summary>Reads the older releases back, one after another, and compares.</summary>
    /// <param name="records">Canonical bytes of the new list, by identifier.</param>
    /// <param name="newLength">Bytes of the new list as a whole.</param>
    public async Task<IReadOnlyList<ListDelta>> MakeAsync(
        IReadOnlyDictionary<string, byte[]> records, long newLength, CancellationToken cancellationToken)
    {
        var deltas = new List<ListDelta>();
        foreach (var release in await store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, ReleasesMax, cancellationToken))
        {
            if (await OpenAsync(release, cancellationToken) is not { } package)
                continue;
            var content = Encode(EntryDelta.Between(package, records));
            if (content is not null && content.Length <= newLength * ShareMax)
                deltas.Add(new ListDelta(ReleaseMetadata.DeltaSegment((ulong)release.Version), content));
        }

        return deltas;
    }

    /// <summary>
    /// Once a release has been added: removes the segments that no appliance asks for and no delta is made from any more. A download of one
    /// of them begins anew with the newest release.
    /// </summary>
    public async Task RemoveOldAsync(CancellationToken cancellationToken)
    {
        var releases = await store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, ReleasesMax * 2, cancellationToken);
        var old = releases.SelectMany(static (release, age) => Segments(release).Where(
            segment => age > 0 && (age > ReleasesMax || segment.Name is not (ReleaseMetadata.BaseSegment or ReleaseMetadata.DocumentsSegment))));
        await store.Releases.RemoveSegmentsAsync([.. old.Select(static segment => segment.SealedSha256)], cancellationToken);
    }

    /// <summary>An old release that cannot be opened costs its appliances the whole list, and nobody else anything.</summary>
    private async Task<WatchlistPackage?> OpenAsync(Release release, CancellationToken cancellationToken)
    {
        if (!ReleaseMetadata.Parse(release.Metadata).TryGet(out var metadata, out _) || metadata.Find(ReleaseMetadata.BaseSegment) is null)
            return null;
        var content = await contents.OpenAsync(release, metadata, ReleaseMetadata.BaseSegment, cancellationToken);
        if (!content.TryGet(out var plain, out var reason))
        {
            Log.NoDeltaFrom(logger, release.Version, reason);
            return null;
        }

        if (WatchlistPackage.Open(new MemorySectionSource(plain), checkRecords: false).TryGet(out var package, out var damage)
            && package.Info.StateRoot.Span.SequenceEqual(metadata.StateRoot.Span))
        {
            return package;
        }

        Log.NoDeltaFrom(logger, release.Version, damage?.ToString() ?? "its package has another root than its metadata");
        return null;
    }

    private static byte[]? Encode(EntryDelta delta)
    {
        try
        {
            return delta.Encode(DeltaFrame.Pack);
        }
        catch (ArgumentException)
        {
            // More than an appliance would read: it takes the whole list.
            return null;
        }
    }

    private static ImmutableArray<ReleaseSegment> Segments(Release release) =>
        ReleaseMetadata.Parse(release.Metadata).TryGet(out var metadata, out _) ? metadata.Segments : [];
}
