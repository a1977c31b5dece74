using System.Data.Common;
using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlAuditStore(ISqlDatabase database) : IAuditStore
{
    private const string Columns = "sequence, at, actor, action, subject, detail, purpose, case_reference, chain";

    /// <summary>Appends within the transaction of the change that is accounted for.</summary>
    public static void Append(DbTransaction transaction, AuditEvent line)
    {
        var last = transaction.Query(
            "SELECT sequence, chain FROM audit ORDER BY sequence DESC LIMIT 1",
            static row => (Sequence: row.GetInt64(0), Chain: row.Bytes(1)));
        var sequence = last.Count == 0 ? 1 : last[0].Sequence + 1;
        var chain = AuditChain.Next(last.Count == 0 ? AuditChain.Genesis : last[0].Chain, sequence, line);
        transaction.Run(
            $"INSERT INTO audit ({Columns}) VALUES (@sequence, @at, @actor, @action, @subject, @detail, @purpose, @case, @chain)",
            ("@sequence", sequence), ("@at", line.At), ("@actor", line.Actor), ("@action", line.Action),
            ("@subject", line.Subject), ("@detail", line.Detail), ("@purpose", line.Purpose),
            ("@case", line.CaseReference), ("@chain", chain));
    }

    public Task AppendAsync(AuditEvent line, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                Append(transaction, line);
                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<AuditLine>> ReadNewestAsync(int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AuditLine>>(
            transaction => transaction.Query(
                $"SELECT {Columns} FROM audit ORDER BY sequence DESC LIMIT @count", Line, ("@count", count)),
            cancellationToken);

    public Task<IReadOnlyList<AuditLine>> ReadAfterAsync(long sequence, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AuditLine>>(
            transaction => transaction.Query(
                $"SELECT {Columns} FROM audit WHERE sequence > @after ORDER BY sequence LIMIT @count",
                Line, ("@after", sequence), ("@count", count)),
            cancellationToken);

    private static AuditLine Line(DbDataReader row) => new(
        row.GetInt64(0),
        new AuditEvent(row.At(1), row.GetString(2), row.GetString(3), row.GetString(4))
        {
            Detail = row.GetString(5),
            Purpose = row.GetString(6),
            CaseReference = row.GetString(7),
        },
        row.Bytes(8));
}
