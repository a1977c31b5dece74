using System.Data.Common;
using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlPasskeyStore(ISqlDatabase database) : IPasskeyStore
{
    private const string Columns =
        "credential_id, name, public_key, label, sign_count, transports, is_backup_eligible, is_backed_up, created_at, removed_at";

    public Task<bool> AddAsync(StaffPasskey passkey, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Audited(
                transaction,
                audit,
                transaction.Run(
                    $"INSERT INTO staff_passkeys ({Columns}) VALUES (@id, @name, @key, @label, @count, @transports, @eligible, @backed, @at, NULL) ON CONFLICT DO NOTHING",
                    ("@id", passkey.CredentialId), ("@name", passkey.Name), ("@key", passkey.PublicKey), ("@label", passkey.Label),
                    ("@count", (long)passkey.SignCount), ("@transports", string.Join(' ', passkey.Transports)),
                    ("@eligible", passkey.IsBackupEligible ? 1 : 0), ("@backed", passkey.IsBackedUp ? 1 : 0), ("@at", passkey.CreatedAt))),
            cancellationToken);

    public Task<bool> UseAsync(
        ReadOnlyMemory<byte> credentialId, uint before, uint signCount, bool isBackedUp, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.Run(
                """
                UPDATE staff_passkeys SET sign_count = @count, is_backed_up = @backed
                WHERE credential_id = @id AND removed_at IS NULL AND sign_count = @before AND (@count > @before OR @count = 0 AND @before = 0)
                """,
                ("@count", (long)signCount), ("@before", (long)before), ("@backed", isBackedUp ? 1 : 0), ("@id", credentialId)) > 0,
            cancellationToken);

    public Task<bool> RemoveAsync(string name, ReadOnlyMemory<byte> credentialId, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Audited(
                transaction,
                audit,
                transaction.Run(
                    "UPDATE staff_passkeys SET removed_at = @at WHERE credential_id = @id AND name = @name AND removed_at IS NULL",
                    ("@at", audit.At), ("@id", credentialId), ("@name", name))),
            cancellationToken);

    public Task<StaffPasskey?> FindAsync(ReadOnlyMemory<byte> credentialId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => transaction.Query(
                $"SELECT {Columns} FROM staff_passkeys WHERE credential_id = @id", Row, ("@id", credentialId)).FirstOrDefault(),
            cancellationToken);

    public Task<IReadOnlyList<StaffPasskey>> ListAsync(string name, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StaffPasskey>>(
            transaction => transaction.Query(
                $"SELECT {Columns} FROM staff_passkeys WHERE name = @name AND removed_at IS NULL ORDER BY created_at", Row, ("@name", name)),
            cancellationToken);

    public Task BeginAsync(PasskeyCeremony ceremony, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                transaction.Run("DELETE FROM passkey_ceremonies WHERE expires_at <= @now", ("@now", now));
                return transaction.Run(
                    "INSERT INTO passkey_ceremonies (id_hash, kind, owner, state, expires_at) VALUES (@id, @kind, @owner, @state, @expires)",
                    ("@id", ceremony.IdHash), ("@kind", ceremony.Kind), ("@owner", ceremony.Owner), ("@state", ceremony.State),
                    ("@expires", ceremony.ExpiresAt));
            },
            cancellationToken);

    public Task<PasskeyCeremony?> TakeAsync(ReadOnlyMemory<byte> idHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var found = transaction.Query(
                    "SELECT id_hash, kind, owner, state, expires_at FROM passkey_ceremonies WHERE id_hash = @id AND expires_at > @now",
                    static row => new PasskeyCeremony(row.Bytes(0), row.GetString(1), row.GetString(2), row.GetString(3), row.At(4)),
                    ("@id", idHash), ("@now", now)).FirstOrDefault();
                transaction.Run("DELETE FROM passkey_ceremonies WHERE id_hash = @id", ("@id", idHash));
                return found;
            },
            cancellationToken);

    private static bool Audited(DbTransaction transaction, AuditEvent audit, int changed)
    {
        if (changed > 0)
            SqlAuditStore.Append(transaction, audit);
        return changed > 0;
    }

    private static StaffPasskey Row(DbDataReader row) => new(
        row.Bytes(0), row.GetString(1), row.Bytes(2), row.GetString(3), (uint)row.GetInt64(4),
        row.GetString(5).Split(' ', StringSplitOptions.RemoveEmptyEntries), row.GetInt32(6) != 0, row.GetInt32(7) != 0, row.At(8), row.AtOrNull(9));
}
