using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage.Postgres;
using EdgeCheckpoint.Central.Storage.Sql;
using Npgsql;

namespace EdgeCheckpoint.Central.Storage.Copying;

/// <summary>
/// Moves the store into a PostgreSQL database: copies, compares every row by hash, then closes the old one for good. Cut off at any
/// moment, the same command goes on.
/// </summary>
internal sealed class StoreMove(TimeProvider time)
{
    private const string Purpose = "storage move";

    /// <param name="source">The present store, opened for copying; nobody else may write into it.</param>
    /// <param name="address">As an operator writes it: remembered in the old store.</param>
    public async Task<IReadOnlyList<CopiedTable>> RunAsync(
        ISqlDatabase source, NpgsqlConnectionStringBuilder target, string address, int connectionsMax, string actor, Action<CopiedTable> progress, CancellationToken cancellationToken)
    {
        await using var to = PostgresDatabase.Open(target, time.GetUtcNow(), connectionsMax, isForCopying: true);
        await source.WriteAsync(
            transaction =>
            {
                // Written first, so that it is moved along; once, however often the move is begun.
                if (StoreMarks.Read(transaction, StoreMark.BeingFilled) is not null)
                    throw new CentralFault("This store is not complete itself; end what fills it first.");
                if (StoreMarks.Read(transaction, StoreMark.MovedAway) is { } elsewhere && elsewhere != address)
                    throw new CentralFault($"This store was moved to {elsewhere} before.");
                var last = transaction.Query("SELECT action, subject FROM audit ORDER BY sequence DESC LIMIT 1", static row => (row.GetString(0), row.GetString(1)));
                if (last is not [(AuditAction.StoreMoved, var subject)] || subject != address)
                    SqlAuditStore.Append(transaction, new AuditEvent(time.GetUtcNow(), actor, AuditAction.StoreMoved, address));
                return true;
            },
            cancellationToken);
        var copy = new StoreCopy(to, time);
        var tables = await source.ReadLongAsync(rows => copy.RunAsync(rows, Purpose, progress, cancellationToken), cancellationToken);

        // The old one first: two stores that both take records would part the history of the site.
        await source.WriteAsync(
            transaction =>
            {
                StoreMarks.Set(transaction, StoreMark.MovedAway, address, time.GetUtcNow());
                return true;
            },
            cancellationToken);
        await copy.FinishAsync(cancellationToken);
        return tables;
    }
}
