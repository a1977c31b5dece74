using EdgeCheckpoint.Faults.Tests.Disk;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Faults.Tests.Journal;

/// <summary>
/// A disk that is full, that fails, that goes read-only, at each of its operations in turn: what was acknowledged is there, what was refused
/// was said to be, and the journal works again when the disk does.
/// </summary>
public sealed class DiskFaultTests : IDisposable
{
    /// <summary>Operations of the workload at which the disk fails, one after another.</summary>
    private const int PlacesMax = 400;

    private readonly JournalRig _rig = new();

    [Theory]
    [InlineData(DiskScript.Full)]
    [InlineData(DiskScript.WriteError)]
    [InlineData(DiskScript.ReadOnly)]
    public void Append_WriteRefusedOnce_AtEveryPlace_LosesNothingAcknowledged(int result) =>
        AtEveryPlace(static _ => true, place => new FailingDisk(result, DiskOperation.Write, place, times: 1));

    [Theory]
    [InlineData(DiskScript.Full)]
    [InlineData(DiskScript.WriteError)]
    [InlineData(DiskScript.ReadOnly)]
    public void Append_WritesRefusedFromAPlaceOn_SaysSoAndGoesOnWhenTheDiskDoes(int result) =>
        AtEveryPlace(static place => place % 3 == 0, place => new FailingDisk(result, DiskOperation.Write, place, times: 60));

    [Fact]
    public void Append_FlushFailsOnce_AtEveryPlace_LosesNothingAcknowledged() =>
        AtEveryPlace(static _ => true, static place => new FailingDisk(DiskScript.SyncError, DiskOperation.Sync, place, times: 1));

    [Fact]
    public void Append_FlushFailsFromAPlaceOn_AcknowledgesNothingThatIsOnlyInTheCache() =>
        AtEveryPlace(static place => place % 2 == 0, static place => new FailingDisk(DiskScript.SyncError, DiskOperation.Sync, place, times: 12));

    [Fact]
    public void Append_CutRefusedOnce_AtEveryPlace_LosesNothingAcknowledged() =>
        AtEveryPlace(static _ => true, static place => new FailingDisk(DiskScript.TruncateError, DiskOperation.Truncate, place, times: 1));

    [Fact]
    public void Append_DiskFull_GivesUpTheBallastAndIsWritten()
    {
        _rig.Options.BallastBytes = 1 << 20;
        var data = _rig.NewFolder();
        var disk = new FullUntilRoom(Path.Combine(data.Journal, "ballast"));
        using var watching = FaultVfs.Watch(data.Journal, disk);
        using var journal = _rig.Open(data);
        journal.Upkeep();
        Assert.True(journal.IsBallastHeld);
        disk.IsFull = true;

        journal.Append(JournalRig.Draft(Lane.Encounters, new Random(1)));

        Assert.False(journal.IsBallastHeld);
        Assert.Null(journal.Problem);
        Assert.Equal(1, journal.Depth().Lanes[1].RecordsWaiting);
    }

    [Fact]
    public void Append_DiskFullWithoutBallast_ShedsHealthOnly()
    {
        var data = _rig.NewFolder();
        var disk = new FullForAMoment();
        using var watching = FaultVfs.Watch(data.Journal, disk);
        using var journal = _rig.Open(data);
        for (var i = 0; i < 20; i++)
            journal.Append(JournalRig.Draft(Lane.Health, new Random(1)));
        disk.Refusals = 1;

        journal.Append(JournalRig.Draft(Lane.Encounters, new Random(1)));

        Assert.Equal(16, journal.RecordsShed);
        Assert.Equal(1, journal.Depth().Lanes[1].RecordsWaiting);
    }

    /// <summary>Health without room is no reason to stop, nor to give up what is kept for travellers.</summary>
    [Fact]
    public void Append_HealthOnAFullCard_TakesNothingFromTheCounter()
    {
        _rig.Options.BallastBytes = 1 << 20;
        var data = _rig.NewFolder();
        var disk = new FullForHealth();
        using var watching = FaultVfs.Watch(data.Journal, disk);
        using var journal = _rig.Open(data);
        journal.Upkeep();
        disk.IsFull = true;

        Assert.Throws<SqliteException>(() => journal.Append(JournalRig.Draft(Lane.Health, new Random(1))));

        Assert.True(journal.IsBallastHeld);
        Assert.Null(journal.Problem);
        journal.Append(JournalRig.Draft(Lane.Encounters, new Random(1)));
        disk.IsFull = false;
        journal.Append(JournalRig.Draft(Lane.Health, new Random(1)));
        Assert.Equal([1L, 1L], [journal.Depth().Lanes[1].RecordsWaiting, journal.Depth().Lanes[3].RecordsWaiting]);
    }

