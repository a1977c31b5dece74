using System.Data.Common;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlRetentionStore(ISqlDatabase database) : IRetentionStore
{
    /// <summary>Keys or records that one transaction looks at, and those of the same moment as the last.</summary>
    internal const int SliceRows = 500;

    private const string OfLane = "appliance_id = @appliance AND epoch = @epoch AND lane = @lane";

    private const string InWindow = "received_at > @after AND received_at <= @through";

    public Task<DateTimeOffset> ReadProgressAsync(RetentionRule rule, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => Instant.FromMicroseconds(
                transaction.Scalar("SELECT through FROM retention_progress WHERE rule = @rule", ("@rule", (int)rule)) as long? ?? 0),
            cancellationToken);

    public Task<DateTimeOffset?> ReadOldestAsync(RetentionRule rule, CancellationToken cancellationToken) =>
        database.ReadAsync<DateTimeOffset?>(
            transaction =>
            {
                var keys = transaction.Scalar("SELECT min(received_at) FROM record_keys") as long?;
                var masked = rule == RetentionRule.Mask ? null : transaction.Scalar("SELECT min(received_at) FROM masked_keys") as long?;
                return (keys, masked) switch
                {
                    (null, null) => null,
                    _ => Instant.FromMicroseconds(Math.Min(keys ?? long.MaxValue, masked ?? long.MaxValue)),
                };
            },
            cancellationToken);

    public Task<DateTimeOffset> ReadSliceEndAsync(RetentionRule rule, ArrivalWindow window, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction =>
            {
                var ends = rule switch
                {
                    RetentionRule.Mask => new[] { SliceEnd(transaction, window, "SELECT received_at FROM record_keys") },
                    RetentionRule.EraseAll =>
                        new[] { SliceEnd(transaction, window, "SELECT received_at FROM record_keys"), SliceEnd(transaction, window, "SELECT received_at FROM masked_keys") },
                    _ => new[] { SliceEnd(transaction, window, "SELECT received_at FROM records", "encounter_id IS NOT NULL AND ") },
                };
                return ends.Min();
            },
            cancellationToken);

    public Task<IReadOnlyList<StoredHeader>> ReadDecidingAsync(RecordKind kind, ArrivalWindow window, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredHeader>>(
            transaction => transaction.Query(
                $"""
                SELECT appliance_id, epoch, lane, sequence, received_at, header FROM records
                WHERE encounter_id IS NOT NULL AND kind = @kind AND {InWindow}
                """,
                static row => new StoredHeader(SqlRecordStore.Key(row), row.At(4), row.Bytes(5)),
                [("@kind", (int)kind), .. Values(window)]),
            cancellationToken);

    public Task<long> MaskAsync(ArrivalWindow window, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            WriteScope.Retention,
            transaction =>
            {
                // A key that is destroyed by order between the two statements would be back.
                database.Lock(transaction, WriteScope.Everything);
                transaction.Run(
                    $"""
                    INSERT INTO masked_keys (appliance_id, epoch, lane, sequence, wrapped_key, received_at, masked_at)
                    SELECT appliance_id, epoch, lane, sequence, wrapped_key, received_at, @now FROM record_keys WHERE {InWindow}
                    """,
                    [("@now", now), .. Values(window)]);
                var masked = transaction.Run($"DELETE FROM record_keys WHERE {InWindow}", Values(window));
                transaction.Run($"DELETE FROM blind_terms WHERE {InWindow}", Values(window));
                Note(transaction, RetentionRule.Mask, window.Through);
                return (long)masked;
            },
            cancellationToken);

    public Task<long> EraseEncountersAsync(
        RetentionRule rule, ArrivalWindow window, IReadOnlyCollection<Guid> encounters, CancellationToken cancellationToken) =>
        database.WriteAsync(
            WriteScope.Retention,
            transaction =>
            {
                long erased = 0;
                foreach (var encounter in encounters)
                {
                    foreach (var record in transaction.Query(
                        "SELECT appliance_id, epoch, lane, sequence FROM records WHERE encounter_id = @encounter", SqlRecordStore.Key, ("@encounter", encounter)))
                    {
                        erased += SqlRecordStore.DestroyKeys(transaction, record);
                    }
                }

                Note(transaction, rule, window.Through);
                return erased;
            },
            cancellationToken);

    public Task<long> EraseAllAsync(ArrivalWindow window, CancellationToken cancellationToken) =>
        database.WriteAsync(
            WriteScope.Retention,
            transaction =>
            {
                var erased = transaction.Run($"DELETE FROM record_keys WHERE {InWindow}", Values(window))
                    + transaction.Run($"DELETE FROM masked_keys WHERE {InWindow}", Values(window));
                transaction.Run($"DELETE FROM blind_terms WHERE {InWindow}", Values(window));
                transaction.Run(
                    """
                    DELETE FROM fork_keys WHERE EXISTS (
                        SELECT 1 FROM forks f WHERE f.appliance_id = fork_keys.appliance_id AND f.epoch = fork_keys.epoch AND f.lane = fork_keys.lane
                            AND f.sequence = fork_keys.sequence AND f.chain = fork_keys.chain AND f.received_at > @after AND f.received_at <= @through)
                    """,
                    Values(window));
                Note(transaction, RetentionRule.EraseAll, window.Through);
                return (long)erased;
            },
            cancellationToken);

    public async Task<long> DropAsync(DateTimeOffset through, CancellationToken cancellationToken)
    {
        var lanes = await database.ReadAsync(
            static transaction => transaction.Query("SELECT appliance_id, epoch, lane, last_sequence FROM lane_heads", SqlRecordStore.Key), cancellationToken);
        long dropped = 0;
        foreach (var lane in lanes)
        {
            // Once for all slices, and under no lock: what is appended meanwhile comes behind, and changes nothing before.
            var last = await database.ReadAsync(transaction => LastInTime(transaction, lane, through), cancellationToken);
            long slice;
            do
            {
                slice = await database.WriteAsync(
                    WriteScope.Lane(lane.ApplianceId, lane.Epoch, (int)lane.Lane), transaction => Drop(transaction, lane, last), cancellationToken);
                dropped += slice;
            }
            while (slice == SliceRows);
        }

        await database.WriteAsync(
            WriteScope.Retention,
            transaction =>
            {
                database.DropEmptyMonths(transaction, through);
                Note(transaction, RetentionRule.Drop, through);
                return true;
            },
            cancellationToken);
        return dropped;
    }

    /// <summary>
    /// The last record before which all arrived in time; what arrived in time behind a younger one stays, so that the lane has no hole. Looks through all
    /// of the lane that is due.
    /// </summary>
    private static long LastInTime(DbTransaction transaction, RecordKey lane, DateTimeOffset through) =>
        (transaction.Scalar($"SELECT min(sequence) FROM records WHERE {OfLane} AND received_at > @through", [.. LaneValues(lane), ("@through", through)])
            as long? ?? lane.Sequence + 1) - 1;

    /// <summary>1. Finds the end of a slice, which is no further than the last that is due. 2. Notes where the lane begins then. 3. Removes.</summary>
    private static long Drop(DbTransaction transaction, RecordKey lane, long lastInTime)
    {
        // 1
        var ofLane = LaneValues(lane);
        var oldest = transaction.Scalar($"SELECT min(sequence) FROM records WHERE {OfLane}", ofLane) as long? ?? lane.Sequence + 1;
        (string, object?)[] upTo = [.. ofLane, ("@end", Math.Min(lastInTime, oldest + SliceRows - 1))];
        var last = transaction.Query(
            $"SELECT chain, sequence FROM records WHERE {OfLane} AND sequence <= @end ORDER BY sequence DESC LIMIT 1",
            static row => (Chain: row.Bytes(0), Sequence: row.GetInt64(1)),
            upTo);
        if (last.Count == 0)
            return 0;

        // 2
        transaction.Run(
            """
            INSERT INTO lane_starts (appliance_id, epoch, lane, first_sequence, previous_chain)
            VALUES (@appliance, @epoch, @lane, @first, @chain)
            ON CONFLICT (appliance_id, epoch, lane) DO UPDATE SET first_sequence = excluded.first_sequence, previous_chain = excluded.previous_chain
            """,
            [.. ofLane, ("@first", last[0].Sequence + 1), ("@chain", last[0].Chain)]);

        // 3
        transaction.Run($"DELETE FROM blind_terms WHERE {OfLane} AND sequence <= @end", upTo);
        transaction.Run($"DELETE FROM record_keys WHERE {OfLane} AND sequence <= @end", upTo);
        transaction.Run($"DELETE FROM masked_keys WHERE {OfLane} AND sequence <= @end", upTo);
        return transaction.Run($"DELETE FROM records WHERE {OfLane} AND sequence <= @end", upTo);
    }

    public Task<(long Keys, long MaskedKeys, long Records)> CountThroughAsync(DateTimeOffset through, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => (
                Count(transaction, through, "SELECT count(*) FROM record_keys WHERE received_at <= @through"),
                Count(transaction, through, "SELECT count(*) FROM masked_keys WHERE received_at <= @through"),
                Count(transaction, through, "SELECT count(*) FROM records WHERE received_at <= @through")),
            cancellationToken);

    public Task AuditAsync(AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                SqlAuditStore.Append(transaction, audit);
                return true;
            },
            cancellationToken);

    /// <param name="sql">Arrivals of a table.</param>
    /// <param name="condition">What else is asked of its rows, with the word that joins it to the window.</param>
    private static DateTimeOffset SliceEnd(DbTransaction transaction, ArrivalWindow window, string sql, string condition = "") =>
        transaction.Scalar($"{sql} WHERE {condition}{InWindow} ORDER BY received_at LIMIT 1 OFFSET @rows", [.. Values(window), ("@rows", SliceRows - 1)]) is long end
            ? Instant.FromMicroseconds(end)
            : window.Through;

    private static long Count(DbTransaction transaction, DateTimeOffset through, string sql) => (long)transaction.Scalar(sql, ("@through", through))!;

    private static void Note(DbTransaction transaction, RetentionRule rule, DateTimeOffset through) =>
        transaction.Run(
            "INSERT INTO retention_progress (rule, through) VALUES (@rule, @through) ON CONFLICT (rule) DO UPDATE SET through = excluded.through",
            ("@rule", (int)rule), ("@through", through));

    private static (string, object?)[] LaneValues(RecordKey lane) =>
        [("@appliance", lane.ApplianceId), ("@epoch", lane.Epoch), ("@lane", (int)lane.Lane)];

    private static (string, object?)[] Values(ArrivalWindow window) => [("@after", window.After), ("@through", window.Through)];
}
