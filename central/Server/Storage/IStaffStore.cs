using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>Roles of central staff. Numbers are stored. An account has one.</summary>
public enum StaffRole
{
    /// <summary>Posts, appliances, staff; no traveller data (guardrail 10).</summary>
    Administrator = 1,

    /// <summary>Posts and encounters.</summary>
    Monitor = 2,

    /// <summary>Posts and encounters; resolves hits with the owners of entries.</summary>
    AlertDesk = 3,

    /// <summary>Proposes watchlists; never approves one.</summary>
    ListEditor = 4,

    /// <summary>Approves watchlists that others proposed.</summary>
    ListApprover = 5,

    /// <summary>Posts; figures without persons.</summary>
    Analyst = 6,

    /// <summary>Reads audit and approvals, changes nothing.</summary>
    Auditor = 7,

    /// <summary>Reads encounters for inspection, and the audit; approves accounts.</summary>
    DataProtection = 8,

    /// <summary>Reviews what is proposed about entries before anybody approves it; proposes and approves nothing.</summary>
    LegalReviewer = 9,
}

/// <summary>An account.</summary>
public sealed record StaffAccount
{
    public required string Name { get; init; }

    /// <summary>Number of the person in the service; null for an account from before there were numbers.</summary>
    public string? StaffNumber { get; init; }

    public required StaffRole Role { get; init; }

    public required string PasswordHash { get; init; }

    /// <summary>When the passphrase was set; null for one from before this was kept.</summary>
    public DateTimeOffset? PasswordSetAt { get; init; }

    /// <summary>Random; changes with the password, which ends sessions.</summary>
    public required byte[] Stamp { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    public DateTimeOffset? LockedUntil { get; init; }

    public int FailedAttempts { get; init; }

    /// <summary>Secret of an authenticator app, wrapped to the record key; null for none.</summary>
    public byte[]? AuthenticatorKey { get; init; }

    /// <summary>Passkeys that count.</summary>
    public int PasskeyCount { get; init; }

    /// <summary>True when a passphrase alone no longer signs in.</summary>
    public bool HasSecondFactor => AuthenticatorKey is not null || PasskeyCount > 0;
}

/// <summary>Staff accounts.</summary>
internal interface IStaffStore
{
    /// <summary>Adds an account; false when the name or the staff number is taken: one staff number, one account.</summary>
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

    /// <summary>Sets or takes away the secret of an authenticator app.</summary>
    Task<bool> SetAuthenticatorAsync(
        string name, byte[]? wrappedKey, long lastStep, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Uses up a step of the authenticator; false when it, or a later one, has been used.</summary>
    Task<bool> UseAuthenticatorStepAsync(string name, long step, CancellationToken cancellationToken);

    /// <summary>Forgets failed attempts after a good one.</summary>
    Task EndAttemptAsync(string name, CancellationToken cancellationToken);
}
