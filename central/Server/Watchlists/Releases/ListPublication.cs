using System.Collections.Immutable;
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
internal sealed record Publication(Release Release, long SealedBytes, SigningFile? ToSign)
{
    /// <summary>Entries of a watchlist that were left out, expired or unreviewed.</summary>
    public int SuspendedCount { get; init; }

    /// <summary>A line for each list of stolen, lost and invalidated documents.</summary>
    public IReadOnlyList<string> DocumentLines { get; init; } = [];

    /// <summary>Entries of which travellers are cleared no more in it, since their documents were reported stolen, lost or invalid.</summary>
    public ImmutableArray<string> ReportedClearings { get; init; } = [];
}

/// <summary>Why nothing was published.</summary>
internal sealed record PublicationRefusal(string Reason);

/// <summary>
/// Compiles all lists into one package, without what is suspended or held back, seals it, has it signed, and stores it. Where central does not have enough
/// of the watchlist keys itself, the list waits for signatures of the people who do. Except on a bench it waits in any case, until
/// an editor has proposed it and somebody else has approved it.
/// </summary>
internal sealed class ListPublication(
    ICentralStore store, SiteKeys keys, ListDeltas deltas, DocumentCompilation compilation, ReportedDocuments documents, DataFolder folder, SiteSecurity security, ApprovalDesk approvals, Auditor auditor,
    TimeProvider time, ILogger<ListPublication> logger)
{
    /// <summary>
    /// How long the signed metadata may be installed. A device that has the list goes on using it (guardrail 12).
    /// </summary>
    public static readonly TimeSpan MetadataLife = TimeSpan.FromDays(90);

    /// <summary>
    /// 1. Reads all entries; publishing none is refused, since it would delist everybody. 2. Compiles, with the specimen of the self-test, and writes down from what.
    /// 3. Opens what was compiled, as the appliance will, makes the deltas from the releases before, and does the same for stolen documents. 4. Seals under a fresh content
    /// key. 5. Signs with the keys that central has. 6. Stores, or sets aside until the rest have signed.
    /// </summary>
    /// <param name="title">Name for people; empty for the site's.</param>
    public async Task<Result<Publication, PublicationRefusal>> PublishAsync(
        string title, string actor, CancellationToken cancellationToken)
    {
        await using var alone = await store.HoldSignerAsync(cancellationToken);

        // 1
        var now = time.GetUtcNow();
        var listed = await store.Lists.ReadAsync(cancellationToken);
        if (listed.Entries.Count == 0)
            return new PublicationRefusal("No list has been imported, so there is nothing to publish; run watchlists import first.");
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var all = PublishableEntries.Of(listed, today);
        var gathered = all.Without(await documents.AmongAsync(all.ClearedDocuments, today, cancellationToken), out var reported);
        if (gathered.Entries.IsEmpty)
            return new PublicationRefusal("Every entry is expired, unreviewed or held back, and publishing none would delist everybody; run watchlists due.");

        // 2
        var version = await store.Releases.ReadNextVersionAsync(ReleaseKind.Watchlist, cancellationToken);
        var name = title.Length > 0 ? title : $"{keys.Settings.Name} watchlist";
        var seeded = gathered.WithSpecimen();
        var package = WatchlistPackageWriter.Write(
            seeded.Entries, (ulong)version, Instant.ToMicroseconds(now), name, RandomNumberGenerator.GetBytes(SipHash.KeyLength));
        var compiled = await compilation.CompileAsync(version, today, cancellationToken);
        var releaseId = Guid.NewGuid();
        await store.Entries.NoteCompilationAsync(await CompilationOfAsync(releaseId, now, listed, gathered, compiled, cancellationToken), cancellationToken);

        // 3
        if (!WatchlistPackage.Open(new MemorySectionSource(package)).TryGet(out var opened, out var failure))
            return new PublicationRefusal($"The compiled list does not open ({failure}); nothing was published.");

        var made = await deltas.MakeAsync(seeded.Records, package.Length, cancellationToken);
        ListDelta[] papers = compiled is not { Register: not null } ? [] : [new(ReleaseMetadata.DocumentsSegment, compiled.Content), .. compiled.Deltas];
        if (papers.Any(static paper => SegmentSeal.SealedLength(paper.Content.Length) > ReleaseMetadata.SegmentBytesMax))
            return new PublicationRefusal($"There are {compiled!.Register!.Count} stolen documents, more than a release can carry; take a list out, or shorten it.");

        // 4
        var contentKey = PersonalSeal.NewKey();
        ListDelta[] plain = [new(ReleaseMetadata.BaseSegment, package), .. made, .. papers];
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
            EntryCount = gathered.Entries.Length,
            PublishedAt = now,
            PublishedBy = actor,
            StateRoot = opened.Info.StateRoot.ToArray(),
            Metadata = metadata,
            Signatures = [.. keys.KeysOf(SigningRole.Watchlist).Select(key => key.SignRelease(metadata))],
            WrappedContentKey = wrapped,
        };

        // 6
        if (!security.IsBench || keys.Root.Trust.CountSigners(SigningRole.Watchlist, metadata, release.Signatures) < keys.Root.Trust.Find(SigningRole.Watchlist)!.Threshold)
            return Stage(release, segments, gathered.Suspended.Length, compiled?.Lines ?? []) with { ReportedClearings = reported };
        var published = await StoreAsync(release, segments, gathered.Suspended.Length, compiled?.Lines ?? [], actor, cancellationToken);
        return published.TryGet(out var publication, out var refusal) ? publication with { ReportedClearings = reported } : refusal;
    }

    /// <summary>Publishes the list that waits, now that others have signed it.</summary>
    /// <param name="signed">Their copies of the file to sign, put together.</param>
    public async Task<Result<Publication, PublicationRefusal>> FinishAsync(
        SigningFile signed, string actor, CancellationToken cancellationToken)
    {
        if (StagedRelease.Find(folder, ReleaseKind.Watchlist) is not var (staged, segments))
            return new PublicationRefusal("No list waits for signatures; compile one with: central-checkpoint watchlists publish");
        if (!staged.Metadata.AsSpan().SequenceEqual(signed.ToSign.Metadata))
            return new PublicationRefusal($"What was signed is not the list that waits, version {staged.Version}; sign the newest file that watchlists publish wrote.");
        var release = staged.ToRelease(
            [.. signed.ToSign.ReleaseSignatures.Where(signature => keys.Root.RoleOf(signature.KeyId) == SigningRole.Watchlist)], time.GetUtcNow(), actor);
        var published = await StoreAsync(release, segments, staged.SuspendedCount, staged.DocumentLines, actor, cancellationToken);
        if (published.IsSuccess)
            StagedRelease.Remove(folder, ReleaseKind.Watchlist);
        return published;
    }

    private static SealedSegment Seal(byte[] contentKey, Guid releaseId, int place, byte[] content)
    {
        var sealedBytes = SegmentSeal.Seal(contentKey, releaseId, place, content);
        return new SealedSegment(SHA256.HashData(sealedBytes), sealedBytes);
    }

    /// <summary>What is approved about the list that waits; null when none does.</summary>
    public Statement? DescribeStaged() => StagedRelease.Find(folder, ReleaseKind.Watchlist) is var (staged, _) ? Describe(staged) : null;

    private static Statement Describe(Release release, IReadOnlyList<string> documentLines) =>
        Statement.ForWatchlist(release.Version, release.Title, release.EntryCount, documentLines, release.StateRoot, release.Metadata);

    private static Statement Describe(StagedRelease staged) =>
        Statement.ForWatchlist(staged.Version, staged.Title, staged.EntryCount, staged.DocumentLines, staged.StateRoot, staged.Metadata);

    /// <summary>Suppressions whose entry or document it does without are ratified when it is published.</summary>
    private async Task<Compilation> CompilationOfAsync(
        Guid releaseId, DateTimeOffset now, ListedEntries listed, PublishableEntries gathered, CompiledDocuments? documentsOfIt, CancellationToken cancellationToken)
    {
        var open = (await store.Suppressions.ListAsync(cancellationToken)).Where(static suppression => suppression.RatifiedBy is null).ToArray();
        var still = open.Length == 0 ? [] : gathered.Entries.Select(static entry => entry.EntryId).ToHashSet(StringComparer.Ordinal);
        return new Compilation(
            releaseId, now, listed.HistoryEnd, gathered.Suspended.Length,
            [.. open.Where(suppression => !still.Contains(suppression.EntryId) && documentsOfIt?.Register?.Names(suppression.EntryId) != true).Select(static suppression => suppression.Number)]);
    }

    private Publication Stage(Release release, SealedSegment[] segments, int suspendedCount, IReadOnlyList<string> documentLines)
    {
        StagedRelease.Of(release, suspendedCount, documentLines).Write(folder, segments);
        return new Publication(release, segments[0].Content.Length, SigningFile.Of(release.Metadata, keys.Roots[^1]).With(release.Signatures))
        {
            SuspendedCount = suspendedCount,
            DocumentLines = documentLines,
        };
    }

    /// <summary>Nothing is offered that an appliance would refuse: central verifies as an appliance does.</summary>
    private async Task<Result<Publication, PublicationRefusal>> StoreAsync(
        Release release, IReadOnlyList<SealedSegment> segments, int suspendedCount, IReadOnlyList<string> documentLines, string actor, CancellationToken cancellationToken)
    {
        var verified = keys.Root.Trust.Verify(
            release.Metadata, release.Signatures, ReleaseKind.Watchlist, 0, Instant.ToMicroseconds(time.GetUtcNow()));
        if (!verified.TryGet(out _, out var failure))
            return new PublicationRefusal($"The list is not published: {failure.Reason}.");
        if (!security.IsBench && !await approvals.IsApprovedAsync(Describe(release, documentLines), cancellationToken))
            return new PublicationRefusal($"Version {release.Version} has not been approved: an editor proposes it on the page Approvals, and an approver approves it there.");
        var audit = auditor.Event(actor, AuditAction.ListPublished, $"version {release.Version}", $"{release.EntryCount} entries, {suspendedCount} suspended, {(security.IsBench ? "by a bench, without approval" : "approved")}");
        if (!await store.Releases.AddAsync(release, segments, audit, cancellationToken))
            return new PublicationRefusal($"Version {release.Version} was published by somebody else at the same moment; run the command again.");
        await deltas.RemoveOldAsync(cancellationToken);
        Log.Published(logger, release.Version, release.EntryCount);
        return new Publication(release, segments[0].Content.Length, ToSign: null) { SuspendedCount = suspendedCount, DocumentLines = documentLines };
    }
}
