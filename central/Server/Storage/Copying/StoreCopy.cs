using System.Data.Common;
using EdgeCheckpoint.Central.Storage.Sql;

namespace EdgeCheckpoint.Central.Storage.Copying;

/// <summary>What was copied of a table.</summary>
internal sealed record CopiedTable(string Name, long Rows, string Sha256);

/// <summary>
/// Copies a whole store into another, whichever engines they are: backup and restore of PostgreSQL, and a move from one machine to
/// several. Whoever is cut off begins again and goes on where the last page was committed.
/// </summary>
internal sealed class StoreCopy(ISqlDatabase target, TimeProvider time)
{
    /// <summary>
    /// 1. Marks the target as not complete; refuses one that holds something else. 2. Copies each table, from where the target ends.
    /// 3. Compares every row by hash. The mark stays until <see cref="FinishAsync"/>.
    /// </summary>
    /// <param name="source">One snapshot of the store that is copied; the caller holds it until this returns.</param>
    /// <param name="purpose">Named where the copy is found incomplete, such as <c>storage move</c>.</param>
    /// <param name="progress">Told of each table that is done.</param>
    public async Task<IReadOnlyList<CopiedTable>> RunAsync(
        DbTransaction source, string purpose, Action<CopiedTable> progress, CancellationToken cancellationToken)
    {
        // 1
        if (!await target.WriteAsync(transaction => TryBegin(transaction, purpose), cancellationToken))
            throw new CentralFault("The database that is to be filled holds a store already; give an empty one.");

        // 2
        await target.EnsureMonthsAsync(Months(source), cancellationToken);
        foreach (var table in StoreTables.All)
            await CopyAsync(TableRows.Of(source, table), source, cancellationToken);

        // 3
        var copied = new List<CopiedTable>();
        foreach (var table in StoreTables.All)
        {
            var rows = TableRows.Of(source, table);
            var (count, hash) = rows.Hash(source, cancellationToken);
            var there = await target.ReadAsync(transaction => rows.Hash(transaction, cancellationToken), cancellationToken);
            if (there != (count, hash))
            {
                throw new CentralFault(
                    $"Table {table.Name} is not the same on both sides after copying ({count} rows here, {there.Count} there). "
                    + "Somebody wrote meanwhile, or a disk is damaged: stop central, empty the target, and begin again.");
            }

            copied.Add(new CopiedTable(table.Name, count, hash));
            progress(copied[^1]);
        }

        return copied;
    }

    /// <summary>The target may be worked with from now on.</summary>
    public Task FinishAsync(CancellationToken cancellationToken) =>
        target.WriteAsync(
            static transaction =>
            {
                StoreMarks.Clear(transaction, StoreMark.BeingFilled);
                return true;
            },
            cancellationToken);

    /// <summary>Instants in every month in which something arrived, as far as they are plausible; others need no partition of their own.</summary>
    private IEnumerable<DateTimeOffset> Months(DbTransaction source)
    {
        var (earliest, latest) = (new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), time.GetUtcNow().AddYears(1));
        var days = source.Query("SELECT DISTINCT received_at / 86400000000 FROM records", static row => row.GetInt64(0));
        return days
            .Select(static day => Instant.FromMicroseconds(day * TimeSpan.MicrosecondsPerDay))
            .Where(at => at > earliest && at < latest)
            .DistinctBy(static at => (at.Year, at.Month));
    }

    private bool TryBegin(DbTransaction transaction, string purpose)
    {
        if (StoreMarks.Read(transaction, StoreMark.BeingFilled) is { } begun)
            return begun == purpose;
        if (transaction.Scalar("SELECT 1 FROM audit LIMIT 1") is not null || transaction.Scalar("SELECT 1 FROM appliances LIMIT 1") is not null)
            return false;
        StoreMarks.Set(transaction, StoreMark.BeingFilled, purpose, time.GetUtcNow());
        return true;
    }

    private async Task CopyAsync(TableRows rows, DbTransaction source, CancellationToken cancellationToken)
    {
        if (!rows.Table.IsLarge)
        {
            await target.WriteAsync(transaction => Replace(rows, source, transaction), cancellationToken);
            return;
        }

        var key = await target.ReadAsync(rows.ReadLastKey, cancellationToken);
        while (rows.ReadAfter(source, key) is { Count: > 0 } page)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await target.WriteAsync(
                transaction =>
                {
                    target.InsertRows(transaction, rows.Table.Name, rows.Columns, page);
                    return true;
                },
                cancellationToken);
            key = rows.KeyOf(page[^1]);
        }
    }

    /// <summary>Small tables: what a new database already has in them, and what was copied before, goes.</summary>
    private bool Replace(TableRows rows, DbTransaction source, DbTransaction transaction)
    {
        if (rows.ReadLastKey(transaction) is not null && IsReferred(rows.Table))
            return CopyMissing(rows, source, transaction);
        transaction.Run("DELETE FROM " + rows.Table.Name);
        return CopyMissing(rows, source, transaction);
    }

    /// <summary>Tables that others refer to are not emptied once they are filled; they are filled in one transaction, so they are whole.</summary>
    private static bool IsReferred(StoreTable table) => table.Name is "appliances" or "signing_keys" or "lists" or "releases" or "staff" or "approvals";

    private bool CopyMissing(TableRows rows, DbTransaction source, DbTransaction transaction)
    {
        var key = rows.ReadLastKey(transaction);
        while (rows.ReadAfter(source, key) is { Count: > 0 } page)
        {
            target.InsertRows(transaction, rows.Table.Name, rows.Columns, page);
            key = rows.KeyOf(page[^1]);
        }

        return true;
    }
}
