using System.Collections.Immutable;
using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// Records that central cannot take in their place: behind one that damage took, or under numbers of which it has another history. Each is written again,
/// inside a record of the newest epoch, a few in one transaction with the note of how far that is. So it ends whatever stops, and nothing is carried twice.
/// </summary>
internal sealed partial class JournalFile
{
    private readonly Dictionary<(Guid Epoch, Lane Lane), ClosedLane> _closed = [];
    private readonly Dictionary<Lane, (long Count, DateTimeOffset Since)> _stranded = [];
    private readonly List<Finding> _findings = [];

    /// <summary>Lanes that are closed, in whatever order.</summary>
    internal IReadOnlyCollection<ClosedLane> ClosedLanes => _closed.Values;

    /// <summary>What recovery found and no alert says yet.</summary>
    internal IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Records that are to be written again and are not yet.</summary>
    internal long Uncarried => Plan.Lanes.Sum(UncarriedOf);

    /// <summary>
    /// Closes a lane from a record on: what central has before it stays as it is. The lane's epoch is never written to again. Until the carriers are in
    /// central's backup, no key of what is carried is destroyed.
    /// </summary>
    /// <returns>False when the lane was closed there, or before, already.</returns>
    internal bool Close(Guid epoch, Lane lane, ulong from, string reason)
    {
        if (!_positions.TryGetValue((epoch, lane), out var position))
            return false;
        from = Math.Clamp(from, position.First, position.Head + 1);
        if (position.ClosedFrom <= from)
            return false;
        using var change = new Change(this);
        if (epoch == Epoch)
            Begin(change, Guid.NewGuid(), "central has another history of the one before");
        Keep(change, new ClosedLane(epoch, lane, from, from - 1, reason));
        // Central has compared what is before it. Where that is not here, the lane stays at what it had.
        var durable = from - 1 >= position.Oldest ? from - 1 : position.Durable;
        Unmark(change, epoch, lane, 0);
        change.Set(position with { ClosedFrom = from, Durable = durable, DurableChain = ChainAt(position, durable, change.Transaction), BackedUp = 0 });
        // It may hold what carries others.
        DoubtCarried(change);
        change.Commit();
        return true;
    }

    /// <summary>Writes the next of what is to be carried, alerts first.</summary>
    /// <param name="recordsMax">At most so many: the counter waits.</param>
    /// <param name="sealedBefore">What an attempt that failed has sealed already.</param>
    /// <returns>The lanes that grew; empty when nothing was left.</returns>
    internal ImmutableArray<Lane> Carry(int recordsMax, SealedDrafts sealedBefore)
    {
        foreach (var lane in Plan.Lanes)
        {
            if (StrandedOf(lane) > 0)
                return Carry(lane, ReadStranded(lane, recordsMax), Drop, sealedBefore);
            // By their age: an encounter's verdict comes before its decision.
            if (NextClosed(lane) is { } closed)
                return Carry(lane, ReadClosed(closed, recordsMax), (change, rows) => Keep(change, closed with { CarriedThrough = rows[^1].Sequence }), sealedBefore);
        }

        return [];
    }

    /// <summary>
    /// What is carried is in central's backup when the record that carries it is. So far the closed lanes count as backed up, and their hours begin.
    /// </summary>
    /// <param name="recordsMax">At most so many of a lane at once: the counter must not wait.</param>
    internal void BackUpCarried(int recordsMax)
    {
        foreach (var closed in _closed.Values.ToArray())
        {
            var position = _positions[(closed.Epoch, closed.Lane)];
            // First what has gone under its own numbers.
            if (position.IsSendable && position.BackedUp < position.SendableHead)
                continue;
            var after = Math.Max(position.BackedUp, closed.From - 1);
            var through = CarriedInBackup(closed, after, recordsMax);
            if (through == after)
                continue;
            using var change = new Change(this);
            Mark(change, closed.Epoch, closed.Lane, through);
            change.Set(position with { BackedUp = through });
            change.Commit();
        }
    }

    /// <summary>Writes the alert of what was found in this file or another.</summary>
    internal void Tell(Finding finding, SealedDrafts sealedBefore)
    {
        // What was refused when a flush failed may be there all the same; written twice it would be refused for ever.
        if (Has(finding.RecordId))
            return;
        var alert = RecoveryDrafts.Alert(finding);
        Write([alert], sealedBefore);
        sealedBefore.Forget([alert]);
    }

    /// <summary>The alert is written.</summary>
    internal void Forget(Finding finding)
    {
        using var change = new Change(this);
        using var command = Command("DELETE FROM findings WHERE record_id = $id", change.Transaction);
        command.Parameters.AddWithValue("$id", Bytes(finding.RecordId));
        command.ExecuteNonQuery();
        change.AfterCommit(() => _findings.Remove(finding));
        change.Commit();
    }

