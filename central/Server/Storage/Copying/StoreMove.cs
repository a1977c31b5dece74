using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage.Postgres;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using Npgsql;

namespace EdgeCheckpoint.Central.Storage.Copying;

/// <summary>
/// Moves the store into a PostgreSQL database: copies, compares every row by hash, then closes the old one for good, unless somebody wrote
/// into it meanwhile. Cut off at any moment, the same command goes on.
/// </summary>
internal sealed class StoreMove(TimeProvider time)
{
    private const string Purpose = "storage move";

    /// <summary>1. Writes the audit. 2. Copies from one snapshot. 3. Closes the old store, in the transaction that finds it as it was before the copy. 4. Opens the new.</summary>
    /// <param name="source">The present store, opened for copying.</param>
    /// <param name="address">As an operator writes it: remembered in the old store.</param>
    public async Task<IReadOnlyList<CopiedTable>> RunAsync(
        SqliteDatabase source, NpgsqlConnectionStringBuilder target, string address, int connectionsMax, string actor, Action<CopiedTable> progress, CancellationToken cancellationToken)
    {
        await using var to = PostgresDatabase.Open(target, time.GetUtcNow(), connectionsMax, isForCopying: true);

        // 1
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

        // 2
        var before = source.ReadChangeMark();
        var copy = new StoreCopy(to, time);
        var tables = await source.ReadLongAsync(rows => copy.RunAsync(rows, Purpose, progress, cancellationToken), cancellationToken);

        // 3: the old one before the new: two stores that both take records would part the history of the site.
        var isClosed = await source.WriteAsync(
            transaction =>
            {
                // Nobody else can commit from here on.
                if (source.ReadChangeMark() != before)
                    return false;
                StoreMarks.Set(transaction, StoreMark.MovedAway, address, time.GetUtcNow());
                return true;
            },
            cancellationToken);
        if (!isClosed)
        {
            await EmptyAsync(to, cancellationToken);
            throw new CentralFault(
                "Somebody wrote into the store while it was copied; it is as it was, and what was copied is removed again. Let no other command of "
                + "central-checkpoint run beside, and give this one again.");
        }

        // 4
        await copy.FinishAsync(cancellationToken);
        return tables;
    }

    /// <summary>What has changed since cannot be told from what was copied; the next move begins at the beginning.</summary>
    private static Task<int> EmptyAsync(PostgresDatabase target, CancellationToken cancellationToken) =>
        target.WriteAsync(
            static transaction => transaction.Run("TRUNCATE " + string.Join(", ", StoreTables.All.Select(static table => table.Name))), cancellationToken);
}
