using System.Data.Common;
using System.Security.Cryptography;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlRecordStore(ISqlDatabase database, ErasureLog? erasures) : IRecordStore
{
    /// <summary>Locks of lanes that one transaction holds; PostgreSQL has room for some thousands in all.</summary>
    private const int LanesAtOnce = 50;

    private const string OneRecord =
        "appliance_id = @appliance AND epoch = @epoch AND lane = @lane AND sequence = @sequence";

    /// <summary>The key by a subquery, not by a join: PostgreSQL would join all months with all months before it takes a page.</summary>
    private const string Columns =
        """
        r.appliance_id, r.epoch, r.lane, r.sequence, r.received_at, r.header, r.ciphertext, r.chain,
        (SELECT k.wrapped_key FROM record_keys k WHERE k.appliance_id = r.appliance_id AND k.epoch = r.epoch AND k.lane = r.lane
            AND k.sequence = r.sequence AND k.received_at = r.received_at),
        EXISTS (SELECT 1 FROM masked_keys m WHERE m.appliance_id = r.appliance_id AND m.epoch = r.epoch AND m.lane = r.lane
            AND m.sequence = r.sequence),
        r.kind, r.encounter_id
        """;

    /// <summary>What a record's chain value was made from besides itself: the value before it.</summary>
    private const string PreviousChain =
        """
        coalesce(
            (SELECT p.chain FROM records p WHERE p.appliance_id = r.appliance_id AND p.epoch = r.epoch AND p.lane = r.lane AND p.sequence = r.sequence - 1),
            (SELECT s.previous_chain FROM lane_starts s WHERE s.appliance_id = r.appliance_id AND s.epoch = r.epoch AND s.lane = r.lane
                AND s.first_sequence = r.sequence))
        """;

    private const string PlainColumns =
        "r.appliance_id, r.epoch, r.lane, r.sequence, r.received_at, r.header, r.ciphertext, r.chain, r.kind, r.encounter_id, " + PreviousChain;

    /// <summary>So far the clock of an appliance may be ahead.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    public Task<AppendResult> AppendAsync(RecordRun run, CancellationToken cancellationToken) =>
        database.WriteAsync(
            WriteScope.Lane(run.ApplianceId, run.Epoch, (int)run.Lane), transaction => Append(transaction, run), cancellationToken);

    public Task<IReadOnlyList<StoredHeader>> ReadRecentAsync(int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredHeader>>(
            transaction => transaction.Query(
                $"""
                SELECT {PlainColumns} FROM records r
                WHERE r.encounter_id IS NOT NULL ORDER BY r.received_at DESC, r.sequence DESC LIMIT @count
                """,
                Plain,
                ("@count", count)),
            cancellationToken);

    public Task<IReadOnlyList<StoredHeader>> ReadKindAsync(
        Lane lane, RecordKind kind, DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredHeader>>(
            transaction => transaction.Query(
                $"""
                SELECT {PlainColumns} FROM records r
                WHERE r.appliance_id IN (SELECT appliance_id FROM appliances) AND r.lane = @lane AND r.kind = @kind AND r.received_at >= @since
                ORDER BY r.received_at DESC, r.sequence DESC
                """,
                Plain,
                ("@lane", (int)lane), ("@kind", (int)kind), ("@since", since)),
            cancellationToken);

    public Task<IReadOnlyList<StoredRecord>> FindEncounterAsync(Guid encounterId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredRecord>>(
            transaction => transaction.Query(
                $"""
                SELECT {Columns}, {PreviousChain} FROM records r WHERE r.encounter_id = @encounter
                ORDER BY r.appliance_id, r.epoch, r.lane, r.sequence
                """,
                static row =>
                {
                    var record = Record(row);
                    return record with { IsIntact = record.IsIntact && FitsChain(record, row.BytesOrNull(12)) };
                },
                ("@encounter", encounterId)),
            cancellationToken);

    public Task<IReadOnlyList<StoredRecord>> ReadLaneAsync(RecordKey from, int count, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredRecord>>(
            transaction => transaction.Query(
                $"""
                SELECT {Columns} FROM records r
                WHERE r.appliance_id = @appliance AND r.epoch = @epoch AND r.lane = @lane AND r.sequence >= @sequence
                ORDER BY r.sequence LIMIT @count
                """,
                Record, [.. KeyValues(from), ("@count", count)]),
            cancellationToken);

    public Task<IReadOnlyList<LaneHead>> ListLanesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<LaneHead>>(
            static transaction => transaction.Query(
                """
                SELECT h.appliance_id, h.epoch, h.lane, h.last_sequence, h.chain, s.first_sequence, s.previous_chain, h.backed_up_through
                FROM lane_heads h LEFT JOIN lane_starts s ON s.appliance_id = h.appliance_id AND s.epoch = h.epoch AND s.lane = h.lane
                ORDER BY h.appliance_id, h.epoch, h.lane
                """,
                static row => new LaneHead(row.GetString(0), row.Id(1), (Lane)row.GetInt32(2), row.GetInt64(3), row.Bytes(4))
                {
                    FirstSequence = row.IsDBNull(5) ? 1 : row.GetInt64(5),
                    PreviousChain = row.BytesOrNull(6),
                    BackedUpThrough = row.GetInt64(7),
                }),
            cancellationToken);

    public Task<IReadOnlyList<LaneHead>> ReadLanesAsync(string applianceId, IReadOnlyList<Guid> epochs, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<LaneHead>>(
            transaction =>
            [
                .. epochs.SelectMany(epoch => transaction.Query(
                    "SELECT lane, last_sequence, chain, backed_up_through FROM lane_heads WHERE appliance_id = @appliance AND epoch = @epoch ORDER BY lane",
                    row => new LaneHead(applianceId, epoch, (Lane)row.GetInt32(0), row.GetInt64(1), row.Bytes(2)) { BackedUpThrough = row.GetInt64(3) },
                    ("@appliance", applianceId), ("@epoch", epoch))),
            ],
            cancellationToken);

    /// <summary>One that went by its age still has its value where the lane begins.</summary>
    public Task<IReadOnlyList<byte[]?>> ReadChainsAsync(IReadOnlyList<RecordKey> records, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<byte[]?>>(
            transaction =>
            [
                .. records.Select(record => transaction.Query(
                    $"""
                    SELECT chain FROM records WHERE {OneRecord}
                    UNION ALL
                    SELECT previous_chain FROM lane_starts
                    WHERE appliance_id = @appliance AND epoch = @epoch AND lane = @lane AND first_sequence = @sequence + 1
                    """,
                    static row => row.BytesOrNull(0),
                    KeyValues(record)).FirstOrDefault()),
            ],
            cancellationToken);

    public Task NoteBackedUpAsync(IReadOnlyList<LaneHead> lanes, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                foreach (var lane in lanes)
                {
                    transaction.Run(
                        """
                        UPDATE lane_heads SET backed_up_through = @sequence
                        WHERE appliance_id = @appliance AND epoch = @epoch AND lane = @lane AND backed_up_through < @sequence AND last_sequence >= @sequence
                        """,
                        KeyValues(new RecordKey(lane.ApplianceId, lane.Epoch, lane.Lane, lane.LastSequence)));
                }

                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<RecordKey>> FindByTermAsync(ReadOnlyMemory<byte> term, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<RecordKey>>(
            transaction => transaction.Query(
                "SELECT appliance_id, epoch, lane, sequence FROM blind_terms WHERE term = @term", Key, ("@term", term)),
            cancellationToken);

    /// <summary>Under the lock of the record's lane: what is being appended at this moment is here before it, or hears of it.</summary>
    public Task<bool> EraseAsync(RecordKey record, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            LaneOf(record),
            transaction =>
            {
                // In this order, as a fork takes them; the other way round the two would wait for each other.
                database.Lock(transaction, WriteScope.Everything);
                if (!Erase(transaction, record, audit.At))
                    return false;
                SqlAuditStore.Append(transaction, audit);

                // Before the commit: an order that is written down and not carried out is carried out when it is given again.
                erasures?.Append(record, audit.At);
                return true;
            },
            cancellationToken);

    /// <summary>Some lanes at a time, under their locks, each lot with its line of the audit. Cut off, it does no harm to begin again.</summary>
    public async Task<int> EraseAgainAsync(IReadOnlyList<RecordKey> records, AuditEvent audit, CancellationToken cancellationToken)
    {
        // In one order for all who take several: no two wait for each other.
        var lots = records.GroupBy(LaneOf).OrderBy(static lane => lane.Key.Name, StringComparer.Ordinal).Chunk(LanesAtOnce).DefaultIfEmpty([]);
        var erased = 0;
        foreach (var lot in lots)
            erased += await database.WriteAsync(WriteScope.ErasingAgain, transaction => EraseAgain(transaction, lot, audit), cancellationToken);
        return erased;
    }

    public Task<IReadOnlyList<RecordKey>> ListErasuresAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<RecordKey>>(
            static transaction => transaction.Query("SELECT appliance_id, epoch, lane, sequence FROM erasures", Key), cancellationToken);

    private int EraseAgain(DbTransaction transaction, IReadOnlyList<IGrouping<WriteScope, RecordKey>> lanes, AuditEvent audit)
    {
        foreach (var lane in lanes)
            database.Lock(transaction, lane.Key);
        database.Lock(transaction, WriteScope.Everything);
        var (erased, count) = (0, 0);
        foreach (var record in lanes.SelectMany(static lane => lane))
        {
            count++;
            if (Erase(transaction, record, audit.At))
                erased++;
            else
                Remember(transaction, record, audit.At);
        }

        SqlAuditStore.Append(transaction, audit with { Detail = $"{erased} of {count} erasures done again" });
        return erased;
    }

    private static WriteScope LaneOf(RecordKey record) => WriteScope.Lane(record.ApplianceId, record.Epoch, (int)record.Lane);

    private static bool Erase(DbTransaction transaction, RecordKey record, DateTimeOffset at)
    {
        var isErased = DestroyKeys(transaction, record) > 0;
        if (isErased)
            Remember(transaction, record, at);
        return isErased;
    }

    /// <summary>Destroys the keys and terms of a record within a transaction that accounts for it; how many keys it had.</summary>
    internal static int DestroyKeys(DbTransaction transaction, RecordKey record)
    {
        transaction.Run($"DELETE FROM blind_terms WHERE {OneRecord}", KeyValues(record));
        transaction.Run($"DELETE FROM fork_keys WHERE {OneRecord}", KeyValues(record));
        return transaction.Run($"DELETE FROM record_keys WHERE {OneRecord}", KeyValues(record))
            + transaction.Run($"DELETE FROM masked_keys WHERE {OneRecord}", KeyValues(record));
    }

    private static void Remember(DbTransaction transaction, RecordKey record, DateTimeOffset at) =>
        transaction.Run(
            """
            INSERT INTO erasures (appliance_id, epoch, lane, sequence, erased_at)
            VALUES (@appliance, @epoch, @lane, @sequence, @at) ON CONFLICT DO NOTHING
            """,
            [.. KeyValues(record), ("@at", at)]);

    public Task<IReadOnlyList<RecordCount>> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<RecordCount>>(
            transaction => transaction.Query(
                "SELECT appliance_id, lane, kind, count(*) FROM records GROUP BY appliance_id, lane, kind",
                static row => new RecordCount(
                    row.GetString(0), (Lane)row.GetInt32(1), (RecordKind)row.GetInt32(2), row.GetInt64(3))),
            cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> CountDecidedAsync(CancellationToken cancellationToken) =>
        CountByApplianceAsync(
            "SELECT appliance_id, count(DISTINCT encounter_id) FROM records WHERE kind = 2 GROUP BY appliance_id",
            cancellationToken);

    public Task<IReadOnlyList<StoredRecord>> ReadForksAsync(string applianceId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredRecord>>(
            transaction => transaction.Query(
                """
                SELECT r.appliance_id, r.epoch, r.lane, r.sequence, r.received_at, r.header, r.ciphertext, r.chain, k.wrapped_key
                FROM forks r LEFT JOIN fork_keys k ON k.appliance_id = r.appliance_id AND k.epoch = r.epoch AND k.lane = r.lane
                    AND k.sequence = r.sequence AND k.chain = r.chain
                WHERE r.appliance_id = @appliance
                ORDER BY r.epoch, r.lane, r.sequence, r.received_at
                """,
                Evidence, ("@appliance", applianceId)),
            cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> CountForksAsync(CancellationToken cancellationToken) =>
        CountByApplianceAsync("SELECT appliance_id, count(*) FROM forks GROUP BY appliance_id", cancellationToken);

    private Task<IReadOnlyDictionary<string, long>> CountByApplianceAsync(string sql, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, long>>(
            transaction => transaction.Query(sql, static row => (Id: row.GetString(0), Count: row.GetInt64(1)))
                .ToDictionary(static row => row.Id, static row => row.Count),
            cancellationToken);

    /// <summary>
    /// 1. Finds how far the lane has come. 2. A run that begins later is a gap. 3. What overlaps must be the same. 4. What
    /// is new must continue the stored chain. 5. Stores it and moves the head. 6. Notes that the appliance was heard, last: a fork
    /// asks for everything, and must not hold that row while it waits. A card that somebody brings is no word of the appliance.
    /// </summary>
    private AppendResult Append(DbTransaction transaction, RecordRun run)
    {
        // 1
        var (last, chain, backedUp) = Head(transaction, run);

        // 2 to 5
        var result = Append(transaction, run, last, chain);

        // 6
        if (!run.IsRescued)
            SqlApplianceStore.NoteContact(transaction, run.ApplianceId, run.ReceivedAt, run.ClockOffset);
        return result with { BackedUpThrough = backedUp };
    }

    private AppendResult Append(DbTransaction transaction, RecordRun run, long last, byte[] chain)
    {
        // 2
        if (run.FirstSequence > last + 1)
            return new AppendResult(AppendOutcome.Gap, last, 0) { Chain = last == 0 ? default : chain.AsMemory() };

        // 3
        var known = (int)Math.Min(run.Records.Count, last + 1 - run.FirstSequence);
        var parting = FirstDifference(transaction, run, known);

        // 4
        if (parting is null && known == 0 && !run.PreviousChain.Span.SequenceEqual(chain))
            parting = 0;
        if (parting is { } at)
        {
            database.Lock(transaction, WriteScope.Everything);
            KeepFork(transaction, run, at);
            return new AppendResult(AppendOutcome.Fork, last, 0, run.FirstSequence + at);
        }

        // 5
        var end = run.FirstSequence + run.Records.Count - 1;
        if (end <= last)
            return new AppendResult(AppendOutcome.Stored, last, 0);
        database.InsertRecords(transaction, WithoutErased(transaction, run, end), known);
        transaction.Run(
            """
            INSERT INTO lane_heads (appliance_id, epoch, lane, last_sequence, chain)
            VALUES (@appliance, @epoch, @lane, @sequence, @chain)
            ON CONFLICT (appliance_id, epoch, lane) DO UPDATE SET last_sequence = excluded.last_sequence, chain = excluded.chain
            """,
            [.. KeyValues(new RecordKey(run.ApplianceId, run.Epoch, run.Lane, end)), ("@chain", run.Records[^1].Sealed.Chain)]);
        return new AppendResult(AppendOutcome.Stored, end, run.Records.Count - known);
    }

    /// <summary>What was erased before a backup was restored arrives again from the appliance, and stays without its key.</summary>
    private static RecordRun WithoutErased(DbTransaction transaction, RecordRun run, long end)
    {
        var erased = transaction.Query(
            """
            SELECT sequence FROM erasures
            WHERE appliance_id = @appliance AND epoch = @epoch AND lane = @lane AND sequence BETWEEN @sequence AND @end
            """,
            static row => row.GetInt64(0),
            [.. KeyValues(new RecordKey(run.ApplianceId, run.Epoch, run.Lane, run.FirstSequence)), ("@end", end)]).ToHashSet();
        return erased.Count == 0
            ? run
            : run with
            {
                Records =
                [
                    .. run.Records.Select(record => erased.Contains((long)record.Parsed.Sequence)
                        ? record with { Sealed = WithoutKey(record.Sealed), BlindTerms = [] }
                        : record),
                ],
            };
    }

    private static SealedRecord WithoutKey(SealedRecord record) => new()
    {
        Header = record.Header,
        Ciphertext = record.Ciphertext,
        WrappedForCentral = default,
        Chain = record.Chain,
    };

    private static (long Last, byte[] Chain, long BackedUp) Head(DbTransaction transaction, RecordRun run)
    {
        var heads = transaction.Query(
            "SELECT last_sequence, chain, backed_up_through FROM lane_heads WHERE appliance_id = @appliance AND epoch = @epoch AND lane = @lane",
            static row => (row.GetInt64(0), row.Bytes(1), row.GetInt64(2)),
            ("@appliance", run.ApplianceId), ("@epoch", run.Epoch), ("@lane", (int)run.Lane));
        return heads.Count == 1 ? heads[0] : (0, RecordChain.Genesis(run.ApplianceId, run.Epoch, run.Lane), 0);
    }

    /// <summary>
    /// Index of the first record that is known to be another than the stored one; null when all are the same. A chain value covers all before it, so
    /// one comparison behind what retention has removed, or at its end, proves that too.
    /// </summary>
    private static int? FirstDifference(DbTransaction transaction, RecordRun run, int known)
    {
        if (known <= 0)
            return null;
        var (first, previous) = Start(transaction, run);
        var gone = (int)Math.Clamp(first - run.FirstSequence, 0, known);
        var stored = transaction.Query(
            """
            SELECT chain FROM records WHERE appliance_id = @appliance AND epoch = @epoch AND lane = @lane
                AND sequence >= @sequence ORDER BY sequence LIMIT @count
            """,
            static row => row.Bytes(0),
            [.. KeyValues(new RecordKey(run.ApplianceId, run.Epoch, run.Lane, run.FirstSequence + gone)), ("@count", known - gone)]);
        for (var i = gone; i < known; i++)
        {
            if (i - gone >= stored.Count || !stored[i - gone].AsSpan().SequenceEqual(run.Records[i].Sealed.Chain.Span))
                return i;
        }

        if (gone < known)
            return null;
        if (run.FirstSequence + gone == first)
            return previous.AsSpan().SequenceEqual(run.Records[gone - 1].Sealed.Chain.Span) ? null : gone - 1;
        return IsYoungerThanRemoved(transaction, run, first, run.Records[gone - 1].Parsed) ? gone - 1 : null;
    }

    /// <summary>Where the lane begins since its oldest records have gone, and the chain value before that.</summary>
    private static (long First, byte[] PreviousChain) Start(DbTransaction transaction, RecordRun run) =>
        transaction.Query(
            "SELECT first_sequence, previous_chain FROM lane_starts WHERE appliance_id = @appliance AND epoch = @epoch AND lane = @lane",
            static row => (row.GetInt64(0), row.Bytes(1)),
            ("@appliance", run.ApplianceId), ("@epoch", run.Epoch), ("@lane", (int)run.Lane)) is [var start]
                ? start
                : (1, []);

    /// <summary>
    /// Nothing is left to compare with. What retention removed had arrived before a time that is known: a record that was made after it is none of them, but
    /// of a card that was copied years ago. A clock that was in doubt proves nothing: after a cold start it may have stood in any year, and the record counts
    /// as one of those that were removed, rather than an honest post as copied.
    /// </summary>
    private static bool IsYoungerThanRemoved(DbTransaction transaction, RecordRun run, long first, RecordHeader record)
    {
        if (record.ClockQuality == ClockQuality.Doubtful)
            return false;
        var through = transaction.Scalar("SELECT through FROM retention_progress WHERE rule = @rule", ("@rule", (int)RetentionRule.Drop)) as long? ?? 0;
        var kept = transaction.Scalar(
            $"SELECT received_at FROM records WHERE {OneRecord}", KeyValues(new RecordKey(run.ApplianceId, run.Epoch, run.Lane, first))) as long? ?? 0;
        return record.WallUnixMicroseconds > Math.Max(through, kept) + (long)ClockTolerance.TotalMicroseconds;
    }

    /// <summary>Keeps the record at which the histories part; offering the same again adds nothing.</summary>
    private static void KeepFork(DbTransaction transaction, RecordRun run, int index)
    {
        var record = run.Records[index].Sealed;
        (string, object?)[] key =
        [
            .. KeyValues(new RecordKey(run.ApplianceId, run.Epoch, run.Lane, run.FirstSequence + index)), ("@chain", record.Chain),
        ];
        var isNew = transaction.Run(
            """
            INSERT INTO forks (appliance_id, epoch, lane, sequence, chain, header, ciphertext, received_at)
            VALUES (@appliance, @epoch, @lane, @sequence, @chain, @header, @ciphertext, @at) ON CONFLICT DO NOTHING
            """,
            [.. key, ("@header", record.Header), ("@ciphertext", record.Ciphertext), ("@at", run.ReceivedAt)]) > 0;
        if (!isNew)
            return;
        transaction.Run(
            """
            INSERT INTO fork_keys (appliance_id, epoch, lane, sequence, chain, wrapped_key)
            VALUES (@appliance, @epoch, @lane, @sequence, @chain, @key) ON CONFLICT DO NOTHING
            """,
            [.. key, ("@key", record.WrappedForCentral)]);
        SqlAuditStore.Append(
            transaction,
            new AuditEvent(run.ReceivedAt, run.ApplianceId, AuditAction.ForkFound, run.ApplianceId)
            {
                Detail = $"epoch {run.Epoch}, lane {(int)run.Lane}, record {run.FirstSequence + index}",
            });
    }

    private static (string Name, object? Value)[] KeyValues(RecordKey key) =>
        [("@appliance", key.ApplianceId), ("@epoch", key.Epoch), ("@lane", (int)key.Lane), ("@sequence", key.Sequence)];

    internal static RecordKey Key(DbDataReader row) =>
        new(row.GetString(0), row.Id(1), (Lane)row.GetInt32(2), row.GetInt64(3));

    /// <summary>What an appliance offered, as it offered it.</summary>
    private static StoredRecord Evidence(DbDataReader row) => new()
    {
        Key = Key(row),
        ReceivedAt = row.At(4),
        Header = row.Bytes(5),
        Ciphertext = row.Bytes(6),
        Chain = row.Bytes(7),
        WrappedKey = row.BytesOrNull(8),
    };

    /// <summary>A record, compared with the columns it is found by; whether it fits its chain is for whoever has the value before it.</summary>
    private static StoredRecord Record(DbDataReader row)
    {
        var record = Evidence(row);
        return record with { IsMasked = row.GetBoolean(9), IsIntact = FitsColumns(record.Key, record.Header, row, 10) };
    }

    private static StoredHeader Plain(DbDataReader row)
    {
        var record = new StoredRecord { Key = Key(row), ReceivedAt = row.At(4), Header = row.Bytes(5), Ciphertext = row.Bytes(6), Chain = row.Bytes(7) };
        return new StoredHeader(record.Key, record.ReceivedAt, record.Header)
        {
            IsIntact = FitsColumns(record.Key, record.Header, row, 8) && FitsChain(record, row.BytesOrNull(10)),
        };
    }

    /// <summary>True when the header says what the columns say, of which kind and encounter stand at an index.</summary>
    private static bool FitsColumns(RecordKey key, byte[] bytes, DbDataReader row, int column) =>
        RecordHeader.Parse(bytes).TryGet(out var header, out _)
        && header.ApplianceId == key.ApplianceId && header.Epoch == key.Epoch && header.Lane == key.Lane && header.Sequence == (ulong)key.Sequence
        && (long)header.EffectiveKind == row.GetInt64(column)
        && (row.BytesOrNull(column + 1) is { } encounter
            ? header.EncounterId is { } named && encounter.AsSpan().SequenceEqual(named.Bytes())
            : header.EncounterId is null);

    private static bool FitsChain(StoredRecord record, byte[]? previous)
    {
        if (previous is null && record.Key.Sequence == 1)
            previous = RecordChain.Genesis(record.Key.ApplianceId, record.Key.Epoch, record.Key.Lane);
        return previous is { Length: RecordChain.ValueLength }
            && RecordChain.Next(previous, record.Header, SHA256.HashData(record.Ciphertext)).AsSpan().SequenceEqual(record.Chain);
    }
}