    private long UncarriedOf(Lane lane) =>
        StrandedOf(lane)
        + _closed.Values.Where(closed => closed.Lane == lane).Sum(closed => (long)(_positions[(closed.Epoch, lane)].Head - closed.CarriedThrough));

    /// <summary>When the oldest of what is to be written again was written first, nearly: of what is stranded, the oldest that there was at the start.</summary>
    private DateTimeOffset? UncarriedSince(Lane lane)
    {
        DateTimeOffset? stranded = StrandedOf(lane) > 0 ? _stranded[lane].Since : null;
        DateTimeOffset? closed = NextClosed(lane) is { } next ? WrittenAt(_positions[(next.Epoch, lane)], next.CarriedThrough + 1) : null;
        return stranded is null || closed < stranded ? closed : stranded;
    }

    private long StrandedOf(Lane lane) => _stranded.GetValueOrDefault(lane).Count;

    private ClosedLane? NextClosed(Lane lane) => _epochs.Select(epoch => _closed.GetValueOrDefault((epoch, lane))).FirstOrDefault(IsUncarried);

    private bool IsUncarried(ClosedLane? closed) => closed is not null && closed.CarriedThrough < _positions[(closed.Epoch, closed.Lane)].Head;

    private ImmutableArray<Lane> Carry(Lane lane, List<StoredRow> rows, Action<Change, List<StoredRow>> note, SealedDrafts sealedBefore)
    {
        var drafts = new List<RecordDraft>(rows.Count);
        // After a second damage a carrier may have been written twice, and both be cut off.
        var seen = new HashSet<Guid>();
        foreach (var row in rows)
        {
            if (row.OutOfPlace(_sealer.ApplianceId, out var header) is { } fault)
                throw new JournalDamageException("", fault);
            var draft = RecoveryDrafts.Carrier(row, header!);
            if (seen.Add(draft.RecordId) && !Has(draft.RecordId))
                drafts.Add(draft);
        }

        using var change = new Change(this);
        foreach (var draft in drafts)
            Append(change, draft, sealedBefore);
        note(change, rows);
        change.Commit();
        sealedBefore.Forget(drafts);
        return [lane];
    }

    private List<StoredRow> ReadStranded(Lane lane, int recordsMax)
    {
        using var command = Command($"SELECT {StoredRow.Columns} FROM stranded WHERE lane = $lane ORDER BY lane, epoch, sequence LIMIT $limit");
        command.Parameters.AddWithValue("$lane", (int)lane);
        command.Parameters.AddWithValue("$limit", recordsMax);
        using var reader = command.ExecuteReader();
        var rows = new List<StoredRow>();
        while (reader.Read())
            rows.Add(StoredRow.Read(reader));
        return rows.Count > 0 ? rows : throw new JournalDamageException($"stranded records of lane {lane} are missing");
    }

    /// <summary>The next of a closed lane, checked like what is sent.</summary>
    private List<StoredRow> ReadClosed(ClosedLane closed, int recordsMax)
    {
        var position = _positions[(closed.Epoch, closed.Lane)];
        var chain = closed.CarriedThrough >= position.Oldest ? ChainAt(position, closed.CarriedThrough) : null;
        using var command = Command($"SELECT {StoredRow.Columns} FROM records WHERE epoch = $epoch AND lane = $lane AND sequence > $after ORDER BY sequence LIMIT $limit");
        Add(command, closed.Epoch, closed.Lane);
        command.Parameters.AddWithValue("$after", (long)closed.CarriedThrough);
        command.Parameters.AddWithValue("$limit", recordsMax);
        using var reader = command.ExecuteReader();
        var rows = new List<StoredRow>();
        while (reader.Read())
        {
            var row = StoredRow.Read(reader);
            var expected = closed.CarriedThrough + (ulong)rows.Count + 1;
            var fault = row.Sequence != expected ? Missing(position, expected)
                : chain is null ? row.OutOfPlace(_sealer.ApplianceId, out _)
                : row.Fault(_sealer.ApplianceId, chain);
            if (fault is not null)
                throw new JournalDamageException("", fault);
            rows.Add(row);
            chain = row.Chain;
        }

        return rows.Count > 0 ? rows : throw new JournalDamageException("", Missing(position, closed.CarriedThrough + 1));
    }

    private void Drop(Change change, List<StoredRow> rows)
    {
        foreach (var row in rows)
        {
            using var command = Command("DELETE FROM stranded WHERE epoch = $epoch AND lane = $lane AND sequence = $sequence", change.Transaction);
            Add(command, row.Epoch, row.Lane);
            command.Parameters.AddWithValue("$sequence", (long)row.Sequence);
            command.ExecuteNonQuery();
        }

        var (count, since) = _stranded[rows[0].Lane];
        change.AfterCommit(() => _stranded[rows[0].Lane] = (count - rows.Count, since));
    }

