using System.Data.Common;
using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlSuppressionStore(ISqlDatabase database) : ISuppressionStore
{
    public Task<IReadOnlyList<Suppression>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Suppression>>(
            static transaction => transaction.Query(
                """
                SELECT s.number, s.entry_id, s.list_name, s.reason, s.ordered_by, s.ordered_at, s.lapses_at, r.version, r.published_at,
                    (SELECT min(w.version) FROM compilation_ratifies c JOIN releases w ON w.release_id = c.release_id WHERE c.number = s.number),
                    s.ratified_at, s.alarmed_at
                FROM suppressions s LEFT JOIN releases r ON r.release_id = s.release_id
                ORDER BY s.number DESC
                """,
                static row => new Suppression
                {
                    Number = row.GetInt64(0),
                    EntryId = row.GetString(1),
                    ListName = row.GetString(2),
                    Reason = row.GetString(3),
                    OrderedBy = row.GetString(4),
                    OrderedAt = row.At(5),
                    LapsesAt = row.At(6),
                    Version = row.IsDBNull(7) ? null : row.GetInt64(7),
                    PublishedAt = row.AtOrNull(8),
                    RatifiedBy = row.IsDBNull(9) ? null : row.GetInt64(9),
                    RatifiedAt = row.AtOrNull(10),
                    AlarmedAt = row.AtOrNull(11),
                }),
            cancellationToken);

    public Task<long?> OrderAsync(Suppression suppression, EntryStep step, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync<long?>(
            transaction =>
            {
                var isOrdered = transaction.Scalar(
                    "SELECT 1 FROM suppressions WHERE entry_id = @entry AND lapses_at > @now LIMIT 1",
                    ("@entry", suppression.EntryId), ("@now", suppression.OrderedAt)) is not null;
                if (isOrdered)
                    return null;
                var number = (long)transaction.Scalar("SELECT coalesce(max(number), 0) + 1 FROM suppressions")!;
                transaction.Run(
                    """
                    INSERT INTO suppressions (number, entry_id, list_name, reason, ordered_by, ordered_at, lapses_at)
                    VALUES (@number, @entry, @list, @reason, @by, @at, @lapses)
                    """,
                    ("@number", number), ("@entry", suppression.EntryId), ("@list", suppression.ListName), ("@reason", suppression.Reason),
                    ("@by", suppression.OrderedBy), ("@at", suppression.OrderedAt), ("@lapses", suppression.LapsesAt));
                SqlEntryStore.Append(transaction, step);
                SqlAuditStore.Append(transaction, audit);
                return number;
            },
            cancellationToken);

    public Task StageAsync(IReadOnlyList<long> numbers, Guid releaseId, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                // One that is out already stays with the release that brought it.
                foreach (var number in numbers)
                {
                    transaction.Run(
                        """
                        UPDATE suppressions SET release_id = @release
                        WHERE number = @number AND NOT EXISTS (SELECT 1 FROM releases r WHERE r.release_id = suppressions.release_id)
                        """,
                        ("@release", releaseId), ("@number", number));
                }

                return true;
            },
            cancellationToken);

    public Task<bool> NoteRatifiedAsync(long number, AuditEvent audit, CancellationToken cancellationToken) =>
        NoteAsync("UPDATE suppressions SET ratified_at = @at WHERE number = @number AND ratified_at IS NULL", number, audit, cancellationToken);

    public Task<bool> NoteUnratifiedAsync(long number, AuditEvent audit, CancellationToken cancellationToken) =>
        NoteAsync("UPDATE suppressions SET alarmed_at = @at WHERE number = @number AND alarmed_at IS NULL", number, audit, cancellationToken);

    private Task<bool> NoteAsync(string update, long number, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            (DbTransaction transaction) =>
            {
                var isNew = transaction.Run(update, ("@at", audit.At), ("@number", number)) > 0;
                if (isNew)
                    SqlAuditStore.Append(transaction, audit);
                return isNew;
            },
            cancellationToken);
}
