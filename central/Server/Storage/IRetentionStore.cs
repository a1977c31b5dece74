using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>How far a rule of retention has come is kept under its number. Numbers are stored.</summary>
internal enum RetentionRule
{
    /// <summary>Keys are put away until a second approver asks for them; nobody finds the record by its person any more.</summary>
    Mask = 1,

    /// <summary>Keys of encounters that ended with a refusal are destroyed.</summary>
    EraseRefused = 2,

    /// <summary>Keys of own citizens' encounters are destroyed, where their law has a time of its own.</summary>
    EraseOwnCitizens = 3,

    /// <summary>Every key is destroyed.</summary>
    EraseAll = 4,

    /// <summary>Records go whole; their lanes begin later from then on.</summary>
    Drop = 5,
}

/// <summary>A window of arrival that a rule looks at: after one time, through another.</summary>
internal readonly record struct ArrivalWindow(DateTimeOffset After, DateTimeOffset Through);

/// <summary>Destroys by age. Chains still verify: they cover hashes of what was sealed, and a lane remembers the value before its first record.</summary>
internal interface IRetentionStore
{
    /// <summary>What arrived through this time a rule has looked at already.</summary>
    Task<DateTimeOffset> ReadProgressAsync(RetentionRule rule, CancellationToken cancellationToken);

    /// <summary>When the oldest key, masked key or record arrived; null when there is none.</summary>
    Task<DateTimeOffset?> ReadOldestAsync(RetentionRule rule, CancellationToken cancellationToken);

    /// <summary>
    /// Where a part of a window ends that holds some hundred keys or records: one transaction for all of a busy day would hold up the intake.
    /// What arrived in one moment stays together.
    /// </summary>
    Task<DateTimeOffset> ReadSliceEndAsync(RetentionRule rule, ArrivalWindow window, CancellationToken cancellationToken);

    /// <summary>Plain parts of what decides an encounter's class, that arrived in a window: decisions and verdicts.</summary>
    Task<IReadOnlyList<StoredHeader>> ReadDecidingAsync(RecordKind kind, ArrivalWindow window, CancellationToken cancellationToken);

    /// <summary>Masks every key of a window and notes the progress.</summary>
    /// <returns>How many keys were masked.</returns>
    Task<long> MaskAsync(ArrivalWindow window, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Destroys all keys of encounters, and notes how far the rule that named them has come.</summary>
    /// <returns>How many keys were destroyed.</returns>
    Task<long> EraseEncountersAsync(RetentionRule rule, ArrivalWindow window, IReadOnlyCollection<Guid> encounters, CancellationToken cancellationToken);

    /// <summary>Destroys every key of a window and notes the progress.</summary>
    /// <returns>How many keys were destroyed.</returns>
    Task<long> EraseAllAsync(ArrivalWindow window, CancellationToken cancellationToken);

    /// <summary>Removes records that arrived through a time, as far as they are the beginning of their lane, and says so in the audit.</summary>
    /// <returns>How many records were removed.</returns>
    Task<long> DropAsync(DateTimeOffset through, CancellationToken cancellationToken);

    /// <summary>Keys that arrived through a time and are not masked; masked ones; records.</summary>
    Task<(long Keys, long MaskedKeys, long Records)> CountThroughAsync(DateTimeOffset through, CancellationToken cancellationToken);

    Task AuditAsync(AuditEvent audit, CancellationToken cancellationToken);
}
