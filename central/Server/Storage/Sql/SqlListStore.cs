using System.Data.Common;
using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlListStore(ISqlDatabase database) : IListStore
{
    public Task<IReadOnlyList<ImportedList>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ImportedList>>(
            transaction => transaction.Query(
                """
                SELECT l.list_name, l.format, l.imported_at, l.imported_by,
                    (SELECT count(*) FROM list_entries e WHERE e.list_name = l.list_name), l.revision
                FROM lists l ORDER BY l.list_name
                """,
                static row => new ImportedList(row.GetString(0), row.GetString(1), row.At(2), row.GetString(3), row.GetInt32(4)) { Revision = row.GetInt64(5) }),
            cancellationToken);

    public Task<ListedEntries> ReadAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            static transaction => new ListedEntries(
                transaction.Query(
                    "SELECT entry_id, list_name, record FROM list_entries ORDER BY entry_id",
                    static row => new ListEntry(row.GetString(0), row.GetString(1), row.Bytes(2))),
                SqlEntryStore.Held(transaction),
                SqlEntryStore.HistoryEnd(transaction)),
            cancellationToken);

    public Task<bool> ReplaceAsync(
        string listName,
        string format,
        IReadOnlyList<ListEntry> entries,
        long historyEnd,
        IReadOnlyList<EntryStep> steps,
        AuditEvent audit,
        CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                if (SqlEntryStore.HistoryEnd(transaction) != historyEnd)
                    return false;
                transaction.Run(
                    """
                    INSERT INTO lists (list_name, format, imported_at, imported_by) VALUES (@name, @format, @at, @by)
                    ON CONFLICT (list_name) DO UPDATE SET format = excluded.format, imported_at = excluded.imported_at,
                        imported_by = excluded.imported_by, revision = lists.revision + 1
                    """,
                    ("@name", listName), ("@format", format), ("@at", audit.At), ("@by", audit.Actor));
                transaction.Run("DELETE FROM list_entries WHERE list_name = @name", ("@name", listName));
                foreach (var entry in entries)
                {
                    transaction.Run(
                        "INSERT INTO list_entries (entry_id, list_name, record) VALUES (@id, @name, @record)",
                        ("@id", entry.EntryId), ("@name", listName), ("@record", entry.Record));
                }

                foreach (var step in steps)
                    SqlEntryStore.Append(transaction, step);
                EndHolds(transaction, listName, audit);
                SqlAuditStore.Append(transaction, audit);
                return true;
            },
            cancellationToken);

    /// <summary>Nothing is held back that the source no longer lists: were it to list the person again, that would be news.</summary>
    private static void EndHolds(DbTransaction transaction, string listName, AuditEvent audit)
    {
        const string Gone = "FROM held_entries WHERE list_name = @name AND entry_id NOT IN (SELECT entry_id FROM list_entries)";
        foreach (var entryId in transaction.Query($"SELECT entry_id {Gone} ORDER BY entry_id", static row => row.GetString(0), ("@name", listName)))
        {
            SqlEntryStore.Append(
                transaction, new EntryStep(0, entryId, null, EntryStepKind.HoldEnded, audit.At, audit.Actor, "the source no longer lists it", []));
        }

        transaction.Run($"DELETE {Gone}", ("@name", listName));
    }
}
