using System.Globalization;
using EdgeCheckpoint.Faults.Tests.Disk;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Faults.Tests.Journal;

/// <summary>
/// The power goes at any moment: everything acknowledged is there afterwards, nothing is corrupt, and the journal is ready again. The
/// laboratory proves itself by finding loss where SQLite does not flush each commit.
/// </summary>
public sealed class PowerCutTests : IDisposable
{
    private const int CutsPerRun = 25;

    private readonly JournalRig _rig = new();

    [Fact]
    public void Append_PowerCutAtAnyMoment_LosesNothingAcknowledged()
    {
        var cuts = Seed.Number("CHECKPOINT_CUTS", 200);
        var random = new Random(Seed.Of($"{cuts} power cuts"));
        long acknowledged = 0;
        for (var done = 0; done < cuts; done += CutsPerRun)
        {
            var run = Run(random, static r => (Lane)r.Next(4));
            for (var i = 0; i < Math.Min(CutsPerRun, cuts - done); i++)
            {
                var (expected, lost) = Cut(run, random, static lane => lane != Lane.Health);
                Assert.Empty(lost);
                acknowledged += expected;
            }
        }

        Console.Error.WriteLine($"{cuts} power cuts: {acknowledged.ToString(CultureInfo.InvariantCulture)} acknowledged records checked, 0 lost, 0 corrupt");
        Assert.True(acknowledged > cuts);
    }

    [Fact]
    public void Laboratory_WithoutAFlushAtEachCommit_FindsLoss()
    {
        var random = new Random(Seed.Of("self-test of the power cut"));
        var lost = 0;
        for (var run = 0; run < 4; run++)
        {
            var recorded = Run(random, static _ => Lane.Health);
            for (var i = 0; i < CutsPerRun; i++)
                lost += Cut(recorded, random, static lane => lane == Lane.Health).Lost.Count;
        }

        Assert.True(lost > 0, "With synchronous=NORMAL a power cut loses commits; a laboratory that finds none does not cut.");
    }

    /// <summary>Works a journal for a while on a recorded disk.</summary>
    private Recording Run(Random random, Func<Random, Lane> lane)
    {
        var data = _rig.NewFolder();
        var recording = new Recording(data, new RecordedDisk());
        using var watching = FaultVfs.Watch(data.Journal, recording.Disk);
        var journal = _rig.Open(data);
        recording.NoteSmallFiles();
        for (var i = 0; i < 60; i++)
        {
            switch (random.Next(20))
            {
                case 0:
                    journal.Checkpoint();
                    break;
                case 1:
                    journal.Dispose();
                    journal = _rig.Open(data);
                    break;
                case 2 when journal.ReadUnsent(Lane.Encounters) is { } batch:
                    journal.SetDurable(batch.Epoch, batch.Lane, batch.FirstSequence + (ulong)random.Next(batch.Records.Length), 0);
                    break;
                case 3 when journal.ReadUnsent(Lane.Health) is { } sent:
                    // What central may have seen must be there under the same hash.
                    recording.Given.AddRange(sent.Records.Select(record => (recording.Disk.Count, Convert.ToHexString(record.Chain.Span))));
                    break;
                default:
                    var drafts = Enumerable.Range(0, random.Next(1, 5)).Select(_ => JournalRig.Draft(lane(random), random)).ToArray();
                    foreach (var header in journal.Append(drafts))
                        recording.Acknowledged.Add((recording.Disk.Count, header.RecordId, header.Lane));
                    break;
            }

            recording.NoteSmallFiles();
        }

        journal.Dispose();
        return recording;
    }

    /// <summary>Cuts the power at one moment, starts again, and says what is gone.</summary>
    private (long Expected, List<Guid> Lost) Cut(Recording run, Random random, Func<Lane, bool> counts)
    {
        var at = random.Next(run.Disk.Count + 1);
        var data = _rig.NewFolder();
        run.Disk.CutInto(data.Journal, at, random);
        run.WriteSmallFiles(data.Journal, at);

        using (var journal = _rig.Open(data))
        {
            Assert.Null(journal.Problem);
            Assert.True(journal.LastDamage is null, $"cut after step {at}: {journal.LastDamage}");
            journal.Append(JournalRig.Draft(Lane.Encounters, random), JournalRig.Draft(Lane.Audit, random));
            Assert.NotNull(journal.ReadUnsent(Lane.Encounters));
        }

        var (ids, chains) = Read(data);
        foreach (var path in JournalStore.PathsIn(data.Path))
        {
            var verified = JournalVerification.Verify(path, checksKeys: true);
            Assert.True(verified.IsSuccess, verified.IsSuccess ? "" : $"cut after step {at}: {verified.Failure}");
            Assert.True(JournalVerification.HasSoundPages(path));
        }

        Assert.All(run.Given.Where(given => given.Step <= at), given => Assert.Contains(given.Chain, chains));
        var expected = run.Acknowledged.Where(known => known.Step <= at && counts(known.Lane)).ToArray();
        Directory.Delete(data.Path, recursive: true);
        return (expected.Length, [.. expected.Select(static known => known.Id).Where(id => !ids.Contains(id))]);
    }

    private static (HashSet<Guid> Ids, HashSet<string> Chains) Read(DataFolder data)
    {
        var (ids, chains) = (new HashSet<Guid>(), new HashSet<string>());
        foreach (var path in JournalStore.PathsIn(data.Path))
        {
            using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Mode=ReadOnly");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT record_id, chain FROM records";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                ids.Add(new Guid(reader.GetFieldValue<byte[]>(0), bigEndian: true));
                chains.Add(Convert.ToHexString(reader.GetFieldValue<byte[]>(1)));
            }
        }

        return (ids, chains);
    }

    public void Dispose() => _rig.Dispose();

    /// <summary>What a run did, by the step of the disk at which it was acknowledged.</summary>
    private sealed class Recording(DataFolder data, RecordedDisk disk)
    {
        private readonly List<(int Step, Dictionary<string, byte[]> Files)> _small = [];

        internal RecordedDisk Disk => disk;

        internal List<(int Step, Guid Id, Lane Lane)> Acknowledged { get; } = [];

        internal List<(int Step, string Chain)> Given { get; } = [];

        /// <summary>Files that are not SQLite's are replaced whole and flushed before the work goes on.</summary>
        internal void NoteSmallFiles() => _small.Add((disk.Count, Directory.GetFiles(data.Journal, "*.begun").ToDictionary(static file => Path.GetFileName(file), File.ReadAllBytes)));

        internal void WriteSmallFiles(string folder, int step)
        {
            foreach (var (name, content) in _small.LastOrDefault(known => known.Step <= step).Files ?? [])
                File.WriteAllBytes(Path.Combine(folder, name), content);
        }
    }
}
