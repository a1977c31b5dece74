using System.Buffers.Binary;
using EdgeCheckpoint.Faults.Tests.Disk;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Faults.Tests.Journal;

/// <summary>What recovery found is told once, whatever the card says to it meanwhile.</summary>
public sealed class TellingTests : IDisposable
{
    private const int RecordCount = 6;

    private readonly JournalRig _rig = new();

    [Fact]
    public void Append_CardFullAfterRecovery_SealsStrandedRecordsOnceAndTellsThemWhenThereIsRoom()
    {
        var data = Stranded(Lane.Health);
        var disk = new RefusingDisk("health.db-wal", DiskScript.Full) { Refuses = true };
        using var watching = FaultVfs.Watch(data.Journal, disk);
        using var journal = _rig.Open(data);

        Assert.Null(journal.ReadUnsent(Lane.Health));
        Assert.Equal((1, 1), (journal.Recoveries, disk.Refusals));
        for (var i = 0; i < 5; i++)
            journal.Append(JournalRig.Draft(Lane.Encounters, new Random(i)));

        // The counter's writes do not ask a full card again and again; upkeep does.
        Assert.Equal(1, disk.Refusals);
        Assert.Contains("5 records", journal.Status(_rig.Time.GetUtcNow()).Detail, StringComparison.Ordinal);
        journal.Upkeep();
        Assert.Equal(2, disk.Refusals);
        Assert.False(journal.CarryOn());
        disk.Refuses = false;
        journal.Upkeep();

        var told = journal.ReadUnsent(Lane.Health)!.Records;
        Assert.Equal(RecordCount - 1, told.Length);
        Assert.All(told, static record => Assert.Equal(RecordKind.Salvaged, RecordHeader.Parse(record.Header).Value.Kind));
        // The keys of the attempt that was refused first are those that were written.
        Assert.True(disk.FirstAttempt.AsSpan().IndexOf(told[0].WrappedForCentral.Span) >= 0);
        Assert.Equal(1, CountOf(journal, Lane.Alerts, RecordKind.JournalRecovered));
        Assert.DoesNotContain("wait for room", journal.Status(_rig.Time.GetUtcNow()).Detail, StringComparison.Ordinal);
    }

    /// <summary>What waits for room is on the card, not in anybody's memory: a stop costs nothing of it.</summary>
    [Fact]
    public void Dispose_CardFullAfterRecovery_TellsAtTheNextStart()
    {
        var data = Stranded(Lane.Health);
        var disk = new RefusingDisk("health.db-wal", DiskScript.Full) { Refuses = true };
        using (FaultVfs.Watch(data.Journal, disk))
        {
            using var journal = _rig.Open(data);
            Assert.Null(journal.ReadUnsent(Lane.Health));
            Assert.Equal(1, journal.Recoveries);
        }

        using var next = _rig.Open(data);

        Assert.Equal(0, next.Recoveries);
        Assert.Equal(RecordCount - 1, CountOf(next, Lane.Health, RecordKind.Salvaged));
        Assert.Equal(1, CountOf(next, Lane.Alerts, RecordKind.JournalRecovered));
    }

    /// <summary>No room even for what is behind a lost record: the counter goes on, the alert says what stays in the evidence, and a rescue brings it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_NoRoomForWhatIsBehindALostRecord_GoesOnSaysSoAndLeavesItToARescue(bool hasBallast)
    {
        const int count = 80;
        var data = _rig.NewFolder();
        using (var journal = _rig.Open(data))
        {
            for (var i = 0; i < count; i++)
                journal.Append(JournalRig.Draft(Lane.Encounters, new Random(i)));
        }

        LoseFirst(data, Lane.Encounters);
        _rig.Options.BallastBytes = hasBallast ? 1 << 20 : 0;
        if (hasBallast)
            File.WriteAllBytes(Path.Combine(data.Journal, "ballast"), new byte[1 << 20]);
        var disk = new SmallDisk("journal.db.rebuilt", bytesMax: 96 << 10, Path.Combine(data.Journal, "ballast"));
        using (FaultVfs.Watch(data.Journal, disk))
        {
            using var journal = _rig.Open(data);
            journal.ReadUnsent(Lane.Encounters);
            while (journal.CarryOn())
            {
            }

            journal.Append(JournalRig.Draft(Lane.Encounters, new Random(1)));

            Assert.Null(journal.Problem);
            Assert.Equal(1, journal.Recoveries);
            Assert.True(disk.Refusals > 0);
            Assert.Equal(0, journal.Untold);
            // The ballast makes the room, where there is one.
            var batch = journal.ReadUnsent(Lane.Encounters)!;
            Assert.Equal(hasBallast, RecordHeader.Parse(batch.Records[0].Header).Value.Kind == RecordKind.Salvaged);
            var alert = Assert.Single(journal.ReadUnsent(Lane.Alerts)!.Records);
            var note = _rig.NoteOf(RecordHeader.Parse(alert.Header).Value.RecordId, alert.Header, alert.Ciphertext.Span, alert.WrappedForCentral.Span);
            Assert.Equal(!hasBallast, note.Contains($"no room to write {count - 1} of those", StringComparison.Ordinal));
        }

        using var file = new MemoryStream();
        var report = JournalRescue.Write(file, JournalRescue.FilesIn(data.Path), key: null, takesAll: false, _rig.RecordKeySpki);
        Assert.Equal((0, count - 1), (report.Stranded, report.Carried));
    }

