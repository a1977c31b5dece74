using System.Data.Common;
using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlSessionStore(ISqlDatabase database) : ISessionStore
{
    private const string Columns = "id_hash, name, is_strong, started_at, last_seen_at, ended_at";

    public Task StartAsync(
        StaffSession session, int countMax, DateTimeOffset forgetBefore, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                transaction.Run("DELETE FROM staff_sessions WHERE started_at < @before", ("@before", forgetBefore));
                transaction.Run(
                    $"INSERT INTO staff_sessions ({Columns}) VALUES (@id, @name, @strong, @started, @seen, NULL)",
                    ("@id", session.IdHash), ("@name", session.Name), ("@strong", session.IsStrong ? 1 : 0),
                    ("@started", session.StartedAt), ("@seen", session.LastSeenAt));
                transaction.Run(
                    """
                    UPDATE staff_sessions SET ended_at = @now WHERE name = @name AND ended_at IS NULL AND id_hash NOT IN (
                        SELECT id_hash FROM staff_sessions WHERE name = @name AND ended_at IS NULL
                        ORDER BY id_hash = @id DESC, started_at DESC LIMIT @count)
                    """,
                    ("@now", session.StartedAt), ("@name", session.Name), ("@id", session.IdHash), ("@count", countMax));
                SqlAuditStore.Append(transaction, audit);
                return true;
            },
            cancellationToken);

    public Task<StaffSession?> FindAsync(ReadOnlyMemory<byte> idHash, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => transaction.Query($"SELECT {Columns} FROM staff_sessions WHERE id_hash = @id", Row, ("@id", idHash)).FirstOrDefault(),
            cancellationToken);

    public Task TouchAsync(ReadOnlyMemory<byte> idHash, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.Run(
                "UPDATE staff_sessions SET last_seen_at = @at WHERE id_hash = @id AND ended_at IS NULL", ("@at", at), ("@id", idHash)),
            cancellationToken);

    public Task<bool> EndAsync(ReadOnlyMemory<byte> idHash, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var ended = transaction.Run(
                    "UPDATE staff_sessions SET ended_at = @at WHERE id_hash = @id AND ended_at IS NULL", ("@at", audit.At), ("@id", idHash)) > 0;
                if (ended)
                    SqlAuditStore.Append(transaction, audit);
                return ended;
            },
            cancellationToken);

    public Task<int> EndAllAsync(string name, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var ended = transaction.Run(
                    "UPDATE staff_sessions SET ended_at = @at WHERE name = @name AND ended_at IS NULL", ("@at", audit.At), ("@name", name));
                if (ended > 0)
                    SqlAuditStore.Append(transaction, audit);
                return ended;
            },
            cancellationToken);

    public Task<IReadOnlyList<StaffSession>> ListAsync(string name, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StaffSession>>(
            transaction => transaction.Query(
                $"SELECT {Columns} FROM staff_sessions WHERE name = @name AND ended_at IS NULL ORDER BY started_at", Row, ("@name", name)),
            cancellationToken);

    private static StaffSession Row(DbDataReader row) =>
        new(row.Bytes(0), row.GetString(1), row.GetInt32(2) != 0, row.At(3), row.At(4), row.AtOrNull(5));
}
