using System.Collections.Immutable;
using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>Which file holds which lanes, and how it is kept.</summary>
/// <param name="IsFlushedAtEachCommit">True for lanes of which an acknowledged record is never lost.</param>
/// <param name="RecordsPerEpoch">An epoch that has so many is followed by a new one; 0 for never.</param>
internal sealed record JournalFilePlan(string Path, ImmutableArray<Lane> Lanes, bool IsFlushedAtEachCommit, int RecordsPerEpoch = 0)
{
    /// <summary>Names the newest epoch, outside the file: one that was taken from an older copy is known by it.</summary>
    internal string BegunPath => Path + ".begun";
}

/// <summary>
/// One SQLite file of the journal: lanes of one or more epochs, each a chain. One connection, one writer; the store that owns
/// it lets one thread in at a time. Whatever is read is checked before it is handed out.
/// </summary>
internal sealed partial class JournalFile : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly RecordSealer _sealer;
    private readonly List<Guid> _epochs = [];
    private readonly Dictionary<(Guid Epoch, Lane Lane), LanePosition> _positions = [];
    private bool _isFlushed = true;
    private bool _isNoted = true;

    private JournalFile(JournalFilePlan plan, SqliteConnection connection, RecordSealer sealer) =>
        (Plan, _connection, _sealer) = (plan, connection, sealer);

    internal JournalFilePlan Plan { get; }

    /// <summary>The epoch that is written to.</summary>
    internal Guid Epoch => _epochs[^1];

    /// <summary>How many epochs the file holds.</summary>
    internal int EpochCount => _epochs.Count;

    /// <summary>
    /// The last write before an unclean stop is not whole and could not be taken back. A power cut in the middle of it looks so, and then it was never
    /// acknowledged; so does a bit that flipped in it afterwards.
    /// </summary>
    internal bool HasUnfinishedWrite { get; private set; }

    /// <summary>Records whose wrapped keys are not as they were written; they are sent all the same, and central finds them unreadable.</summary>
    internal HashSet<(Guid Epoch, Lane Lane, ulong Sequence)> SpoiltKeys { get; } = [];

    /// <summary>Seals and writes drafts in one transaction.</summary>
    /// <param name="sealedBefore">What an attempt that failed has sealed already; keeps what this one seals.</param>
    internal ImmutableArray<RecordHeader> Write(IEnumerable<RecordDraft> drafts, SealedDrafts? sealedBefore = null)
    {
        using var change = new Change(this);
        var headers = ImmutableArray.CreateBuilder<RecordHeader>();
        foreach (var draft in drafts)
            headers.Add(Append(change, draft, sealedBefore));
        change.Commit();
        if (!_isNoted)
            NoteBegun();
        return headers.ToImmutable();
    }

    /// <summary>True when a record is here, whether or not its writing was ever acknowledged.</summary>
    internal bool Has(Guid recordId)
    {
        using var command = Command("SELECT 1 FROM records WHERE record_id = $id");
        command.Parameters.AddWithValue("$id", Bytes(recordId));
        return command.ExecuteScalar() is not null;
    }

    /// <summary>The oldest unsent records of a lane, of one epoch; earlier epochs come first, those that are held not at all.</summary>
    /// <exception cref="JournalDamageException">The next record is not as it was written.</exception>
    internal PendingBatch? ReadUnsent(Lane lane, int recordsMax, int bytesMax, Predicate<Guid>? isHeld)
    {
        if (Unsent(lane, isHeld) is not { } position)
            return null;
        // What central has seen must not come back under another hash after a power cut.
        if (!_isFlushed)
            Checkpoint();
        using var command = Command($"SELECT {StoredRow.Columns} FROM records WHERE epoch = $epoch AND lane = $lane AND sequence > $after AND sequence <= $end ORDER BY sequence LIMIT $limit");
        Add(command, position.Epoch, lane);
        command.Parameters.AddWithValue("$after", (long)position.Durable);
        command.Parameters.AddWithValue("$end", (long)position.SendableHead);
        command.Parameters.AddWithValue("$limit", recordsMax);
        var records = ImmutableArray.CreateBuilder<SealedRecord>();
        var (chain, bytes) = (position.DurableChain, 0);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = StoredRow.Read(reader);
            var expected = position.Durable + (ulong)records.Count + 1;
            var fault = row.Sequence == expected ? row.Fault(_sealer.ApplianceId, chain) : Missing(position, expected);
            if (fault is not null && records.Count == 0)
                throw new JournalDamageException("", fault);
            bytes += row.Header.Length + row.Ciphertext.Length + row.WrappedForCentral.Length + row.Chain.Length + 16;
            if (fault is not null || (records.Count > 0 && bytes > bytesMax))
                break;
            if (!row.HasItsKeys())
                SpoiltKeys.Add((row.Epoch, row.Lane, row.Sequence));
            records.Add(row.Sealed());
            chain = row.Chain;
        }

        return records.Count > 0
            ? new PendingBatch(position.Epoch, lane, position.Durable + 1, position.DurableChain, records.ToImmutable())
            : throw new JournalDamageException("", Missing(position, position.Durable + 1));
    }

    /// <summary>Takes central's word on what is durable and in its backup.</summary>
    /// <param name="isCompared">False when central compared nothing with what it has: then no backup counts until it has.</param>
    /// <param name="chain">Central's chain value after <paramref name="durableThrough"/>; empty where it does not say it.</param>
    /// <returns>False when central lacks records that damage took from this card: the lane stays where it is, and no longer counts as backed up.</returns>
    internal bool SetDurable(Guid epoch, Lane lane, ulong durableThrough, ulong backedUpThrough, bool isCompared = true, ReadOnlyMemory<byte> chain = default)
    {
        if (!_positions.TryGetValue((epoch, lane), out var position) || !position.IsSendable)
            return true;
        var durable = Math.Min(durableThrough, position.SendableHead);
        var isBeforeFirst = durable != position.Durable && durable + 1 == position.First && durable > 0;
        // Central will say it: a heartbeat's answer always has the chain value.
        if (isBeforeFirst && chain.IsEmpty)
            return true;
        isBeforeFirst = isBeforeFirst && FollowsFirst(position, chain.Span);
        var isHere = durable == position.Durable || durable >= position.Oldest || isBeforeFirst;
        var backedUp = isCompared && isHere ? BackedUp(position, backedUpThrough, durable) : 0;
        if (!isHere)
            durable = position.Durable;
        if (durable == position.Durable && backedUp == position.BackedUp)
            return isHere;
        var changed = position with { Durable = durable, DurableChain = isBeforeFirst ? chain.ToArray() : ChainAt(position, durable), BackedUp = backedUp };
        using var change = new Change(this);
        change.Set(changed);
        if (backedUp > position.BackedUp)
        {
            Mark(change, epoch, lane, backedUp);
        }
        else if (backedUp < position.BackedUp)
        {
            Unmark(change, epoch, lane, backedUp);
            DoubtCarried(change);
        }

        change.Commit();
        return isHere;
    }

    /// <summary>Goes back from where a lane stands, to find where histories part: central compares what is sent again.</summary>
    /// <returns>False when the lane is at the first record that it can go back to.</returns>
    internal bool StepBack(Guid epoch, Lane lane, ulong records)
    {
        if (!_positions.TryGetValue((epoch, lane), out var position) || position.Durable <= position.Oldest)
            return false;
        var durable = position.Durable - position.Oldest > records ? position.Durable - records : position.Oldest;
        SetDurable(epoch, lane, durable, 0, isCompared: false);
        return true;
    }

    /// <summary>Takes central's standing of a lane, as far as it is of this card's own history.</summary>
    /// <param name="standing">Null when central has nothing of it.</param>
    /// <param name="isHere">False when central lacks records that damage took from this card.</param>
    /// <returns>How many records must be sent again.</returns>
    internal ulong TakeStanding(LanePosition position, LaneStanding? standing, out bool isHere)
    {
        isHere = true;
        var (durable, backedUp) = (standing?.DurableThrough ?? 0, standing?.BackedUpThrough ?? 0);
        if (standing is not null && durable >= position.First && !IsOwn(position, standing))
        {
            if (durable >= position.Durable && standing.Match == LaneMatch.Same)
            {
                // Central goes on where this card does not, as after a clone: up to here they are one, and so far its backup counts.
                durable = position.Durable;
            }
            else if (durable > position.Durable && standing.Match != LaneMatch.Other)
            {
                // Not said by a central of former software. What is unsent is compared when it is sent.
                return 0;
            }
            else
            {
                // The newest go again to show the place.
                durable = Math.Min(durable, position.Durable);
                (durable, backedUp) = (Math.Max(position.Oldest, durable > RecordBatch.RecordsMax ? durable - RecordBatch.RecordsMax : 0), 0);
            }
        }

        isHere = SetDurable(position.Epoch, position.Lane, durable, backedUp, chain: standing?.Chain ?? default);
        return position.Durable - Math.Min(position.Durable, _positions[(position.Epoch, position.Lane)].Durable);
    }

    /// <summary>Verdict records of encounters nobody has decided, oldest first.</summary>
    /// <exception cref="JournalDamageException">An open encounter is not there, or another.</exception>
    internal ImmutableArray<SealedRecord> OpenEncounters()
    {
        using var command = Command($"""
            SELECT {StoredRow.Columns}, o.encounter_id FROM open_encounters o LEFT JOIN records r ON r.record_id = o.record_id
            ORDER BY r.written_at, r.sequence
            """);
        using var reader = command.ExecuteReader();
        var records = ImmutableArray.CreateBuilder<SealedRecord>();
        while (reader.Read())
        {
            if (reader.IsDBNull(0))
                throw new JournalDamageException("an open encounter has no record");
            var row = StoredRow.Read(reader);
            if (row.OutOfPlace(_sealer.ApplianceId, out var header) is { } fault)
                throw new JournalDamageException("", fault);
            if (header!.EncounterId != JournalDamageException.Reading(() => new Guid(reader.GetFieldValue<byte[]>(9), bigEndian: true)))
                throw new JournalDamageException("", new BrokenRecord(row.Epoch, row.Lane, row.Sequence, header.RecordId, "belongs to another encounter"));
            records.Add(row.Sealed());
        }

        return records.ToImmutable();
    }

    /// <summary>A lane has something, in whatever epoch, that is not durable at central.</summary>
    internal bool HasUnsent(Lane lane, Predicate<Guid>? isHeld) => Unsent(lane, isHeld) is not null;

    /// <summary>Where every lane of every epoch stands, newest epoch first.</summary>
    internal IEnumerable<LanePosition> Positions => _epochs.AsEnumerable().Reverse().SelectMany(epoch => Plan.Lanes.Select(lane => _positions[(epoch, lane)]));

    /// <summary>How much of a lane waits, over all epochs, what is to be written again with it.</summary>
    internal LaneDepth Depth(Lane lane)
    {
        long waiting = 0;
        LanePosition? oldest = null;
        foreach (var epoch in _epochs)
        {
            var position = _positions[(epoch, lane)];
            if (position.Waiting == 0)
                continue;
            oldest ??= position;
            waiting += (long)position.Waiting;
        }

        var written = new[] { oldest is null ? null : WrittenAt(oldest, oldest.Durable + 1), UncarriedSince(lane) };
        return new LaneDepth(lane, waiting + UncarriedOf(lane), written.Min());
    }

    /// <summary>
    /// Moves the write-ahead log into the database and cuts it, so that it cannot grow without bound and keeps no erased key. While somebody reads it, as
    /// a check of the pages does, it cannot be cut: the counter does not wait for that, the next round cuts. Flushed it is in any case.
    /// </summary>
    /// <returns>True when the log is cut.</returns>
    internal bool Checkpoint()
    {
        JournalDatabase.SetPatience(_connection, TimeSpan.Zero);
        try
        {
            // The first column is 1 when a reader was in the way.
            var isCut = JournalDatabase.Scalar(_connection, "PRAGMA wal_checkpoint(TRUNCATE)") is 0L;
            if (!isCut)
                FlushLog();
            _isFlushed = true;
            return isCut;
        }
        finally
        {
            JournalDatabase.SetPatience(_connection, JournalDatabase.Patience);
        }
    }

    private void FlushLog()
    {
        // SQLite holds no locks on the log itself, so that closing it here takes none away.
        using var log = File.OpenHandle(Plan.Path + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(log);
    }

    /// <summary>
    /// Drops the oldest epoch of this file, whole: what follows it is sendable still. What had not been sent is told by a record in
    /// the newest epoch, in the same transaction.
    /// </summary>
    /// <param name="tell">The draft for what was dropped.</param>
    /// <param name="recordsMin">An epoch with fewer is not worth its marker: markers would chase each other.</param>
    /// <returns>How many unsent records were dropped; null when there is nothing to drop.</returns>
    internal long? Shed(Func<LanePosition, RecordDraft> tell, ulong recordsMin)
    {
        var oldest = _positions[(_epochs[0], Plan.Lanes[0])];
        if (oldest.Head < recordsMin)
            return null;
        // What is to be carried and is not goes too, and is told.
        if (_closed.GetValueOrDefault((oldest.Epoch, oldest.Lane)) is { } closed)
            oldest = oldest with { ClosedFrom = null, Durable = oldest.Waiting > 0 ? oldest.Durable : closed.CarriedThrough };
        using (var change = new Change(this))
        {
            if (_epochs.Count == 1)
                Begin(change, Guid.NewGuid(), "the one before was shed");
            change.Forget(oldest.Epoch);
            if (oldest.Waiting > 0)
                Append(change, tell(oldest));
            change.Commit();
        }

        using (var vacuum = Command("PRAGMA incremental_vacuum"))
        using (var pages = vacuum.ExecuteReader())
        {
            // One page a step: whoever does not read to the end gives nothing back.
            while (pages.Read())
            {
            }
        }

        Checkpoint();
        return (long)oldest.Waiting;
    }

    /// <summary>Closes without touching the file, for what comes to look at the damage.</summary>
    internal void CloseUntouched() => JournalDatabase.CloseUntouched(_connection);

    public void Dispose() => _connection.Dispose();

    private LanePosition? Unsent(Lane lane, Predicate<Guid>? isHeld) =>
        _epochs.Select(epoch => _positions[(epoch, lane)])
            .FirstOrDefault(position => position.Waiting > 0 && isHeld?.Invoke(position.Epoch) != true);

    private RecordHeader Append(Change change, RecordDraft draft, SealedDrafts? sealedBefore = null)
    {
        if (Plan.RecordsPerEpoch > 0 && change.Get(change.Epoch, draft.Lane).Head >= (ulong)Plan.RecordsPerEpoch)
            Begin(change, Guid.NewGuid(), "the one before is full");
        var position = change.Get(change.Epoch, draft.Lane);
        var (header, record) = sealedBefore?.At(draft, position, _sealer) ?? _sealer.Seal(draft, position);
        Insert(change.Transaction, header, record);
        FollowEncounter(change.Transaction, header);
        change.Set(position with { Head = header.Sequence, HeadChain = record.Chain.ToArray() });
        return header;
    }

    private void Begin(Change change, Guid epoch, string reason, bool isEmpty = true)
    {
        using var command = Command("INSERT INTO epochs SELECT coalesce(max(ordinal), 0) + 1, $epoch, $begun, $reason FROM epochs", change.Transaction);
        command.Parameters.AddWithValue("$epoch", Bytes(epoch));
        command.Parameters.AddWithValue("$begun", _sealer.Clock.Read().WallUnixMicroseconds);
        command.Parameters.AddWithValue("$reason", reason);
        command.ExecuteNonQuery();
        change.Begin(epoch, isEmpty ? Plan.Lanes.Select(lane => LanePosition.Empty(_sealer.ApplianceId, epoch, lane)) : []);
    }

    private static BrokenRecord Missing(LanePosition position, ulong sequence) => new(position.Epoch, position.Lane, sequence, null, "missing");

    private void Insert(SqliteTransaction transaction, RecordHeader header, SealedRecord record)
    {
        using var command = Command(
            "INSERT INTO records VALUES ($epoch, $lane, $sequence, $id, $kind, $encounter, $header, $ciphertext, $appliance, $central, $chain, $written, $check)",
            transaction);
        Add(command, header.Epoch, header.Lane);
        command.Parameters.AddWithValue("$sequence", (long)header.Sequence);
        command.Parameters.AddWithValue("$id", Bytes(header.RecordId));
        command.Parameters.AddWithValue("$kind", (int)header.Kind);
        command.Parameters.AddWithValue("$encounter", header.EncounterId is { } id ? Bytes(id) : DBNull.Value);
        command.Parameters.AddWithValue("$header", record.Header.ToArray());
        command.Parameters.AddWithValue("$ciphertext", record.Ciphertext.ToArray());
        command.Parameters.AddWithValue("$appliance", record.WrappedForAppliance.ToArray());
        command.Parameters.AddWithValue("$central", record.WrappedForCentral.ToArray());
        command.Parameters.AddWithValue("$chain", record.Chain.ToArray());
        command.Parameters.AddWithValue("$written", header.WallUnixMicroseconds);
        command.Parameters.AddWithValue("$check", StoredRow.CheckOf(record.WrappedForAppliance, record.WrappedForCentral));
        command.ExecuteNonQuery();
    }

    private void FollowEncounter(SqliteTransaction transaction, RecordHeader header)
    {
        var sql = header.Kind switch
        {
            RecordKind.EncounterVerdict => "INSERT INTO open_encounters VALUES ($encounter, $record) ON CONFLICT (encounter_id) DO UPDATE SET record_id = excluded.record_id",
            RecordKind.EncounterDecision => "DELETE FROM open_encounters WHERE encounter_id = $encounter",
            _ => null,
        };
        if (sql is null || header.EncounterId is not { } encounter)
            return;
        using var command = Command(sql, transaction);
        command.Parameters.AddWithValue("$encounter", Bytes(encounter));
        command.Parameters.AddWithValue("$record", Bytes(header.RecordId));
        command.ExecuteNonQuery();
    }

    private DateTimeOffset? WrittenAt(LanePosition position, ulong sequence)
    {
        using var command = Command("SELECT header FROM records WHERE epoch = $epoch AND lane = $lane AND sequence = $sequence");
        Add(command, position.Epoch, position.Lane);
        command.Parameters.AddWithValue("$sequence", (long)sequence);
        return command.ExecuteScalar() is byte[] bytes && RecordHeader.Parse(bytes).TryGet(out var header, out _)
            ? Health.ClockReading.FromUnixMicroseconds(header.WallUnixMicroseconds)
            : null;
    }

    /// <summary>A standing without a chain value is believed as far as central had acknowledged already.</summary>
    private bool IsOwn(LanePosition position, LaneStanding standing) =>
        standing.DurableThrough <= position.Head
        && (standing.Chain.IsEmpty ? standing.DurableThrough <= position.Durable : standing.Chain.Span.SequenceEqual(ChainAt(position, standing.DurableThrough)));

    /// <summary>How much of a lane is in central's backup: never more than is durable there, but for what is carried, which its carriers say.</summary>
    private static ulong BackedUp(LanePosition position, ulong backedUpThrough, ulong durable)
    {
        var backedUp = Math.Min(backedUpThrough, durable);
        return position.ClosedFrom is not null && backedUp == position.SendableHead ? Math.Max(backedUp, position.BackedUp) : backedUp;
    }

    /// <summary>True when the first record that damage left follows a chain value.</summary>
    private bool FollowsFirst(LanePosition position, ReadOnlySpan<byte> chain)
    {
        using var command = Command($"SELECT {StoredRow.Columns} FROM records WHERE epoch = $epoch AND lane = $lane AND sequence = $sequence");
        Add(command, position.Epoch, position.Lane);
        command.Parameters.AddWithValue("$sequence", (long)position.First);
        using var reader = command.ExecuteReader();
        return reader.Read() && StoredRow.Read(reader).Fault(_sealer.ApplianceId, chain) is null;
    }

    private byte[] ChainAt(LanePosition position, ulong sequence, SqliteTransaction? transaction = null)
    {
        if (sequence == 0)
            return RecordChain.Genesis(_sealer.ApplianceId, position.Epoch, position.Lane);
        if (sequence == position.Durable)
            return position.DurableChain;
        using var command = Command("SELECT chain FROM records WHERE epoch = $epoch AND lane = $lane AND sequence = $sequence", transaction);
        Add(command, position.Epoch, position.Lane);
        command.Parameters.AddWithValue("$sequence", (long)sequence);
        return command.ExecuteScalar() as byte[] ?? throw new JournalDamageException("", Missing(position, sequence));
    }

    internal static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);

    private static void Add(SqliteCommand command, Guid epoch, Lane lane)
    {
        command.Parameters.AddWithValue("$epoch", Bytes(epoch));
        command.Parameters.AddWithValue("$lane", (int)lane);
    }

    private SqliteCommand Command(string sql, SqliteTransaction? transaction = null)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command;
    }
}