    private void Keep(Change change, ClosedLane closed)
    {
        using var command = Command(
            "INSERT OR REPLACE INTO closed_lanes VALUES ($epoch, $lane, $from, $carried, $reason, $check)", change.Transaction);
        Add(command, closed.Epoch, closed.Lane);
        command.Parameters.AddWithValue("$from", (long)closed.From);
        command.Parameters.AddWithValue("$carried", (long)closed.CarriedThrough);
        command.Parameters.AddWithValue("$reason", closed.Reason);
        command.Parameters.AddWithValue("$check", closed.Check());
        command.ExecuteNonQuery();
        change.AfterCommit(() => _closed[(closed.Epoch, closed.Lane)] = closed);
    }

    /// <summary>How far the carriers of a closed lane are in central's backup, in order, from a record on.</summary>
    private ulong CarriedInBackup(ClosedLane closed, ulong after, int recordsMax)
    {
        using var command = Command(
            "SELECT record_id FROM records WHERE epoch = $epoch AND lane = $lane AND sequence > $after AND sequence <= $through ORDER BY sequence LIMIT $limit");
        Add(command, closed.Epoch, closed.Lane);
        command.Parameters.AddWithValue("$after", (long)after);
        command.Parameters.AddWithValue("$through", (long)closed.CarriedThrough);
        command.Parameters.AddWithValue("$limit", recordsMax);
        using var reader = command.ExecuteReader();
        var through = after;
        while (reader.Read() && IsBackedUp(RecoveryDrafts.CarrierOf(JournalDamageException.Reading(() => new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true)))))
            through++;
        return through;
    }

    private bool IsBackedUp(Guid recordId)
    {
        using var command = Command("SELECT epoch, lane, sequence FROM records WHERE record_id = $id");
        command.Parameters.AddWithValue("$id", Bytes(recordId));
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            return false;
        var (place, sequence) = JournalDamageException.Reading(
            () => ((new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true), (Lane)reader.GetInt32(1)), (ulong)reader.GetInt64(2)));
        return _positions.TryGetValue(place, out var position) && position.BackedUp >= sequence;
    }

    /// <summary>Where central lost a backup, so it lost what it holds of the closed lanes: they are looked at anew, from their beginning.</summary>
    private void DoubtCarried(Change change)
    {
        foreach (var closed in _closed.Values)
        {
            var position = change.Get(closed.Epoch, closed.Lane);
            if (position.BackedUp < closed.From)
                continue;
            Unmark(change, closed.Epoch, closed.Lane, closed.From - 1);
            change.Set(position with { BackedUp = closed.From - 1 });
        }
    }

    private void ReadCarrying()
    {
        using (var command = Command("SELECT epoch, lane, from_sequence, carried_through, reason, row_check FROM closed_lanes"))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                Take(JournalDamageException.Reading(() => ReadClosedLane(reader)));
        }

        using (var command = Command("SELECT lane, count(*), min(written_at) FROM stranded GROUP BY lane"))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                JournalDamageException.Reading(() => _stranded[(Lane)reader.GetInt32(0)] = (reader.GetInt64(1), Health.ClockReading.FromUnixMicroseconds(reader.GetInt64(2))));
        }

        using (var command = Command("SELECT record_id, found_at, note FROM findings ORDER BY found_at"))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                _findings.Add(JournalDamageException.Reading(() => new Finding(new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true), reader.GetInt64(1), reader.GetString(2))));
        }
    }

    /// <summary>A damaged note is damage: a lane that opened by it would be offered to a central that refuses it.</summary>
    private void Take(ClosedLane closed)
    {
        if (!_positions.TryGetValue((closed.Epoch, closed.Lane), out var position) || closed.From < position.First || closed.From > position.Head + 1 || closed.CarriedThrough > position.Head)
            throw new JournalDamageException($"the note of closed lane {closed.Lane} in epoch {closed.Epoch} does not fit it");
        _closed[(closed.Epoch, closed.Lane)] = closed;
        _positions[(closed.Epoch, closed.Lane)] = position with { ClosedFrom = closed.From };
    }

    private static ClosedLane ReadClosedLane(SqliteDataReader reader)
    {
        var closed = new ClosedLane(
            new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true), (Lane)reader.GetInt32(1), (ulong)reader.GetInt64(2), (ulong)reader.GetInt64(3), reader.GetString(4));
        return closed.Check().AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(5))
            ? closed
            : throw new JournalDamageException($"the note of closed lane {closed.Lane} in epoch {closed.Epoch} is damaged");
    }
}
