using System.Security.Cryptography;
using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.PostPeople;

/// <summary>What was issued.</summary>
/// <param name="ToSign">What others must sign before it is issued; null when it is.</param>
internal sealed record PeopleIssue(long Version, int Accounts, int Appliances, SigningFile? ToSign = null);

/// <summary>
/// Issues the accounts: for each appliance the people of its post, sealed to that appliance and signed with both release
/// keys. A card that is stolen holds the people of one post. Except on a bench, what is sealed waits until its holders have signed it, all
/// posts in one file, and somebody else has approved it.
/// </summary>
internal sealed class PeoplePublication(
    ICentralStore store, SiteKeys keys, DataFolder folder, SiteSecurity security, ApprovalDesk approvals, PostSecrets secrets, Auditor auditor,
    TimeProvider time)
{
    /// <summary>How long signed accounts may be installed; installed ones go on being used.</summary>
    private static readonly TimeSpan MetadataLife = TimeSpan.FromDays(90);

    private const string SegmentName = "people";

    /// <summary>
    /// Seals the accounts as they stand for every appliance that is not revoked; issues them where a bench has both keys, else sets
    /// them aside.
    /// </summary>
    /// <returns>What was issued or waits, or why nothing does, as a sentence.</returns>
    public async Task<Result<PeopleIssue, string>> IssueAsync(string actor, CancellationToken cancellationToken)
    {
        await using var alone = await store.HoldSignerAsync(cancellationToken);
        var people = (await store.PostPeople.ListAsync(cancellationToken)).Where(static person => person.DisabledAt is null).ToArray();
        var version = await store.PostPeople.ReadVersionAsync(cancellationToken) + 1;
        var releases = new List<(PeopleRelease, SealedSegment)>();
        foreach (var appliance in await store.Appliances.ListAsync(cancellationToken))
        {
            if (appliance.State != ApplianceState.Revoked)
                releases.Add(await SealAsync(appliance, version, people, cancellationToken));
        }

        if (!CanSign || !security.IsBench)
            return Stage(version, people, releases);
        var audit = auditor.Event(
            actor, AuditAction.PeopleIssued, $"version {version}", $"{people.Length} accounts, {releases.Count} appliances, by a bench, without approval");
        return await store.PostPeople.IssueAsync(version, people, releases, audit, cancellationToken)
            ? new PeopleIssue(version, people.Length, releases.Count)
            : $"Version {version} was issued, or an account changed, by somebody else at the same moment; run the command again.";
    }

    /// <summary>Issues the accounts that wait, now that others have signed them and somebody has approved them.</summary>
    /// <param name="signed">The signed copies of the file to sign, put together.</param>
    public async Task<Result<PeopleIssue, string>> FinishAsync(SigningFile signed, string actor, CancellationToken cancellationToken)
    {
        if (StagedPeople.Find(folder) is not { } staged)
            return "No accounts wait for signatures; seal them with: central-checkpoint people publish";
        if (!staged.ToSign(keys.Roots[^1]).AsksTheSameAs(signed))
            return $"What was signed is not what waits, version {staged.Version}; sign the newest file that people publish wrote.";
        var people = (await store.PostPeople.ListAsync(cancellationToken)).Where(static person => person.DisabledAt is null).ToArray();
        if (!staged.Accounts.SequenceEqual(people.Select(Describe)))
            return "The accounts have changed since they were sealed; run people publish again and have that signed.";
        if (!security.IsBench && !await approvals.IsApprovedAsync(staged.Describe(), cancellationToken))
            return $"Version {staged.Version} has not been approved: an administrator proposes it on the page Approvals, and somebody else approves it there.";
        var releases = new List<(PeopleRelease, SealedSegment)>();
        foreach (var (release, item) in staged.Releases.Zip(signed.All))
        {
            ReleaseSignature[] signatures = [.. item.ReleaseSignatures.Where(signature => keys.Root.RoleOf(signature.KeyId) == SigningRole.People)];
            var verified = keys.Root.Trust.Verify(item.Metadata, signatures, ReleaseKind.People, 0, Instant.ToMicroseconds(time.GetUtcNow()));
            if (!verified.TryGet(out _, out var failure))
                return $"The accounts of {release.ApplianceId} are not issued: {failure.Reason}.";
            releases.Add((release.Signed(staged.Version, signatures, time.GetUtcNow()), new SealedSegment(SHA256.HashData(release.Segment), release.Segment)));
        }

        var audit = auditor.Event(
            actor, AuditAction.PeopleIssued, $"version {staged.Version}", $"{people.Length} accounts, {releases.Count} appliances, {(security.IsBench ? "by a bench, without approval" : "approved")}");
        if (!await store.PostPeople.IssueAsync(staged.Version, people, releases, audit, cancellationToken))
            return $"Version {staged.Version} was issued, or an account changed, by somebody else at the same moment; run people publish again.";
        StagedPeople.Remove(folder);
        return new PeopleIssue(staged.Version, people.Length, releases.Count);
    }

    /// <summary>What is approved about the accounts that wait; null when none do.</summary>
    public Statement? DescribeStaged() => StagedPeople.Find(folder)?.Describe();

    private Result<PeopleIssue, string> Stage(long version, PostPerson[] people, List<(PeopleRelease Release, SealedSegment Segment)> releases)
    {
        if (releases.Count == 0)
            return "No appliance has joined yet, and the accounts are sealed to each; publish them when one has.";
        var staged = new StagedPeople
        {
            Version = version,
            Accounts = [.. people.Select(Describe)],
            Releases = [.. releases.Select(static pair => StagedPost.Of(pair.Release, pair.Segment))],
        };
        staged.Write(folder);
        return new PeopleIssue(version, people.Length, releases.Count, staged.ToSign(keys.Roots[^1]));
    }

    /// <summary>An account as approvers read it, with the hash of all that is in it.</summary>
    private static string Describe(PostPerson person) =>
        $"{person.Account.StaffNumber} {person.Account.Role.Word()}, {(person.Posts.Count == 0 ? "every post" : string.Join("; ", person.Posts))}, "
        + Convert.ToHexStringLower(SHA256.HashData(person.Account.Encode()));

    /// <summary>The newest release for an appliance; on a bench one that joined after the last issue gets its own now. Null before it has one.</summary>
    public async Task<PeopleRelease?> FindAsync(Appliance appliance, CancellationToken cancellationToken)
    {
        if (await store.PostPeople.FindReleaseAsync(appliance.ApplianceId, cancellationToken) is { } known)
            return known;
        var version = await store.PostPeople.ReadVersionAsync(cancellationToken);
        if (version == 0 || !CanSign || !security.IsBench)
            return null;
        var (release, segment) = await SealAsync(
            appliance, version, await store.PostPeople.ListIssuedAsync(cancellationToken), cancellationToken);
        var audit = auditor.Event(Auditor.Central, AuditAction.PeopleIssued, appliance.ApplianceId, $"version {version}, after joining");
        await store.PostPeople.AddReleaseAsync(release, segment, audit, cancellationToken);

        // Not the one just made: an issue of the same moment may have been faster, and its segment is the one that is kept.
        return await store.PostPeople.FindReleaseAsync(appliance.ApplianceId, cancellationToken);
    }

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
