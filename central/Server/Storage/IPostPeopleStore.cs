using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>Somebody at the posts.</summary>
/// <param name="Account">Without a grant; each appliance's release has its own.</param>
/// <param name="Posts">Names of posts; empty for every post.</param>
internal sealed record PostPerson(PostAccount Account, IReadOnlyList<string> Posts, DateTimeOffset ChangedAt, DateTimeOffset? DisabledAt)
{
    /// <summary>True when the person works at a post.</summary>
    public bool WorksAt(string postName) => Posts.Count == 0 || Posts.Contains(postName, StringComparer.Ordinal);
}

/// <summary>Both halves of an appliance's post secret, wrapped to central's record key.</summary>
internal sealed record PostHalves(byte[] DeviceHalf, byte[] PersonHalf);

/// <summary>The accounts of one post, signed and sealed to its appliance.</summary>
internal sealed record PeopleRelease
{
    public required string ApplianceId { get; init; }

    public required long Version { get; init; }

    public required byte[] Metadata { get; init; }

    public required IReadOnlyList<ReleaseSignature> Signatures { get; init; }

    public required byte[] WrappedContentKey { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }
}

/// <summary>Accounts of the people at the posts, and their releases.</summary>
internal interface IPostPeopleStore
{
    /// <summary>Adds a person; false when the staff number is taken: one staff number, one account.</summary>
    Task<bool> AddAsync(PostPerson person, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Replaces account and posts; false when there is no such person, or the account is disabled.</summary>
    Task<bool> ReplaceAsync(PostPerson person, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Disables an account for good; false when there is none, or it is disabled already.</summary>
    Task<bool> DisableAsync(string staffNumber, AuditEvent audit, CancellationToken cancellationToken);

    Task<PostPerson?> FindAsync(string staffNumber, CancellationToken cancellationToken);

    Task<IReadOnlyList<PostPerson>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The accounts as last issued.</summary>
    Task<IReadOnlyList<PostPerson>> ListIssuedAsync(CancellationToken cancellationToken);

    /// <summary>The halves of an appliance; the given ones are kept when it has none.</summary>
    Task<PostHalves> GetOrAddHalvesAsync(string applianceId, PostHalves fresh, CancellationToken cancellationToken);

    /// <summary>Version of the last issue; 0 for none.</summary>
    Task<long> ReadVersionAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Issues a version to all appliances, and remembers the accounts as issued. False when that version is there already, or when an
    /// account was changed since the given ones were read: what is remembered must be what was sealed.
    /// </summary>
    /// <param name="people">The enabled accounts that the releases hold, in order of their staff numbers.</param>
    Task<bool> IssueAsync(
        long version, IReadOnlyList<PostPerson> people, IReadOnlyList<(PeopleRelease Release, SealedSegment Segment)> releases, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Issues the present version to one appliance that joined after it; one that is there as new or newer stays.</summary>
    Task AddReleaseAsync(PeopleRelease release, SealedSegment segment, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>The newest release of an appliance; null for none.</summary>
    Task<PeopleRelease?> FindReleaseAsync(string applianceId, CancellationToken cancellationToken);
}
