using System.Globalization;
using System.Text;
using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>Opening: what is checked before anything is believed.</summary>
internal sealed partial class JournalFile
{
    /// <summary>
    /// 1. After an unclean stop looks at what SQLite will drop of the log. 2. Opens or creates the file. 3. After an unclean stop checks every
    /// page. 4. Reads where each lane stands and what is to be carried, and checks the ends. 5. Takes whole records back from what was dropped. 6. Begins an epoch where
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
            file.ReadCarrying();
            // 5
            file.HasUnfinishedWrite = tail is { Commits: > 0 } && !file.TakeBack(dropped) && tail.MayHoldRecords;
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
}
