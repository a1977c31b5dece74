using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>A published list.</summary>
/// <param name="SealedBytes">Bytes as they travel.</param>
internal sealed record Publication(Release Release, long SealedBytes);

/// <summary>Why nothing was published.</summary>
internal sealed record PublicationRefusal(string Reason);

/// <summary>Compiles all imported lists into one package, seals it, signs it with both release keys, and stores it.</summary>
internal sealed class ListPublication(
    ICentralStore store, SiteKeys keys, Auditor auditor, TimeProvider time, ILogger<ListPublication> logger)
{
    /// <summary>
    /// How long the signed metadata may be installed. A device that has the list goes on using it (guardrail 12).
    /// </summary>
    public static readonly TimeSpan MetadataLife = TimeSpan.FromDays(90);

    private const string SegmentName = "base";

    /// <summary>
    /// 1. Reads all entries; publishing none is refused, since it would delist everybody. 2. Compiles. 3. Opens what was
    /// compiled, as the appliance will. 4. Seals under a fresh content key. 5. Signs. 6. Stores.
    /// </summary>
    /// <param name="title">Name for people; empty for the site's.</param>
    public async Task<Result<Publication, PublicationRefusal>> PublishAsync(
        string title, string actor, CancellationToken cancellationToken)
    {
        // 1
        var stored = await store.Lists.ReadEntriesAsync(cancellationToken);
        if (stored.Count == 0)
            return new PublicationRefusal("No list has been imported, so there is nothing to publish; run watchlists import first.");
        var entries = stored.Select(static entry => EntryRecord.Decode(entry.Record).Value).ToArray();

        // 2
        var now = time.GetUtcNow();
        var version = await store.Releases.ReadNewestVersionAsync(ReleaseKind.Watchlist, cancellationToken) + 1;
        var name = title.Length > 0 ? title : $"{keys.Settings.Name} watchlist";
        var package = WatchlistPackageWriter.Write(
            entries, (ulong)version, Instant.ToMicroseconds(now), name, RandomNumberGenerator.GetBytes(SipHash.KeyLength));

        // 3
        if (!WatchlistPackage.Open(new MemorySectionSource(package)).TryGet(out var opened, out var failure))
            return new PublicationRefusal($"The compiled list does not open ({failure}); nothing was published.");

        // 4
        var releaseId = Guid.NewGuid();
        var contentKey = PersonalSeal.NewKey();
        var segment = SegmentSeal.Seal(contentKey, releaseId, 0, package);
        var wrapped = KeyWrap.Wrap(keys.RecordKey.PublicKeySpki.Span, contentKey, SegmentSeal.KeyContext(releaseId));
        CryptographicOperations.ZeroMemory(contentKey);

        // 5
        var segmentHash = SHA256.HashData(segment);
        var metadata = new ReleaseMetadata
        {
            Kind = ReleaseKind.Watchlist,
            ReleaseId = releaseId,
            Version = (ulong)version,
            IssuedAtUnixMicroseconds = Instant.ToMicroseconds(now),
            ExpiresAtUnixMicroseconds = Instant.ToMicroseconds(now + MetadataLife),
            StateRoot = opened.Info.StateRoot,
            Segments = [new ReleaseSegment(SegmentName, package.Length, segment.Length, segmentHash)],
        }.Encode();
        var release = new Release
        {
            Kind = ReleaseKind.Watchlist,
            Version = version,
            ReleaseId = releaseId,
            Title = name,
            EntryCount = opened.EntryCount,
            PublishedAt = now,
            PublishedBy = actor,
            StateRoot = opened.Info.StateRoot.ToArray(),
            Metadata = metadata,
            Signatures = [.. keys.ReleaseKeys.Select(key => key.SignRelease(metadata))],
            WrappedContentKey = wrapped,
        };

        // 6
        var audit = auditor.Event(actor, AuditAction.ListPublished, $"version {version}", $"{release.EntryCount} entries");
        if (!await store.Releases.AddAsync(release, [new SealedSegment(segmentHash, segment)], audit, cancellationToken))
            return new PublicationRefusal($"Version {version} was published by somebody else at the same moment; run the command again.");
        Log.Published(logger, version, release.EntryCount);
        return new Publication(release, segment.Length);
    }
}
