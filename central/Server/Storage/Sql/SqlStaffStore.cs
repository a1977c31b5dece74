using System.Data.Common;
using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlStaffStore(ISqlDatabase database) : IStaffStore
{
    private const string Columns =
        "name, role, password_hash, stamp, created_at, disabled_at, locked_until, failed_attempts, staff_number, authenticator_key, password_set_at, "
        + "(SELECT count(*) FROM staff_passkeys WHERE staff_passkeys.name = staff.name AND removed_at IS NULL)";

    public Task<bool> AddAsync(StaffAccount account, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Audited(
                transaction,
                audit,
                Insert(transaction, account)),
            cancellationToken);

    /// <summary>Adds an account within the transaction that accounts for it; 0 when name or number is taken.</summary>
    public static int Insert(DbTransaction transaction, StaffAccount account) =>
        transaction.Run(
            """
            INSERT INTO staff (name, role, password_hash, stamp, created_at, staff_number, password_set_at)
            VALUES (@name, @role, @hash, @stamp, @at, @number, @at) ON CONFLICT DO NOTHING
            """,
            ("@name", account.Name), ("@role", (int)account.Role), ("@hash", account.PasswordHash),
            ("@stamp", account.Stamp), ("@at", account.CreatedAt), ("@number", account.StaffNumber));

    /// <summary>Gives an account another role within the transaction of its approval, and ends its sessions by the stamp.</summary>
    public static bool SetRole(DbTransaction transaction, string name, StaffRole role, byte[] stamp) =>
        transaction.Run(
            "UPDATE staff SET role = @role, stamp = @stamp WHERE name = @name AND disabled_at IS NULL",
            ("@role", (int)role), ("@stamp", stamp), ("@name", name)) > 0;

    public Task<bool> SetAuthenticatorAsync(
        string name, byte[]? wrappedKey, long lastStep, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Audited(
                transaction,
                audit,
                transaction.Run(
                    "UPDATE staff SET authenticator_key = @key, authenticator_step = @step WHERE name = @name",
                    ("@key", wrappedKey), ("@step", lastStep), ("@name", name))),
            cancellationToken);

    public Task<bool> UseAuthenticatorStepAsync(string name, long step, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.Run(
                "UPDATE staff SET authenticator_step = @step WHERE name = @name AND authenticator_step < @step",
                ("@step", step), ("@name", name)) > 0,
            cancellationToken);

    public Task<StaffAccount?> FindAsync(string name, CancellationToken cancellationToken) =>
        database.ReadAsync(transaction => Find(transaction, name), cancellationToken);

    public Task<IReadOnlyList<StaffAccount>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StaffAccount>>(
            transaction => transaction.Query($"SELECT {Columns} FROM staff ORDER BY name", Row), cancellationToken);

    public Task<bool> DisableAsync(string name, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Audited(
                transaction,
                audit,
                transaction.Run(
                    "UPDATE staff SET disabled_at = @at WHERE name = @name AND disabled_at IS NULL",
                    ("@at", audit.At), ("@name", name))),
            cancellationToken);

    public Task<bool> SetPasswordAsync(
        string name, string passwordHash, byte[] stamp, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Audited(
                transaction,
                audit,
                transaction.Run(
                    """
                    UPDATE staff SET password_hash = @hash, stamp = @stamp, failed_attempts = 0, locked_until = NULL, password_set_at = @at
                    WHERE name = @name
                    """,
                    ("@at", audit.At), ("@hash", passwordHash), ("@stamp", stamp), ("@name", name))),
            cancellationToken);

    public Task<StaffAccount?> BeginAttemptAsync(
        string name, DateTimeOffset now, Func<int, TimeSpan> lockFor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                if (Find(transaction, name) is not { } account)
                    return null;
                if (account.LockedUntil is { } until && until > now)
                    return account;
                var attempts = account.FailedAttempts + 1;
                var wait = lockFor(attempts);
                transaction.Run(
                    "UPDATE staff SET failed_attempts = @attempts, locked_until = @until WHERE name = @name",
                    ("@attempts", attempts), ("@until", wait > TimeSpan.Zero ? now + wait : null), ("@name", name));
                return account;
            },
            cancellationToken);

    public Task EndAttemptAsync(string name, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.Run(
                "UPDATE staff SET failed_attempts = 0, locked_until = NULL WHERE name = @name", ("@name", name)),
            cancellationToken);

    private static bool Audited(DbTransaction transaction, AuditEvent audit, int changed)
    {
        if (changed > 0)
            SqlAuditStore.Append(transaction, audit);
        return changed > 0;
    }

    private static StaffAccount? Find(DbTransaction transaction, string name) =>
        transaction.Query($"SELECT {Columns} FROM staff WHERE name = @name", Row, ("@name", name)).FirstOrDefault();

    private static StaffAccount Row(DbDataReader row) => new()
    {
        Name = row.GetString(0),
        Role = (StaffRole)row.GetInt32(1),
        PasswordHash = row.GetString(2),
        Stamp = row.Bytes(3),
        CreatedAt = row.At(4),
        DisabledAt = row.AtOrNull(5),
        LockedUntil = row.AtOrNull(6),
        FailedAttempts = row.GetInt32(7),
        StaffNumber = row.IsDBNull(8) ? null : row.GetString(8),
        AuthenticatorKey = row.BytesOrNull(9),
        PasswordSetAt = row.AtOrNull(10),
        PasskeyCount = row.GetInt32(11),
    };
}
