using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>How long the appliances of a post may use their lists without contact, where it is not the usual time.</summary>
internal sealed record PostLease(string PostName, int Days, DateTimeOffset SetAt, string SetBy);

/// <summary>What is agreed about single posts.</summary>
internal interface IPostStore
{
    /// <summary>By name of the post; those that have the usual time are not in it.</summary>
    Task<IReadOnlyList<PostLease>> ListLeasesAsync(CancellationToken cancellationToken);

    /// <summary>Null for a post that has the usual time.</summary>
    Task<PostLease?> FindLeaseAsync(string postName, CancellationToken cancellationToken);

    /// <summary>Sets it, in place of what was set before.</summary>
    Task SetLeaseAsync(PostLease lease, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Gives the post the usual time.</summary>
    /// <returns>False when it has it already; nothing is audited then.</returns>
    Task<bool> RemoveLeaseAsync(string postName, AuditEvent audit, CancellationToken cancellationToken);
}