    /// <summary>What was refused may be there all the same: it must not be written beside itself, nor be refused for ever as a duplicate.</summary>
    [Fact]
    public void ReadUnsent_FlushFailsWhileTelling_TellsOnce()
    {
        var data = Stranded(Lane.Audit);
        var disk = new RefusingDisk("journal.db-wal", DiskScript.SyncError);
        using var watching = FaultVfs.Watch(data.Journal, disk);
        using var journal = _rig.Open(data);
        disk.Refuses = true;
        Assert.Throws<SqliteException>(() => journal.ReadUnsent(Lane.Audit));
        Assert.Equal(1, disk.Refusals);
        disk.Refuses = false;

        journal.Append(JournalRig.Draft(Lane.Encounters, new Random(1)));

        Assert.Null(journal.Problem);
        Assert.Equal(RecordCount - 1, CountOf(journal, Lane.Audit, RecordKind.Salvaged));
        Assert.Equal(0, journal.Untold);
        Assert.Equal(1, CountOf(journal, Lane.Alerts, RecordKind.JournalRecovered));
        Assert.Equal(1, journal.Recoveries);
    }

    /// <summary>A card on which all records of a lane but the first are whole.</summary>
    private DataFolder Stranded(Lane lane)
    {
        var data = _rig.NewFolder();
        using (var journal = _rig.Open(data))
        {
            for (var i = 0; i < RecordCount; i++)
                journal.Append(JournalRig.Draft(lane, new Random(i)));
        }

        LoseFirst(data, lane);
        return data;
    }

    private static void LoseFirst(DataFolder data, Lane lane)
    {
        using var connection = new SqliteConnection($"Data Source={JournalStore.PathsIn(data.Path)[lane == Lane.Health ? 1 : 0]};Pooling=False");
        connection.Open();
        JournalDatabase.Execute(connection, "PRAGMA foreign_keys = OFF");
        JournalDatabase.Execute(connection, "PRAGMA secure_delete = ON");
        using var command = connection.CreateCommand();
        command.CommandText = $"DELETE FROM records WHERE lane = {(int)lane} AND sequence = 1";
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private static int CountOf(JournalStore journal, Lane lane, RecordKind kind)
    {
        var count = 0;
        while (journal.ReadUnsent(lane) is { } batch)
        {
            count += batch.Records.Count(record => RecordHeader.Parse(record.Header).Value.Kind == kind);
            journal.SetDurable(batch.Epoch, lane, batch.FirstSequence + (ulong)batch.Records.Length - 1, 0);
        }

        return count;
    }

    public void Dispose() => _rig.Dispose();

    /// <summary>Has room for so many bytes of a file and of its log each, and for all of it once the ballast is given up.</summary>
    private sealed class SmallDisk(string name, long bytesMax, string ballast) : DiskScript
    {
        private readonly bool _hadBallast = File.Exists(ballast);

        internal int Refusals { get; private set; }

        internal override int Write(string path, long offset, ReadOnlySpan<byte> content)
        {
            if (!Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal) || offset + content.Length <= bytesMax || (_hadBallast && !File.Exists(ballast)))
                return Ok;
            Refusals++;
            return Full;
        }
    }

    /// <summary>
    /// Refuses what tells of a recovery. A full disk: the last frame of each commit in the log, those of a page or two apart, as opening makes them. A failing
    /// one: the first flush of the log.
    /// </summary>
    private sealed class RefusingDisk(string log, int result) : DiskScript
    {
        private const int SmallFrames = 2;

        private readonly List<byte> _written = [];
        private int _frames;
        private bool _isCommit;

        internal bool Refuses { get; set; }

        internal int Refusals { get; private set; }

        /// <summary>What was written before the first refusal.</summary>
        internal byte[] FirstAttempt { get; private set; } = [];

        internal override int Write(string path, long offset, ReadOnlySpan<byte> content)
        {
            if (Path.GetFileName(path) != log)
                return Ok;
            _written.AddRange(content);
            if (content.Length != LogTail.FrameHeaderLength)
                return Ok;
            _frames = _isCommit ? 1 : _frames + 1;
            _isCommit = BinaryPrimitives.ReadUInt32BigEndian(content[4..]) != 0;
            return _isCommit && result == Full ? Refuse() : Ok;
        }

        internal override int Sync(string path)
        {
            if (!Refuses || result != SyncError || Path.GetFileName(path) != log)
                return Ok;
            Refusals++;
            Refuses = false;
            return SyncError;
        }

        private int Refuse()
        {
            if (!Refuses || _frames <= SmallFrames)
                return Ok;
            if (Refusals == 0)
                FirstAttempt = [.. _written];
            Refusals++;
            _isCommit = false;
            return Full;
        }
    }
}
