using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
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
internal sealed class JournalFile : IDisposable
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

    /// <summary>
    /// 1. After an unclean stop looks at what SQLite will drop of the log. 2. Opens or creates the file. 3. After an unclean stop checks every
    /// page. 4. Reads where each lane stands and checks its end. 5. Takes whole records back from what was dropped. 6. Begins an epoch where
    /// there is none, or where the file is an older copy of itself.
    /// </summary>
    /// <param name="isSuspect">The last stop was not a clean one, or the disk has failed since.</param>
    /// <exception cref="JournalDamageException">What is in the file is not what was written.</exception>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    internal static JournalFile Open(JournalFilePlan plan, RecordSealer sealer, bool isSuspect)
    {
        var isNew = !File.Exists(plan.Path);
        // 1
        var tail = isSuspect && !isNew && plan.IsFlushedAtEachCommit ? LogTail.Read(plan.Path + "-wal") : null;
        if (tail is { IsDamage: true })
            throw new JournalDamageException($"the log of {Path.GetFileName(plan.Path)} is damaged");
        var dropped = tail is null ? [] : JournalSalvage.ReadTail(plan.Path, tail);
        // 2
        var connection = JournalDatabase.Open(plan.Path, plan.IsFlushedAtEachCommit);
        var file = new JournalFile(plan, connection, sealer);
        try
        {
            // 3
            if (isSuspect && !isNew)
                file.CheckPages();
            // 4
            file.ReadPositions();
            // 5
            file.HasUnfinishedWrite = tail is { Commits: > 0 } && !file.TakeBack(dropped);
            // 6
            file.BeginWhereNeeded();
            return file;
        }
        catch
        {
            JournalDatabase.CloseUntouched(connection);
            throw;
        }
    }

    /// <summary>Seals and writes drafts in one transaction.</summary>
    internal ImmutableArray<RecordHeader> Write(IEnumerable<RecordDraft> drafts)
    {
        using var change = new Change(this);
        var headers = ImmutableArray.CreateBuilder<RecordHeader>();
        foreach (var draft in drafts)
            headers.Add(Append(change, draft));
        change.Commit();
        if (!_isNoted)
            NoteBegun();
        return headers.ToImmutable();
    }

    /// <summary>The oldest unsent records of a lane, of one epoch; earlier epochs come first.</summary>
    /// <exception cref="JournalDamageException">The next record is not as it was written.</exception>
    internal PendingBatch? ReadUnsent(Lane lane, int recordsMax, int bytesMax)
    {
        if (_epochs.Select(epoch => _positions[(epoch, lane)]).FirstOrDefault(static position => position.Waiting > 0) is not { } position)
            return null;
        // What central has seen must not come back under another hash after a power cut.
        if (!_isFlushed)
            Checkpoint();
        using var command = Command($"SELECT {StoredRow.Columns} FROM records WHERE epoch = $epoch AND lane = $lane AND sequence > $after ORDER BY sequence LIMIT $limit");
        Add(command, position.Epoch, lane);
        command.Parameters.AddWithValue("$after", (long)position.Durable);
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
    internal void SetDurable(Guid epoch, Lane lane, ulong durableThrough, ulong backedUpThrough)
    {
        if (!_positions.TryGetValue((epoch, lane), out var position))
            return;
        var durable = Math.Min(durableThrough, position.Head);
        var backedUp = Math.Min(backedUpThrough, position.Head);
        if (durable + 1 < position.First || (durable == position.Durable && backedUp == position.BackedUp))
            return;
        var changed = position with { Durable = durable, DurableChain = ChainAt(position, durable), BackedUp = backedUp };
        using var change = new Change(this);
        if (backedUp > position.BackedUp)
            Mark(change, epoch, lane, backedUp);
        change.Set(changed);
        change.Commit();
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

    /// <summary>How much of a lane waits, over all epochs.</summary>
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

        return new LaneDepth(lane, waiting, oldest is null ? null : WrittenAt(oldest, oldest.Durable + 1));
    }

    /// <summary>Moves the write-ahead log into the database and cuts it, so that it cannot grow without bound.</summary>
    internal void Checkpoint()
    {
        JournalDatabase.Execute(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        _isFlushed = true;
    }

    /// <summary>Destroys the keys of records that central has had in its backup for long enough. Chains still verify.</summary>
    /// <param name="isOver">Whether a mark's time is over.</param>
    /// <param name="recordsMax">At most so many at once: the counter must not wait.</param>
    /// <returns>How many records lost their keys.</returns>
    internal int Erase(Func<BackupMark, bool> isOver, int recordsMax)
    {
        var erased = 0;
        foreach (var mark in JournalDamageException.Reading(Marks).Where(isOver))
        {
            if (!_positions.TryGetValue((mark.Epoch, mark.Lane), out var position))
                continue;
            var through = Math.Min(Math.Min(mark.Through, position.Durable), position.Erased + (ulong)(recordsMax - erased));
            using var change = new Change(this);
            if (through > position.Erased)
                erased += EraseThrough(change, position, through);
            if (through >= mark.Through)
                Remove(change, mark);
            change.Commit();
            if (erased >= recordsMax)
                break;
        }

        return erased;
    }

    /// <summary>Gives marks a beginning that can be measured from now on: a time they were not given, or of a boot that is over. Never an earlier end.</summary>
    internal void RenewMarks(Func<BackupMark, bool> isToRenew)
    {
        foreach (var mark in JournalDamageException.Reading(Marks).Where(isToRenew))
        {
            using var change = new Change(this);
            Mark(change, mark.Epoch, mark.Lane, mark.Through);
            change.Commit();
        }
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

    private RecordHeader Append(Change change, RecordDraft draft)
    {
        if (Plan.RecordsPerEpoch > 0 && change.Get(change.Epoch, draft.Lane).Head >= (ulong)Plan.RecordsPerEpoch)
            Begin(change, Guid.NewGuid(), "the one before is full");
        var position = change.Get(change.Epoch, draft.Lane);
        var (header, record) = _sealer.Seal(draft, position);
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

    /// <summary>
    /// The enrolment's epoch is for the first file there ever was. A file that is gone, or older than what was begun, came from a
    /// backup or another card: what it would write next, central may have already.
    /// </summary>
    private void BeginWhereNeeded()
    {
        var begun = File.Exists(Plan.BegunPath) && Guid.TryParse(File.ReadAllText(Plan.BegunPath), CultureInfo.InvariantCulture, out var known) ? known : (Guid?)null;
        if (_epochs.Count == 0 || (begun is not null && begun != Epoch))
        {
            using var change = new Change(this);
            Begin(change, begun is null ? _sealer.FirstEpoch : Guid.NewGuid(), begun is null ? "enrolled" : "the file is not the newest of this card");
            change.Commit();
        }
        else if (begun is null)
        {
            NoteBegun();
        }
    }

    /// <summary>Without the note, as on a full disk, the next start takes this for an older copy and begins one more epoch: nothing is lost by that.</summary>
    private void NoteBegun()
    {
        try
        {
            DataFolder.Write(Plan.BegunPath, Encoding.ASCII.GetBytes(Epoch.ToString("D")));
        }
        catch (IOException)
        {
            _isNoted = false;
            return;
        }

        _isNoted = true;
    }

    /// <summary>Records of a write that SQLite dropped, where they are whole and follow what is there: the very same bytes, so nothing forks.</summary>
    private bool TakeBack(List<StoredRow> dropped)
    {
        using var change = new Change(this);
        var taken = 0;
        foreach (var lane in Plan.Lanes.Where(_ => _epochs.Count > 0))
        {
            while (change.Get(Epoch, lane) is var position
                && dropped.Find(row => row.Epoch == Epoch && row.Lane == lane && row.Sequence == position.Head + 1
                    && row.Fault(_sealer.ApplianceId, position.HeadChain) is null && row.HasItsKeys()) is { } row)
            {
                RecordHeader.Parse(row.Header).TryGet(out var header, out _);
                Insert(change.Transaction, header!, row.Sealed());
                FollowEncounter(change.Transaction, header!);
                change.Set(position with { Head = row.Sequence, HeadChain = row.Chain });
                taken++;
            }
        }

        change.Commit();
        return taken > 0;
    }

    private void CheckPages()
    {
        if (JournalDatabase.Scalar(_connection, "PRAGMA quick_check(1)") is not "ok" and var found)
            throw new JournalDamageException($"{Path.GetFileName(Plan.Path)} is damaged: {found}");
    }

    private void ReadPositions()
    {
        using (var command = Command("SELECT epoch FROM epochs ORDER BY ordinal"))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                _epochs.Add(JournalDamageException.Reading(() => new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true)));
        }

        // A file from before epochs were kept has that of the enrolment.
        if (_epochs.Count == 0 && JournalDatabase.Scalar(_connection, "SELECT 1 FROM records LIMIT 1") is not null)
        {
            using var change = new Change(this);
            Begin(change, _sealer.FirstEpoch, "enrolled", isEmpty: false);
            change.Commit();
        }

        foreach (var epoch in _epochs)
        {
            foreach (var lane in Plan.Lanes)
            {
                var position = JournalDamageException.Reading(() => ReadPosition(epoch, lane));
                CheckEnd(position);
                _positions[(epoch, lane)] = position;
            }
        }
    }

    private LanePosition ReadPosition(Guid epoch, Lane lane)
    {
        using var command = Command(
            "SELECT first_sequence, head_sequence, durable_through, backed_up_through, erased_through, head_chain, durable_chain, row_check FROM lane_state "
            + "WHERE epoch = $epoch AND lane = $lane");
        Add(command, epoch, lane);
        using var reader = command.ExecuteReader();
        var empty = LanePosition.Empty(_sealer.ApplianceId, epoch, lane);
        if (!reader.Read())
            return WithoutState(empty, 0, 0);
        if (reader.IsDBNull(7))
            return WithoutState(empty, (ulong)reader.GetInt64(2), (ulong)reader.GetInt64(3));
        var position = empty with
        {
            First = (ulong)reader.GetInt64(0),
            Head = (ulong)reader.GetInt64(1),
            Durable = (ulong)reader.GetInt64(2),
            BackedUp = (ulong)reader.GetInt64(3),
            Erased = (ulong)reader.GetInt64(4),
            HeadChain = reader.GetFieldValue<byte[]>(5),
            DurableChain = reader.GetFieldValue<byte[]>(6),
        };
        return position.Check().AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(7))
            ? position
            : throw new JournalDamageException($"the state of lane {lane} in epoch {epoch} is damaged");
    }

    /// <summary>A lane of which only its records are known: a file of older software, or a lane nothing was written to.</summary>
    private LanePosition WithoutState(LanePosition empty, ulong durable, ulong backedUp)
    {
        if (LastOf(empty.Epoch, empty.Lane) is not { } last)
            return empty;
        var position = empty with { Head = last.Sequence, HeadChain = last.Chain };
        var known = Math.Min(durable, position.Head);
        return position with { Durable = known, DurableChain = ChainAt(position, known), BackedUp = Math.Min(backedUp, position.Head) };
    }

    /// <summary>The last record must be there, follow the one before, and be the last.</summary>
    private void CheckEnd(LanePosition position)
    {
        var last = LastOf(position.Epoch, position.Lane);
        // A salvaged lane of which nothing but its state is left has an end and no records.
        var end = position.Head < position.First ? 0 : position.Head;
        if ((last?.Sequence ?? 0) != end)
            throw new JournalDamageException("", Missing(position, Math.Min(last?.Sequence ?? 0, position.Head) + 1));
        if (last is null)
            return;
        var before = position.Head == position.First
            ? (position.First == 1 ? RecordChain.Genesis(_sealer.ApplianceId, position.Epoch, position.Lane) : null)
            : ChainAt(position, position.Head - 1);
        var fault = before is null ? last.OutOfPlace(_sealer.ApplianceId, out _) : last.Fault(_sealer.ApplianceId, before);
        if (fault is null && !last.Chain.AsSpan().SequenceEqual(position.HeadChain))
            fault = new BrokenRecord(position.Epoch, position.Lane, position.Head, null, "is not the one that was written last");
        if (fault is not null)
            throw new JournalDamageException("", fault);
    }

    private StoredRow? LastOf(Guid epoch, Lane lane)
    {
        using var command = Command($"SELECT {StoredRow.Columns} FROM records WHERE epoch = $epoch AND lane = $lane ORDER BY sequence DESC LIMIT 1");
        Add(command, epoch, lane);
        using var reader = command.ExecuteReader();
        return reader.Read() ? StoredRow.Read(reader) : null;
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

    private byte[] ChainAt(LanePosition position, ulong sequence)
    {
        if (sequence == 0)
            return RecordChain.Genesis(_sealer.ApplianceId, position.Epoch, position.Lane);
        if (sequence == position.Durable)
            return position.DurableChain;
        using var command = Command("SELECT chain FROM records WHERE epoch = $epoch AND lane = $lane AND sequence = $sequence");
        Add(command, position.Epoch, position.Lane);
        command.Parameters.AddWithValue("$sequence", (long)sequence);
        return command.ExecuteScalar() as byte[] ?? throw new JournalDamageException("", Missing(position, sequence));
    }

    private void Mark(Change change, Guid epoch, Lane lane, ulong backedUp)
    {
        var now = _sealer.Clock.Read();
        var mark = new BackupMark(
            epoch, lane, backedUp, _sealer.Clock.SignedNow(), now.BootId, now.MonotonicMicroseconds);
        using var command = Command(
            "INSERT OR REPLACE INTO backup_marks VALUES ($epoch, $lane, $through, $signed, $boot, $monotonic, $check)", change.Transaction);
        Add(command, mark.Epoch, mark.Lane);
        command.Parameters.AddWithValue("$through", (long)mark.Through);
        command.Parameters.AddWithValue("$signed", mark.SignedAtMicroseconds is { } at ? at : DBNull.Value);
        command.Parameters.AddWithValue("$boot", Bytes(mark.BootId));
        command.Parameters.AddWithValue("$monotonic", mark.MonotonicMicroseconds);
        command.Parameters.AddWithValue("$check", mark.Check());
        command.ExecuteNonQuery();
    }

    private List<BackupMark> Marks()
    {
        using var command = Command("SELECT epoch, lane, backed_up_through, signed_at, boot_id, monotonic_microseconds, row_check FROM backup_marks ORDER BY epoch, lane, backed_up_through");
        using var reader = command.ExecuteReader();
        var marks = new List<BackupMark>();
        while (reader.Read())
        {
            var mark = new BackupMark(
                new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true),
                (Lane)reader.GetInt32(1),
                (ulong)reader.GetInt64(2),
                reader.IsDBNull(3) ? null : Health.ClockReading.FromUnixMicroseconds(reader.GetInt64(3)),
                new Guid(reader.GetFieldValue<byte[]>(4), bigEndian: true),
                reader.GetInt64(5));
            // A damaged mark erases nothing; central's next word makes another.
            if (mark.Check().AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(6)))
                marks.Add(mark);
        }

        return marks;
    }

    private int EraseThrough(Change change, LanePosition position, ulong through)
    {
        using (var open = Command(
            "DELETE FROM open_encounters WHERE record_id IN (SELECT record_id FROM records WHERE epoch = $epoch AND lane = $lane AND sequence > $after AND sequence <= $through)",
            change.Transaction))
        {
            AddRange(open);
            open.ExecuteNonQuery();
        }

        using var command = Command(
            "UPDATE records SET wrapped_for_appliance = x'', wrapped_for_central = x'', keys_check = $check "
            + "WHERE epoch = $epoch AND lane = $lane AND sequence > $after AND sequence <= $through AND length(wrapped_for_central) + length(wrapped_for_appliance) > 0",
            change.Transaction);
        AddRange(command);
        command.Parameters.AddWithValue("$check", StoredRow.CheckOf(default, default));
        var erased = command.ExecuteNonQuery();
        change.Set(position with { Erased = through });
        return erased;

        void AddRange(SqliteCommand target)
        {
            Add(target, position.Epoch, position.Lane);
            target.Parameters.AddWithValue("$after", (long)position.Erased);
            target.Parameters.AddWithValue("$through", (long)through);
        }
    }

    private void Remove(Change change, BackupMark mark)
    {
        using var command = Command("DELETE FROM backup_marks WHERE epoch = $epoch AND lane = $lane AND backed_up_through <= $through", change.Transaction);
        Add(command, mark.Epoch, mark.Lane);
        command.Parameters.AddWithValue("$through", (long)mark.Through);
        command.ExecuteNonQuery();
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

    /// <summary>One transaction and what it changes in memory, which counts only once it is committed.</summary>
    private sealed class Change(JournalFile file) : IDisposable
    {
        private readonly Dictionary<(Guid Epoch, Lane Lane), LanePosition> _changed = [];
        private readonly List<Guid> _forgotten = [];
        private readonly List<Guid> _begun = [];

        internal SqliteTransaction Transaction { get; } = file._connection.BeginTransaction(deferred: false);

        internal Guid Epoch => _begun.Count > 0 ? _begun[^1] : file.Epoch;

        internal LanePosition Get(Guid epoch, Lane lane) =>
            _changed.TryGetValue((epoch, lane), out var changed) ? changed : file._positions[(epoch, lane)];

        internal void Set(LanePosition position) => _changed[(position.Epoch, position.Lane)] = position;

        internal void Begin(Guid epoch, IEnumerable<LanePosition> positions)
        {
            _begun.Add(epoch);
            foreach (var position in positions)
                Set(position);
        }

        /// <summary>Takes an epoch out of the file.</summary>
        internal void Forget(Guid epoch)
        {
            _forgotten.Add(epoch);
            foreach (var table in new[] { "records", "lane_state", "backup_marks", "epochs" })
            {
                using var command = file.Command($"DELETE FROM {table} WHERE epoch = $epoch", Transaction);
                command.Parameters.AddWithValue("$epoch", Bytes(epoch));
                command.ExecuteNonQuery();
            }
        }

        internal void Commit()
        {
            foreach (var position in _changed.Values)
                Save(position);
            Transaction.Commit();
            file._isFlushed = file.Plan.IsFlushedAtEachCommit;
            foreach (var (place, position) in _changed)
                file._positions[place] = position;
            foreach (var epoch in _forgotten)
            {
                file._epochs.Remove(epoch);
                foreach (var lane in file.Plan.Lanes)
                    file._positions.Remove((epoch, lane));
            }

            file._epochs.AddRange(_begun);
            if (_begun.Count > 0)
                file.NoteBegun();
        }

        private void Save(LanePosition position)
        {
            using var command = file.Command(
                """
                INSERT INTO lane_state (epoch, lane, first_sequence, head_sequence, durable_through, backed_up_through, erased_through, head_chain, durable_chain, row_check)
                VALUES ($epoch, $lane, $first, $head, $durable, $backup, $erased, $head_chain, $durable_chain, $check)
                ON CONFLICT (epoch, lane) DO UPDATE SET first_sequence = $first, head_sequence = $head, durable_through = $durable,
                    backed_up_through = $backup, erased_through = $erased, head_chain = $head_chain, durable_chain = $durable_chain, row_check = $check
                """,
                Transaction);
            Add(command, position.Epoch, position.Lane);
            command.Parameters.AddWithValue("$first", (long)position.First);
            command.Parameters.AddWithValue("$head", (long)position.Head);
            command.Parameters.AddWithValue("$durable", (long)position.Durable);
            command.Parameters.AddWithValue("$backup", (long)position.BackedUp);
            command.Parameters.AddWithValue("$erased", (long)position.Erased);
            command.Parameters.AddWithValue("$head_chain", position.HeadChain);
            command.Parameters.AddWithValue("$durable_chain", position.DurableChain);
            command.Parameters.AddWithValue("$check", position.Check());
            command.ExecuteNonQuery();
        }

        public void Dispose() => Transaction.Dispose();
    }
}

/// <summary>When central said that a lane is in its backup.</summary>
/// <param name="SignedAt">By signed time; null when none was known then.</param>
/// <param name="MonotonicMicroseconds">Of the boot named; comparable within it.</param>
internal sealed record BackupMark(Guid Epoch, Lane Lane, ulong Through, DateTimeOffset? SignedAt, Guid BootId, long MonotonicMicroseconds)
{
    internal long? SignedAtMicroseconds => SignedAt is { } at ? Health.ClockReading.ToUnixMicroseconds(at) : null;

    internal byte[] Check()
    {
        Span<byte> numbers = stackalloc byte[1 + (3 * sizeof(long))];
        numbers[0] = (byte)Lane;
        BinaryPrimitives.WriteUInt64BigEndian(numbers[1..], Through);
        BinaryPrimitives.WriteInt64BigEndian(numbers[9..], SignedAtMicroseconds ?? long.MinValue);
        BinaryPrimitives.WriteInt64BigEndian(numbers[17..], MonotonicMicroseconds);
        return RowCheck.Of(JournalFile.Bytes(Epoch), numbers, JournalFile.Bytes(BootId));
    }
}
