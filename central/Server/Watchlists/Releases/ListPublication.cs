using System.Security.Cryptography;
using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>A compiled list: published, or waiting for signatures.</summary>
/// <param name="SealedBytes">Bytes of the whole list as they travel.</param>
/// <param name="ToSign">What others must sign before it is published; null when it is.</param>
internal sealed record Publication(Release Release, long SealedBytes, SigningFile? ToSign);

/// <summary>Why nothing was published.</summary>
internal sealed record PublicationRefusal(string Reason);

/// <summary>
/// Compiles all imported lists into one package, seals it, has it signed, and stores it. Where central does not have enough
/// of the watchlist keys itself, the list waits for signatures of the people who do. Except on a bench it waits in any case, until
/// an editor has proposed it and somebody else has approved it.
/// </summary>
internal sealed class ListPublication(
    ICentralStore store, SiteKeys keys, ListDeltas deltas, DataFolder folder, SiteSecurity security, ApprovalDesk approvals, Auditor auditor,
    TimeProvider time, ILogger<ListPublication> logger)
{
    /// <summary>
    /// How long the signed metadata may be installed. A device that has the list goes on using it (guardrail 12).
    /// </summary>
    public static readonly TimeSpan MetadataLife = TimeSpan.FromDays(90);

    /// <summary>
    /// 1. Reads all entries; publishing none is refused, since it would delist everybody. 2. Compiles. 3. Opens what was
    /// compiled, as the appliance will, and makes the deltas from the releases before. 4. Seals under a fresh content key. 5. Signs with
    /// the keys that central has. 6. Stores, or sets aside until the rest have signed.
    /// </summary>
    /// <param name="title">Name for people; empty for the site's.</param>
    public async Task<Result<Publication, PublicationRefusal>> PublishAsync(
        string title, string actor, CancellationToken cancellationToken)
    {
        await using var alone = await store.HoldSignerAsync(cancellationToken);

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

        var made = await deltas.MakeAsync(
            stored.ToDictionary(static entry => entry.EntryId, static entry => entry.Record, StringComparer.Ordinal), package.Length, cancellationToken);

        // 4
        var releaseId = Guid.NewGuid();
        var contentKey = PersonalSeal.NewKey();
        ListDelta[] plain = [new(ReleaseMetadata.BaseSegment, package), .. made];
        var segments = plain.Select((segment, place) => Seal(contentKey, releaseId, place, segment.Content)).ToArray();
        var wrapped = KeyWrap.Wrap(keys.RecordKey.PublicKeySpki.Span, contentKey, SegmentSeal.KeyContext(releaseId));
        CryptographicOperations.ZeroMemory(contentKey);

        // 5
        var metadata = new ReleaseMetadata
        {
            Kind = ReleaseKind.Watchlist,
            ReleaseId = releaseId,
            Version = (ulong)version,
            IssuedAtUnixMicroseconds = Instant.ToMicroseconds(now),
            ExpiresAtUnixMicroseconds = Instant.ToMicroseconds(now + MetadataLife),
            StateRoot = opened.Info.StateRoot,
            Segments = [.. plain.Zip(segments, static (content, segment) => new ReleaseSegment(content.Name, content.Content.Length, segment.Content.Length, segment.Sha256))],
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
            Signatures = [.. keys.KeysOf(SigningRole.Watchlist).Select(key => key.SignRelease(metadata))],
            WrappedContentKey = wrapped,
        };

        // 6
        if (!security.IsBench || keys.Root.Trust.CountSigners(SigningRole.Watchlist, metadata, release.Signatures) < keys.Root.Trust.Find(SigningRole.Watchlist)!.Threshold)
            return Stage(release, segments);
        return await StoreAsync(release, segments, actor, cancellationToken);
    }

    /// <summary>Publishes the list that waits, now that others have signed it.</summary>
    /// <param name="signed">Their copies of the file to sign, put together.</param>
    public async Task<Result<Publication, PublicationRefusal>> FinishAsync(
        SigningFile signed, string actor, CancellationToken cancellationToken)
    {
        if (StagedRelease.Find(folder) is not var (staged, segments))
            return new PublicationRefusal("No list waits for signatures; compile one with: central-checkpoint watchlists publish");
        if (!staged.Metadata.AsSpan().SequenceEqual(signed.ToSign.Metadata))
            return new PublicationRefusal($"What was signed is not the list that waits, version {staged.Version}; sign the newest file that watchlists publish wrote.");
        var release = new Release
        {
            Kind = ReleaseKind.Watchlist,
            Version = staged.Version,
            ReleaseId = staged.ReleaseId,
            Title = staged.Title,
            EntryCount = staged.EntryCount,
            PublishedAt = time.GetUtcNow(),
            PublishedBy = actor,
            StateRoot = staged.StateRoot,
            Metadata = staged.Metadata,
            Signatures = [.. signed.ToSign.ReleaseSignatures.Where(signature => keys.Root.RoleOf(signature.KeyId) == SigningRole.Watchlist)],
            WrappedContentKey = staged.WrappedContentKey,
        };
        var published = await StoreAsync(release, segments, actor, cancellationToken);
        if (published.IsSuccess)
            StagedRelease.Remove(folder);
        return published;
    }

    private static SealedSegment Seal(byte[] contentKey, Guid releaseId, int place, byte[] content)
    {
        var sealedBytes = SegmentSeal.Seal(contentKey, releaseId, place, content);
        return new SealedSegment(SHA256.HashData(sealedBytes), sealedBytes);
    }

    /// <summary>What is approved about the list that waits; null when none does.</summary>
    public Statement? DescribeStaged() => StagedRelease.Find(folder) is var (staged, _) ? Describe(staged) : null;

    private static Statement Describe(Release release) =>
        Statement.ForWatchlist(release.Version, release.Title, release.EntryCount, release.StateRoot, release.Metadata);

    private static Statement Describe(StagedRelease staged) =>
        Statement.ForWatchlist(staged.Version, staged.Title, staged.EntryCount, staged.StateRoot, staged.Metadata);

    private Publication Stage(Release release, SealedSegment[] segments)
    {
        new StagedRelease
        {
            Version = release.Version,
            ReleaseId = release.ReleaseId,
            Title = release.Title,
            EntryCount = release.EntryCount,
            StateRoot = release.StateRoot,
            Metadata = release.Metadata,
            WrappedContentKey = release.WrappedContentKey,
        }.Write(folder, segments);
        return new Publication(release, segments[0].Content.Length, SigningFile.Of(release.Metadata, keys.Roots[^1]).With(release.Signatures));
    }

    /// <summary>Nothing is offered that an appliance would refuse: central verifies as an appliance does.</summary>
    private async Task<Result<Publication, PublicationRefusal>> StoreAsync(
        Release release, IReadOnlyList<SealedSegment> segments, string actor, CancellationToken cancellationToken)
    {
        var verified = keys.Root.Trust.Verify(
            release.Metadata, release.Signatures, ReleaseKind.Watchlist, 0, Instant.ToMicroseconds(time.GetUtcNow()));
        if (!verified.TryGet(out _, out var failure))
            return new PublicationRefusal($"The list is not published: {failure.Reason}.");
        if (!security.IsBench && !await approvals.IsApprovedAsync(Describe(release), cancellationToken))
            return new PublicationRefusal($"Version {release.Version} has not been approved: an editor proposes it on the page Approvals, and an approver approves it there.");
        var audit = auditor.Event(actor, AuditAction.ListPublished, $"version {release.Version}", $"{release.EntryCount} entries, {(security.IsBench ? "by a bench, without approval" : "approved")}");
        if (!await store.Releases.AddAsync(release, segments, audit, cancellationToken))
            return new PublicationRefusal($"Version {release.Version} was published by somebody else at the same moment; run the command again.");
        await deltas.RemoveOldAsync(cancellationToken);
        Log.Published(logger, release.Version, release.EntryCount);
        return new Publication(release, segments[0].Content.Length, ToSign: null);
    }
}