    [Fact]
    public void Read_PageThatTheCardDoesNotGiveBack_IsSalvagedAround()
    {
        var data = _rig.NewFolder();
        using (var journal = _rig.Open(data))
        {
            for (var i = 0; i < 40; i++)
                journal.Append(JournalRig.Draft(Lane.Encounters, new Random(i)));
        }

        // The SQLite of this process cannot read the third page; the file itself can be read around it.
        using var watching = FaultVfs.Watch(data.Journal, new UnreadablePage(3));
        using var reopened = _rig.Open(data);
        reopened.OpenEncounters();

        Assert.Equal(1, reopened.Recoveries);
        Assert.NotNull(reopened.ReadUnsent(Lane.Encounters));
        Assert.True(Directory.Exists(Path.Combine(data.Journal, "evidence")));
    }

    /// <summary>
    /// Runs the same work with the fault at each place in turn, then ends the fault, cuts the power where everything unflushed is gone, and counts.
    /// </summary>
    private void AtEveryPlace(Func<int, bool> isTried, Func<int, FailingDisk> disk)
    {
        var refused = 0;
        var place = 0;
        for (; place < PlacesMax; place++)
        {
            if (!isTried(place))
                continue;
            var data = _rig.NewFolder();
            var failing = disk(place);
            var acknowledged = new List<Guid>();
            using (FaultVfs.Watch(data.Journal, failing))
            {
                using var journal = _rig.Open(data);
                refused += Work(journal, acknowledged, place);
                failing.End();
                acknowledged.AddRange(journal.Append(JournalRig.Draft(Lane.Encounters, new Random(place)), JournalRig.Draft(Lane.Audit, new Random(place))).Select(static header => header.RecordId));
                Assert.Null(journal.Problem);
            }

            AssertAllThere(data, failing, acknowledged, place);
            if (!failing.HasFailed)
                break;
        }

        Assert.True(refused > 0, "the disk never refused anything: nothing was tried");
        Assert.True(place < PlacesMax, "the work has more operations than were tried");
    }

    private static int Work(JournalStore journal, List<Guid> acknowledged, int seed)
    {
        var random = new Random(seed);
        var refused = 0;
        for (var i = 0; i < 12; i++)
        {
            try
            {
                if (i % 4 == 3)
                    journal.Checkpoint();
                acknowledged.AddRange(journal.Append(JournalRig.Draft((Lane)random.Next(3), random), JournalRig.Draft(Lane.Audit, random)).Select(static header => header.RecordId));
                if (journal.ReadUnsent(Lane.Audit) is { } batch)
                    journal.SetDurable(batch.Epoch, batch.Lane, batch.FirstSequence, 0);
            }
            catch (SqliteException)
            {
                refused++;
            }
        }

        return refused;
    }

    private void AssertAllThere(DataFolder data, FailingDisk disk, List<Guid> acknowledged, int place)
    {
        var after = _rig.NewFolder();
        disk.Durable.CutIntoFlushed(after.Journal);
        foreach (var file in Directory.GetFiles(data.Journal, "*.begun"))
            File.Copy(file, Path.Combine(after.Journal, Path.GetFileName(file)));
        using (var journal = _rig.Open(after))
        {
            Assert.Null(journal.Problem);
            Assert.True(journal.Recoveries == 0, $"place {place}: damaged after the cut");
        }

        var ids = Ids(JournalStore.PathsIn(after.Path)[0]);
        var lost = acknowledged.Where(id => !ids.Contains(id)).ToArray();
        Assert.True(lost.Length == 0, $"place {place}: {lost.Length} of {acknowledged.Count} acknowledged records are gone");
        Assert.True(JournalVerification.Verify(JournalStore.PathsIn(after.Path)[0], checksKeys: true).IsSuccess);
        Directory.Delete(after.Path, recursive: true);
        Directory.Delete(data.Path, recursive: true);
    }

    private static HashSet<Guid> Ids(string path)
    {
        var ids = new HashSet<Guid>();
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT record_id FROM records";
        using var reader = command.ExecuteReader();
        while (reader.Read())
            ids.Add(new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true));
        return ids;
    }

    public void Dispose() => _rig.Dispose();

    private sealed class FullUntilRoom(string ballast) : DiskScript
    {
        internal bool IsFull { get; set; }

        internal override int Write(string path, long offset, ReadOnlySpan<byte> content) => IsFull && File.Exists(ballast) ? Full : Ok;
    }

    private sealed class FullForHealth : DiskScript
    {
        internal bool IsFull { get; set; }

        internal override int Write(string path, long offset, ReadOnlySpan<byte> content) => IsFull && path.Contains("health.db", StringComparison.Ordinal) ? Full : Ok;
    }

    private sealed class FullForAMoment : DiskScript
    {
        internal int Refusals { get; set; }

        internal override int Write(string path, long offset, ReadOnlySpan<byte> content)
        {
            if (Refusals == 0 || !path.Contains("journal.db", StringComparison.Ordinal))
                return Ok;
            Refusals--;
            return Full;
        }
    }

    private sealed class UnreadablePage(int page) : DiskScript
    {
        internal override int Read(string path, long offset) =>
            path.EndsWith("journal.db", StringComparison.Ordinal) && !Directory.Exists(Path.Combine(Path.GetDirectoryName(path)!, "evidence")) && offset == (page - 1) * 4096L ? ReadError : Ok;
    }
}
