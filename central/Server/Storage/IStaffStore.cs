using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>Roles of central staff. Numbers are stored.</summary>
public enum StaffRole
{
    /// <summary>Posts, appliances, staff; no traveller data (guardrail 10).</summary>
    Administrator = 1,

    /// <summary>Posts and encounters.</summary>
    Monitor = 2,
}

/// <summary>An account.</summary>
internal sealed record StaffAccount
{
    public required string Name { get; init; }

    public required StaffRole Role { get; init; }

    public required string PasswordHash { get; init; }

    /// <summary>Random; changes with the password, which ends sessions.</summary>
    public required byte[] Stamp { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    public DateTimeOffset? LockedUntil { get; init; }

    public int FailedAttempts { get; init; }
}

/// <summary>Staff accounts.</summary>
internal interface IStaffStore
{
    /// <summary>Adds an account; false when the name is taken.</summary>
    Task<bool> AddAsync(StaffAccount account, AuditEvent audit, CancellationToken cancellationToken);

    Task<StaffAccount?> FindAsync(string name, CancellationToken cancellationToken);

    Task<IReadOnlyList<StaffAccount>> ListAsync(CancellationToken cancellationToken);

    /// <summary>False when there is no such account, or it is disabled already.</summary>
    Task<bool> DisableAsync(string name, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Sets hash and stamp and lifts a lock; false when there is no such account.</summary>
    Task<bool> SetPasswordAsync(
        string name, string passwordHash, byte[] stamp, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>
    /// Counts an attempt before its password is looked at, so that parallel guesses cannot outrun the lock.
    /// </summary>
    /// <param name="lockFor">The lock after so many failed attempts; zero for none.</param>
    /// <returns>The account as it was before this attempt; null when there is none.</returns>
    Task<StaffAccount?> BeginAttemptAsync(
        string name, DateTimeOffset now, Func<int, TimeSpan> lockFor, CancellationToken cancellationToken);

    /// <summary>Forgets failed attempts after a good one.</summary>
    Task EndAttemptAsync(string name, AuditEvent audit, CancellationToken cancellationToken);
}
