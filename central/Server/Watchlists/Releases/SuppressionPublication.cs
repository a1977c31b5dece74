using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Urgent delisting: a release that can only take entries away, signed by the two people of the suppress-only role and in force at every
/// post as soon as it hears of it. It lapses after three days by itself; meanwhile the removal goes the way of every change, and the next
/// watchlist does without the entry (DESIGN §7).
/// </summary>
internal sealed class SuppressionPublication(
    ICentralStore store, SiteKeys keys, DataFolder folder, SiteSecurity security, Auditor auditor, TimeProvider time,
    ILogger<SuppressionPublication> logger)
{
    /// <summary>How long an entry is suppressed from the order on, unless a watchlist does without it.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(72);

    /// <summary>
    /// How long the signed metadata may be installed. Long, since every removal lapses by itself: an old suppression does nothing, and a
    /// post that joins in a year when nothing was suppressed must be able to take the newest.
    /// </summary>
    private static readonly TimeSpan MetadataLife = TimeSpan.FromDays(5 * 365);

    /// <summary>
    /// Orders that an entry goes at once. 1. Writes the order down. 2. Gathers everything in force or ordered. 3. Seals and signs with the
    /// keys that central has. 4. Publishes where that is enough, on a bench; else sets it aside until two people have signed it. An order
    /// that waits already is set aside anew, such as when the file to sign was lost.
    /// </summary>
    /// <param name="reason">Without personal data: the audit shows it.</param>
    public async Task<Result<Publication, PublicationRefusal>> OrderAsync(
        string entryId, string reason, string actor, CancellationToken cancellationToken) =>
        await ListOfAsync(entryId, cancellationToken) is { } listName
            ? await OrderAsync([entryId], listName, reason, actor, cancellationToken)
            : new PublicationRefusal($"There is no entry {entryId}, and there never was one.");

    /// <summary>The same of what is known to be listed.</summary>
    /// <param name="ids">Identifiers of entries, or of documents as <see cref="EdgeCheckpoint.Watchlists.ReportedDocument.SuppressionIdOf"/>; at least one.</param>
    /// <param name="listName">Their list; empty when it is no more.</param>
    public async Task<Result<Publication, PublicationRefusal>> OrderAsync(
        IReadOnlyList<string> ids, string listName, string reason, string actor, CancellationToken cancellationToken)
    {
        var why = reason.Trim();
        if (why.Length is 0 or > EntryRules.ReasonLengthMax || why.Any(char.IsControl))
            return new PublicationRefusal($"Say why, in 1 to {EntryRules.ReasonLengthMax} characters.");
        await using var alone = await store.HoldSignerAsync(cancellationToken);

        // 1
        var now = time.GetUtcNow();
        var isNew = false;
        foreach (var id in ids)
            isNew |= await OrderOneAsync(id, listName, why, actor, now, cancellationToken);
        var all = await store.Suppressions.ListAsync(cancellationToken);
        if (!isNew && !all.Any(known => ids.Contains(known.EntryId) && known.IsWaiting(now)))
            return new PublicationRefusal($"{ids[0]} is suppressed already.");

        // 2
        var waiting = all.Where(known => known.IsWaiting(now)).ToArray();

        // After a step of the clock backwards an entry may have two that have not lapsed.
        var removals = all.Where(known => known.IsInForce(now)).Concat(waiting)
            .GroupBy(static known => known.EntryId)
            .Select(static known => new Removal(known.Key, Instant.ToMicroseconds(known.Max(static order => order.LapsesAt))))
            .ToArray();
        if (removals.Length > Removals.CountMax)
            return new PublicationRefusal($"More than {Removals.CountMax} entries would be suppressed at once; publish a watchlist without them.");
        var content = Removals.Of(removals).Encode();

        // 3
        var version = await store.Releases.ReadNextVersionAsync(ReleaseKind.Suppression, cancellationToken);
        var (release, segment) = Seal(content, version, waiting.Length, actor, now);
        await store.Suppressions.StageAsync([.. waiting.Select(static known => known.Number)], release.ReleaseId, cancellationToken);

        // 4
        var trusted = keys.Root.Trust.Find(SigningRole.Suppress)!;
        if (security.IsBench && keys.Root.Trust.CountSigners(SigningRole.Suppress, release.Metadata, release.Signatures) >= trusted.Threshold)
            return await StoreAsync(release, segment, actor, cancellationToken);
        StagedRelease.Of(release).Write(folder, [segment]);
        return new Publication(
            release, segment.Content.Length, SigningFile.Of(release.Metadata, keys.Roots[^1]).With(release.Signatures) with { Content = content });
    }

    /// <summary>Publishes the suppression that waits, now that two people have signed it.</summary>
    /// <param name="signed">Their copies of the file to sign, put together.</param>
    public async Task<Result<Publication, PublicationRefusal>> FinishAsync(SigningFile signed, string actor, CancellationToken cancellationToken)
    {
        await using var alone = await store.HoldSignerAsync(cancellationToken);
        if (StagedRelease.Find(folder, ReleaseKind.Suppression) is not var (staged, segments))
            return new PublicationRefusal("No suppression waits for signatures; order one with: central-checkpoint watchlists delist ENTRY --at-once --reason TEXT");
        if (!staged.Metadata.AsSpan().SequenceEqual(signed.ToSign.Metadata))
            return new PublicationRefusal($"What was signed is not the suppression that waits, version {staged.Version}; sign the newest file.");
        var now = time.GetUtcNow();
        if (ReleaseMetadata.Parse(staged.Metadata).Value.IssuedAtUnixMicroseconds + Life.Ticks / TimeSpan.TicksPerMicrosecond <= Instant.ToMicroseconds(now))
            return new PublicationRefusal("It was signed too late: its removals have lapsed. Order them again.");
        var release = staged.ToRelease(
            [.. signed.ToSign.ReleaseSignatures.Where(signature => keys.Root.RoleOf(signature.KeyId) == SigningRole.Suppress)], now, actor);
        var published = await StoreAsync(release, segments[0], actor, cancellationToken);
        if (published.IsSuccess)
            StagedRelease.Remove(folder, ReleaseKind.Suppression);
        return published;
    }

    /// <returns>False when it was ordered before.</returns>
    private async Task<bool> OrderOneAsync(
        string id, string listName, string why, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var order = new Suppression
        {
            Number = 0,
            EntryId = id,
            ListName = listName,
            Reason = why,
            OrderedBy = actor,
            OrderedAt = now,
            LapsesAt = now + Life,
        };
        return await store.Suppressions.OrderAsync(
            order,
            new EntryStep(0, id, null, EntryStepKind.Suppressed, now, actor, why, []),
            auditor.Event(actor, AuditAction.SuppressionOrdered, id, why),
            cancellationToken) is not null;
    }

    private (Release Release, SealedSegment Segment) Seal(byte[] content, long version, int newCount, string actor, DateTimeOffset now)
    {
        var releaseId = Guid.NewGuid();
        var contentKey = PersonalSeal.NewKey();
        var sealedBytes = SegmentSeal.Seal(contentKey, releaseId, 0, content);
        var segment = new SealedSegment(SHA256.HashData(sealedBytes), sealedBytes);
        var wrapped = KeyWrap.Wrap(keys.RecordKey.PublicKeySpki.Span, contentKey, SegmentSeal.KeyContext(releaseId));
        CryptographicOperations.ZeroMemory(contentKey);
        var stateRoot = Removals.StateRootOf(content);
        var metadata = new ReleaseMetadata
        {
            Kind = ReleaseKind.Suppression,
            ReleaseId = releaseId,
            Version = (ulong)version,
            IssuedAtUnixMicroseconds = Instant.ToMicroseconds(now),
            ExpiresAtUnixMicroseconds = Instant.ToMicroseconds(now + MetadataLife),
            StateRoot = stateRoot,
            Segments = [new ReleaseSegment(ReleaseMetadata.RemovalsSegment, content.Length, sealedBytes.Length, segment.Sha256)],
        }.Encode();
        var release = new Release
        {
            Kind = ReleaseKind.Suppression,
            Version = version,
            ReleaseId = releaseId,
            Title = $"{keys.Settings.Name} suppression",
            EntryCount = newCount,
            PublishedAt = now,
            PublishedBy = actor,
            StateRoot = stateRoot,
            Metadata = metadata,
            Signatures = [.. keys.KeysOf(SigningRole.Suppress).Select(key => key.SignRelease(metadata))],
            WrappedContentKey = wrapped,
        };
        return (release, segment);
    }

    /// <summary>Nothing is offered that an appliance would refuse: central verifies as an appliance does.</summary>
    private async Task<Result<Publication, PublicationRefusal>> StoreAsync(
        Release release, SealedSegment segment, string actor, CancellationToken cancellationToken)
    {
        var verified = keys.Root.Trust.Verify(
            release.Metadata, release.Signatures, ReleaseKind.Suppression, 0, Instant.ToMicroseconds(time.GetUtcNow()));
        if (!verified.TryGet(out _, out var failure))
            return new PublicationRefusal($"The suppression is not published: {failure.Reason}.");
        var audit = auditor.Event(actor, AuditAction.SuppressionPublished, $"version {release.Version}", $"{release.EntryCount} new, by two signatures");
        if (!await store.Releases.AddAsync(release, [segment], audit, cancellationToken))
            return new PublicationRefusal($"Version {release.Version} was published by somebody else at the same moment; run the command again.");
        Log.SuppressionPublished(logger, release.Version, release.EntryCount);
        return new Publication(release, segment.Content.Length, ToSign: null);
    }

    /// <summary>The list of an entry that is listed, or once was: posts may still carry it. Null for one that never was.</summary>
    private async Task<string?> ListOfAsync(string entryId, CancellationToken cancellationToken)
    {
        if (await store.Entries.FindAsync(entryId, cancellationToken) is { } listed)
            return listed.ListName;
        return (await store.Entries.ReadHistoryAsync(entryId, cancellationToken)).Count > 0 ? "" : null;
    }
}
