using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>A signed command as central keeps it.</summary>
internal sealed record StoredCommand
{
    public required string ApplianceId { get; init; }

    /// <summary>Rises within the appliance from 1.</summary>
    public required long Number { get; init; }

    public required CommandKind Kind { get; init; }

    /// <summary>Canonical statement.</summary>
    public required byte[] Statement { get; init; }

    public required IReadOnlyList<ReleaseSignature> Signatures { get; init; }

    public required DateTimeOffset OrderedAt { get; init; }

    /// <summary>Number of the outcome on the wire; null while the appliance has not told.</summary>
    public int? Outcome { get; init; }

    public DateTimeOffset? ReportedAt { get; init; }

    /// <summary>When it was taken back; null for a command that stands.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>True while the appliance should carry it out and has not said that it did.</summary>
    public bool IsWaiting => Outcome is null && WithdrawnAt is null;

    public string Detail { get; init; } = "";
}

/// <summary>Commands to appliances.</summary>
internal interface ICommandStore
{
    /// <summary>The number the next command to an appliance has.</summary>
    Task<long> ReadNextNumberAsync(string applianceId, CancellationToken cancellationToken);

    /// <summary>Queues a command; false when its number was taken in the meantime.</summary>
    Task<bool> AddAsync(StoredCommand command, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Commands after a number, oldest first.</summary>
    Task<IReadOnlyList<StoredCommand>> ReadAfterAsync(string applianceId, long number, int count, CancellationToken cancellationToken);

    /// <summary>How many commands were ever ordered, by anybody to anybody.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken);

    /// <summary>How many commands wait for an appliance.</summary>
    Task<int> CountWaitingAsync(string applianceId, CancellationToken cancellationToken);

    /// <summary>Notes what became of a command; repeating it changes nothing. False when there is no such command.</summary>
    Task<bool> ReportAsync(string applianceId, long number, int outcome, string detail, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Takes back every command that waits; false when none does.</summary>
    Task<bool> WithdrawAsync(string applianceId, AuditEvent audit, CancellationToken cancellationToken);
}
