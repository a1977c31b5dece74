using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>The end of the appliance's copy.</summary>
internal sealed partial class JournalFile
{
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

            // A backup that central has lost since counts no more: what it held must come into another first.
            // What is carried is durable by its carriers.
            var kept = position.ClosedFrom is null ? Math.Min(position.Durable, position.BackedUp) : position.BackedUp;
            var through = Math.Min(Math.Min(mark.Through, kept), position.Erased + (ulong)(recordsMax - erased));
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
    /// Begins the count for what is in central's backup and has no mark any more: a damaged mark is passed over, and a rebuilt file has none. Central
    /// does not say it again of a lane that grows no more, and its keys would stay for ever.
    /// </summary>
    internal void MarkUnmarked()
    {
        var marks = JournalDamageException.Reading(Marks);
        foreach (var position in _positions.Values.Where(static position => position.BackedUp > position.Erased).ToArray())
        {
            if (marks.Exists(mark => mark.Epoch == position.Epoch && mark.Lane == position.Lane && mark.Through >= position.BackedUp))
                continue;
            using var change = new Change(this);
            Mark(change, position.Epoch, position.Lane, position.BackedUp);
            change.Commit();
        }
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

    /// <summary>Forgets the backups beyond this one: their 72 hours begin anew when central has another.</summary>
    private void Unmark(Change change, Guid epoch, Lane lane, ulong backedUp)
    {
        using var command = Command("DELETE FROM backup_marks WHERE epoch = $epoch AND lane = $lane AND backed_up_through > $through", change.Transaction);
        Add(command, epoch, lane);
        command.Parameters.AddWithValue("$through", (long)backedUp);
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
}
