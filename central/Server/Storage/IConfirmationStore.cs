using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>What an appliance says it has in use.</summary>
/// <param name="ReleaseId">Empty from an appliance that does not say.</param>
internal sealed record ConfirmedRelease(ReleaseKind Kind, long Version, ReadOnlyMemory<byte> ReleaseId, ReadOnlyMemory<byte> StateRoot);

/// <summary>A release that an appliance has in use, or had.</summary>
/// <param name="IsKnown">False for one that this site never published: somebody showed it another history.</param>
/// <param name="LastAt">Within an hour.</param>
internal sealed record Confirmation(
    string ApplianceId, ReleaseKind Kind, long Version, bool IsKnown, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>Which appliance has confirmed which release.</summary>
internal interface IConfirmationStore
{
    /// <summary>Takes what a heartbeat says. What was said within the hour costs no write.</summary>
    /// <param name="splitView">The line of the audit for a release that this site never published, said for the first time.</param>
    Task NoteAsync(
        string applianceId,
        IReadOnlyList<ConfirmedRelease> releases,
        DateTimeOffset at,
        Func<ConfirmedRelease, AuditEvent> splitView,
        CancellationToken cancellationToken);

    /// <summary>What appliances have said of a kind, the newest version of each first.</summary>
    Task<IReadOnlyList<Confirmation>> ListAsync(ReleaseKind kind, CancellationToken cancellationToken);
}
