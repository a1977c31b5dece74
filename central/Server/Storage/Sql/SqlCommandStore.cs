using System.Data.Common;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlCommandStore(ISqlDatabase database) : ICommandStore
{
    public Task<long> ReadNextNumberAsync(string applianceId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => ((long?)transaction.Scalar(
                "SELECT max(number) FROM commands WHERE appliance_id = @id", ("@id", applianceId)) ?? 0) + 1,
            cancellationToken);

    public Task<bool> AddAsync(StoredCommand command, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Audited(
                transaction,
                audit,
                transaction.Run(
                    """
                    INSERT INTO commands (appliance_id, number, kind, statement, signatures, ordered_at)
                    VALUES (@id, @number, @kind, @statement, @signatures, @at) ON CONFLICT DO NOTHING
                    """,
                    ("@id", command.ApplianceId), ("@number", command.Number), ("@kind", (int)command.Kind),
                    ("@statement", command.Statement), ("@signatures", SignatureBytes.Write(command.Signatures)), ("@at", command.OrderedAt))),
            cancellationToken);

    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(static transaction => (long)transaction.Scalar("SELECT count(*) FROM commands")!, cancellationToken);

    public Task<int> CountWaitingAsync(string applianceId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => (int)(long)transaction.Scalar(
                "SELECT count(*) FROM commands WHERE appliance_id = @id AND outcome IS NULL AND withdrawn_at IS NULL", ("@id", applianceId))!,
            cancellationToken);

    public Task<IReadOnlyList<StoredCommand>> ReadAfterAsync(string applianceId, long number, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredCommand>>(
            transaction => transaction.Query(
                """
                SELECT number, kind, statement, signatures, ordered_at, outcome, reported_at, detail, withdrawn_at FROM commands
                WHERE appliance_id = @id AND number > @number ORDER BY number LIMIT @count
                """,
                row => new StoredCommand
                {
                    ApplianceId = applianceId,
                    Number = row.GetInt64(0),
                    Kind = (CommandKind)row.GetInt32(1),
                    Statement = row.Bytes(2),
                    Signatures = SignatureBytes.Read(row.Bytes(3)),
                    OrderedAt = row.At(4),
                    Outcome = row.IsDBNull(5) ? null : row.GetInt32(5),
                    ReportedAt = row.AtOrNull(6),
                    Detail = row.GetString(7),
                    WithdrawnAt = row.AtOrNull(8),
                },
                ("@id", applianceId), ("@number", number), ("@count", count)),
            cancellationToken);

    public Task<bool> ReportAsync(
        string applianceId, long number, int outcome, string detail, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                if (transaction.Scalar("SELECT 1 FROM commands WHERE appliance_id = @id AND number = @number", ("@id", applianceId), ("@number", number)) is null)
                    return false;
                Audited(
                    transaction,
                    audit,
                    transaction.Run(
                        """
                        UPDATE commands SET outcome = @outcome, reported_at = @at, detail = @detail
                        WHERE appliance_id = @id AND number = @number AND outcome IS NULL
                        """,
                        ("@outcome", outcome), ("@at", audit.At), ("@detail", detail), ("@id", applianceId), ("@number", number)));
                return true;
            },
            cancellationToken);

    public Task<bool> WithdrawAsync(string applianceId, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Audited(
                transaction,
                audit,
                transaction.Run(
                    "UPDATE commands SET withdrawn_at = @at WHERE appliance_id = @id AND outcome IS NULL AND withdrawn_at IS NULL",
                    ("@at", audit.At), ("@id", applianceId))),
            cancellationToken);

    private static bool Audited(DbTransaction transaction, AuditEvent audit, int changed)
    {
        if (changed == 0)
            return false;
        SqlAuditStore.Append(transaction, audit);
        return true;
    }
}
