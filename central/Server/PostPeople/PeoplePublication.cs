using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.PostPeople;

/// <summary>What was issued.</summary>
internal sealed record PeopleIssue(long Version, int Accounts, int Appliances);

/// <summary>
/// Issues the accounts: for each appliance the people of its post, sealed to that appliance and signed with both release
/// keys. A card that is stolen holds the people of one post.
/// </summary>
internal sealed class PeoplePublication(ICentralStore store, SiteKeys keys, PostSecrets secrets, Auditor auditor, TimeProvider time)
{
    /// <summary>How long signed accounts may be installed; installed ones go on being used.</summary>
    private static readonly TimeSpan MetadataLife = TimeSpan.FromDays(90);

    private const string SegmentName = "people";

    /// <summary>Issues the accounts as they stand to every appliance that is not revoked.</summary>
    /// <returns>What was issued, or why nothing was, as a sentence.</returns>
    public async Task<Result<PeopleIssue, string>> IssueAsync(string actor, CancellationToken cancellationToken)
    {
        if (!CanSign)
        {
            return $"{keys.KeysOf(SigningRole.People).Length} of the {keys.Root.Trust.Find(SigningRole.People)!.Threshold} people keys lie in central's folder, "
                + "so that accounts cannot be issued here; bring the other with: central-checkpoint keys keep FILE, and take it away again afterwards.";
        }

        var people = (await store.PostPeople.ListAsync(cancellationToken)).Where(static person => person.DisabledAt is null).ToArray();
        var version = await store.PostPeople.ReadVersionAsync(cancellationToken) + 1;
        var releases = new List<(PeopleRelease, SealedSegment)>();
        foreach (var appliance in await store.Appliances.ListAsync(cancellationToken))
        {
            if (appliance.State != ApplianceState.Revoked)
                releases.Add(await SealAsync(appliance, version, people, cancellationToken));
        }

        var audit = auditor.Event(
            actor, AuditAction.PeopleIssued, $"version {version}", $"{people.Length} accounts, {releases.Count} appliances");
        return await store.PostPeople.IssueAsync(version, people, releases, audit, cancellationToken)
            ? new PeopleIssue(version, people.Length, releases.Count)
            : $"Version {version} was issued, or an account changed, by somebody else at the same moment; run the command again.";
    }

    /// <summary>The newest release for an appliance; one that joined after the last issue gets its own now. Null before the first issue.</summary>
    public async Task<PeopleRelease?> FindAsync(Appliance appliance, CancellationToken cancellationToken)
    {
        if (await store.PostPeople.FindReleaseAsync(appliance.ApplianceId, cancellationToken) is { } known)
            return known;
        var version = await store.PostPeople.ReadVersionAsync(cancellationToken);
        if (version == 0 || !CanSign)
            return null;
        var (release, segment) = await SealAsync(
            appliance, version, await store.PostPeople.ListIssuedAsync(cancellationToken), cancellationToken);
        var audit = auditor.Event(Auditor.Central, AuditAction.PeopleIssued, appliance.ApplianceId, $"version {version}, after joining");
        await store.PostPeople.AddReleaseAsync(release, segment, audit, cancellationToken);

        // Not the one just made: an issue of the same moment may have been faster, and its segment is the one that is kept.
        return await store.PostPeople.FindReleaseAsync(appliance.ApplianceId, cancellationToken);
    }

    /// <summary>Each post's accounts are signed on their own, so that the keys must be where they are sealed.</summary>
    private bool CanSign => keys.KeysOf(SigningRole.People).Length >= keys.Root.Trust.Find(SigningRole.People)!.Threshold;

    private async Task<(PeopleRelease Release, SealedSegment Segment)> SealAsync(
        Appliance appliance, long version, IReadOnlyList<PostPerson> people, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var here = people.Where(person => person.WorksAt(appliance.PostName)).Select(static person => person.Account).ToArray();
        var content = await secrets.UseAsync(
            appliance.ApplianceId, (device, person) => Content(appliance.ApplianceId, version, now, here, device, person), cancellationToken);
        var plain = content.Encode();
        var releaseId = Guid.NewGuid();
        var contentKey = PersonalSeal.NewKey();
        var sealedBytes = SegmentSeal.Seal(contentKey, releaseId, 0, plain);
        var wrapped = KeyWrap.Wrap(appliance.StorageSpki, contentKey, SegmentSeal.KeyContext(releaseId));
        CryptographicOperations.ZeroMemory(contentKey);
        var segment = new SealedSegment(SHA256.HashData(sealedBytes), sealedBytes);
        var metadata = new ReleaseMetadata
        {
            Kind = ReleaseKind.People,
            ReleaseId = releaseId,
            Version = (ulong)version,
            IssuedAtUnixMicroseconds = Instant.ToMicroseconds(now),
            ExpiresAtUnixMicroseconds = Instant.ToMicroseconds(now + MetadataLife),
            StateRoot = PeopleContent.RootOf(plain),
            Segments = [new ReleaseSegment(SegmentName, plain.Length, sealedBytes.Length, segment.Sha256)],
        }.Encode();
        var release = new PeopleRelease
        {
            ApplianceId = appliance.ApplianceId,
            Version = version,
            Metadata = metadata,
            Signatures = [.. keys.KeysOf(SigningRole.People).Select(key => key.SignRelease(metadata))],
            WrappedContentKey = wrapped,
            IssuedAt = now,
        };
        return (release, segment);
    }

    private static PeopleContent Content(
        string applianceId, long version, DateTimeOffset now, IReadOnlyList<PostAccount> accounts, byte[] deviceHalf, byte[] personHalf)
    {
        using var secret = new PostSecret(deviceHalf, personHalf, applianceId);
        using var journal = secret.JournalKey();
        var context = PostSecret.HalfContext(applianceId);
        return new PeopleContent
        {
            ApplianceId = applianceId,
            Version = (ulong)version,
            IssuedAtUnixMicroseconds = Instant.ToMicroseconds(now),
            DeviceHalf = deviceHalf.ToArray(),
            JournalPublicKeySpki = journal.PublicKeySpki,
            Accounts = [.. accounts.Select(account =>
                account.Role.SeesTravellers() ? account with { Grant = KeyWrap.Wrap(account.PublicKeySpki.Span, personHalf, context) } : account)],
        };
    }
}
