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
        var seen = new Seen();
        for (var done = 0; done < cuts; done += CutsPerRun)
        {
            var run = Run(random, static r => (Lane)r.Next(4), isWholeDay: true);
            for (var i = 0; i < Math.Min(CutsPerRun, cuts - done); i++)
            {
                var (expected, lost) = Cut(run, random, static lane => lane != Lane.Health, seen);
                Assert.Empty(lost);
                acknowledged += expected;
            }
        }

        Console.Error.WriteLine($"{cuts} power cuts: {acknowledged.ToString(CultureInfo.InvariantCulture)} acknowledged records checked, 0 lost, 0 corrupt; {seen}");
        Assert.True(acknowledged > cuts);
        Assert.True(seen.IsMany(cuts), $"what the cuts are for happened in too few of {cuts}: {seen}");
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

    /// <summary>
    /// Cut off while central's word was written down: the records were acknowledged long before, so nobody is asked to look for a traveller. Cut off
    /// while a record was written, somebody must be, where it cannot be taken back.
    /// </summary>
    [Fact]
    public void SetDurable_PowerCutInIt_AsksNobodyToLookForATraveller()
    {
        var random = new Random(Seed.Of("power cuts while central's word is written"));
        var data = _rig.NewFolder();
        var recording = new Recording(data, new RecordedDisk());
        using var watching = FaultVfs.Watch(data.Journal, recording.Disk);
        using var journal = _rig.Open(data);
        for (var i = 0; i < 12; i++)
            recording.Acknowledged.AddRange(journal.Append(JournalRig.Draft(Lane.Encounters, random)).Select(header => (recording.Disk.Count, header.RecordId, header.Lane)));
        recording.NoteSmallFiles();
        var cuts = 0;
        for (var through = 1UL; through <= 8; through++)
        {
            var before = recording.Disk.Count;
            journal.SetDurable(_rig.Identity.Epoch, Lane.Encounters, through, through - 1);
            for (var at = before + 1; at <= recording.Disk.Count; at++, cuts++)
                Assert.False(IsAskedAfterACut(recording, at, random), $"cut after step {at}");
        }

        // All of the write is on its way and its flush is not done.
        journal.Append(JournalRig.Draft(Lane.Encounters, random));
        var isAsked = false;
        for (var i = 0; i < 200 && !isAsked; i++)
            isAsked = IsAskedAfterACut(recording, recording.Disk.Count - 1, random);

        Assert.True(cuts > 16, $"only {cuts} cuts");
        Assert.True(isAsked, "no cut in a record's write asked: the question is never put");
    }

    private bool IsAskedAfterACut(Recording recording, int at, Random random)
    {
        var data = _rig.NewFolder();
        recording.Disk.CutInto(data.Journal, at, random);
        recording.WriteSmallFiles(data.Journal, at);
        using (var journal = _rig.Open(data))
        {
            var ids = Rows(data).Select(static row => row.Id).ToHashSet();
            Assert.All(recording.Acknowledged.Where(known => known.Step <= at), known => Assert.Contains(known.Id, ids));
            return journal.Status(_rig.Time.GetUtcNow()).Detail.Contains("broken off", StringComparison.Ordinal);
        }
    }

    /// <summary>Works a journal for a while on a recorded disk.</summary>
    /// <param name="isWholeDay">With what comes in the course of days: backups at central and the end of the appliance's copy, a full disk, damage.</param>
    private Recording Run(Random random, Func<Random, Lane> lane, bool isWholeDay = false)
    {
        var data = _rig.NewFolder();
        var recording = new Recording(data, new RecordedDisk());
        using var watching = FaultVfs.Watch(data.Journal, recording.Disk);
        var journal = _rig.Open(data);
        recording.NoteSmallFiles();
        for (var i = 0; i < 60; i++)
        {
            // Some of it in every run, and more by chance.
            var what = !isWholeDay ? random.Next(20) : i switch
            {
                8 or 12 => 2,
                24 => 20,
                30 => 24,
                _ => random.Next(26),
            };
            switch (what)
            {
                case 0:
                    journal.Checkpoint();
                    break;
                case 1:
                    journal.Dispose();
                    journal = _rig.Open(data);
                    break;
                case 2 when journal.ReadUnsent((Lane)random.Next(3)) is { } batch:
                    var through = batch.FirstSequence + (ulong)random.Next(batch.Records.Length);
                    journal.SetDurable(batch.Epoch, batch.Lane, through, through);
                    recording.Backups.Add((batch.Epoch, batch.Lane, through, _rig.Time.GetUtcNow()));
                    break;
                case 3 when journal.ReadUnsent(Lane.Health) is { } sent:
                    // What central may have seen must be there under the same hash.
                    recording.Given.AddRange(sent.Records.Select(record => (recording.Disk.Count, sent.Epoch, Convert.ToHexString(record.Chain.Span))));
                    break;
                case 20 or 21 or 22 or 23:
                    _rig.Time.Advance(TimeSpan.FromHours(i == 24 ? 80 : random.Next(10, 60)));
                    Look(journal, data, recording, usedPercent: 50);
                    break;
                case 24:
                    Look(journal, data, recording, usedPercent: 96);
                    break;
                case 25 when recording.Damages.Count == 0:
                    journal.Dispose();
                    SpoilSchema(data);
                    recording.Damages.Add(recording.Disk.Count);
                    journal = _rig.Open(data);
                    Assert.Equal(1, journal.Recoveries);
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

    /// <summary>Upkeep, and what it did: records that lost their keys, each after its 72 hours, and an epoch of health that was shed.</summary>
    private void Look(JournalStore journal, DataFolder data, Recording recording, int usedPercent)
    {
        var (start, before, shed) = (recording.Disk.Count, Rows(data), journal.RecordsShed);
        _rig.Disk.UsedPercent = usedPercent;
        journal.Upkeep();
        _rig.Disk.UsedPercent = 50;

        var (end, after) = (recording.Disk.Count, Rows(data));
        var keyless = before.Where(static row => row.HasKeys).Select(static row => row.Id).Intersect(after.Where(static row => !row.HasKeys).Select(static row => row.Id)).ToHashSet();
        foreach (var row in after.Where(row => keyless.Contains(row.Id)))
        {
            Assert.Contains(recording.Backups, backup => backup.Epoch == row.Epoch && backup.Lane == row.Lane && backup.Through >= row.Sequence
                && _rig.Time.GetUtcNow() - backup.At >= TimeSpan.FromHours(72));
        }

        if (keyless.Count > 0)
            recording.Erasures.Add((start, end, keyless));
        if (journal.RecordsShed == shed)
            return;
        var gone = Assert.Single(before.Where(row => row.Lane == Lane.Health && !after.Exists(known => known.Id == row.Id)).GroupBy(static row => row.Epoch));
        Assert.Equal(journal.RecordsShed - shed, gone.Count());
        recording.Sheds.Add((start, end, gone.Key, gone.Count(), after.Last(static row => row.Kind == RecordKind.Shed).Epoch));
    }

    /// <summary>The page that says what tables there are; no record lies on it.</summary>
    private static void SpoilSchema(DataFolder data)
    {
        using var file = new FileStream(JournalStore.PathsIn(data.Path)[0], FileMode.Open, FileAccess.Write);
        file.Position = 100;
        file.Write(Enumerable.Repeat((byte)0xA5, 64).ToArray());
    }

    /// <summary>Cuts the power at one moment, starts again, and says what is gone.</summary>
    private (long Expected, List<Guid> Lost) Cut(Recording run, Random random, Func<Lane, bool> counts, Seen? seen = null)
    {
        var at = random.Next(run.Disk.Count + 1);
        var data = _rig.NewFolder();
        run.Disk.CutInto(data.Journal, at, random);
        run.WriteSmallFiles(data.Journal, at);

        using (var journal = _rig.Open(data))
        {
            Assert.Null(journal.Problem);
            Assert.True(journal.LastDamage is null || run.Damages.Exists(step => step < at), $"cut after step {at}: {journal.LastDamage}");
            journal.Append(JournalRig.Draft(Lane.Encounters, random), JournalRig.Draft(Lane.Audit, random));
            Assert.NotNull(journal.ReadUnsent(Lane.Encounters));
        }

        foreach (var path in JournalStore.PathsIn(data.Path))
        {
            var verified = JournalVerification.Verify(path, checksKeys: true);
            Assert.True(verified.IsSuccess, verified.IsSuccess ? "" : $"cut after step {at}: {verified.Failure}");
            Assert.True(JournalVerification.IsWhole(path, CancellationToken.None));
        }

        var rows = Rows(data);
        var (ids, chains) = (rows.Select(static row => row.Id).ToHashSet(), rows.Select(static row => row.Chain).ToHashSet());
        Assert.All(
            run.Given.Where(given => given.Step <= at && !run.Sheds.Exists(shed => shed.Start <= at && shed.Epoch == given.Epoch)),
            given => Assert.Contains(given.Chain, chains));
        CheckErasures(run, at, rows);
        CheckSheds(run, at, rows);
        seen?.Count(run, at);
        var expected = run.Acknowledged.Where(known => known.Step <= at && counts(known.Lane)).ToArray();
        Directory.Delete(data.Path, recursive: true);
        return (expected.Length, [.. expected.Select(static known => known.Id).Where(id => !ids.Contains(id))]);
    }

    /// <summary>Keys are gone that had been destroyed before the cut, and no others.</summary>
    private static void CheckErasures(Recording run, int at, List<Row> rows)
    {
        var keyless = rows.Where(static row => !row.HasKeys).Select(static row => row.Id).ToHashSet();
        var sealedRows = rows.Where(static row => row.IsSealed).Select(static row => row.Id).ToHashSet();
        Assert.All(run.Erasures.Where(erasure => erasure.End <= at), erasure => Assert.Subset(keyless, erasure.Ids));
        Assert.Subset(run.Erasures.Where(erasure => erasure.Start <= at).SelectMany(static erasure => erasure.Ids).ToHashSet(), keyless.Intersect(sealedRows).ToHashSet());
    }

    /// <summary>An epoch of health is there, or a marker says how many records of it are not: never both, and never neither once it was shed.</summary>
    private void CheckSheds(Recording run, int at, List<Row> rows)
    {
        var notes = rows.Where(static row => row.Kind == RecordKind.Shed).Select(row => _rig.NoteOf(row.Id, row.Header, row.Ciphertext, row.WrappedForCentral)).ToArray();
        foreach (var shed in run.Sheds.Where(shed => shed.Start <= at))
        {
            var left = rows.Count(row => row.Lane == Lane.Health && row.Epoch == shed.Epoch);
            var marker = notes.SingleOrDefault(note => note.Contains($"of epoch {shed.Epoch} ", StringComparison.Ordinal));
            Assert.True(left == 0 || marker is null, $"cut after step {at}: {left} records of an epoch that is said to be shed");
            // The marker may have been shed with its own epoch since.
            if (shed.End > at || run.Sheds.Exists(later => later.Start <= at && later.Epoch == shed.MarkerEpoch))
                continue;
            Assert.Equal(0, left);
            Assert.NotNull(marker);
            Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $" {shed.Count} records."), marker, StringComparison.Ordinal);
        }
    }

    /// <summary>Every record of both files, in the order of epochs.</summary>
    private static List<Row> Rows(DataFolder data)
    {
        var rows = new List<Row>();
        foreach (var path in JournalStore.PathsIn(data.Path))
        {
            using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Mode=ReadOnly");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT header, ciphertext, wrapped_for_central, chain FROM records JOIN epochs USING (epoch) ORDER BY ordinal, lane, sequence";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var bytes = reader.GetFieldValue<byte[]>(0);
                var header = RecordHeader.Parse(bytes).Value;
                rows.Add(new Row(
                    header.RecordId, header.Epoch, header.Lane, header.Sequence, header.Kind, bytes, reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2),
                    Convert.ToHexString(reader.GetFieldValue<byte[]>(3))));
            }
        }

        return rows;
    }

    public void Dispose() => _rig.Dispose();

    private sealed record Row(
        Guid Id, Guid Epoch, Lane Lane, ulong Sequence, RecordKind Kind, byte[] Header, byte[] Ciphertext, byte[] WrappedForCentral, string Chain)
    {
        internal bool IsSealed => Ciphertext.Length > 0;

        internal bool HasKeys => WrappedForCentral.Length > 0;
    }

    /// <summary>In how many of the cuts something had happened before.</summary>
    private sealed class Seen
    {
        private int _erased, _shed, _recovered;

        internal void Count(Recording run, int at)
        {
            _erased += run.Erasures.Exists(erasure => erasure.Start <= at) ? 1 : 0;
            _shed += run.Sheds.Exists(shed => shed.Start <= at) ? 1 : 0;
            _recovered += run.Damages.Exists(step => step < at) ? 1 : 0;
        }

        internal bool IsMany(int cuts) => Math.Min(_erased, Math.Min(_shed, _recovered)) >= cuts / 20;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"behind or in an erasure {_erased}, a shedding {_shed}, a recovery {_recovered}");
    }

    /// <summary>What a run did, by the step of the disk at which it was acknowledged.</summary>
    private sealed class Recording(DataFolder data, RecordedDisk disk)
    {
        private readonly List<(int Step, Dictionary<string, byte[]> Files)> _small = [];

        internal RecordedDisk Disk => disk;

        internal List<(int Step, Guid Id, Lane Lane)> Acknowledged { get; } = [];

        internal List<(int Step, Guid Epoch, string Chain)> Given { get; } = [];

        internal List<(Guid Epoch, Lane Lane, ulong Through, DateTimeOffset At)> Backups { get; } = [];

        internal List<(int Start, int End, HashSet<Guid> Ids)> Erasures { get; } = [];

        internal List<(int Start, int End, Guid Epoch, int Count, Guid MarkerEpoch)> Sheds { get; } = [];

        /// <summary>Where the file was damaged and not yet opened.</summary>
        internal List<int> Damages { get; } = [];

        /// <summary>Files that are not SQLite's are replaced whole and flushed before the work goes on.</summary>
        internal void NoteSmallFiles() => _small.Add((disk.Count, Directory.GetFiles(data.Journal, "*.begun").ToDictionary(static file => Path.GetFileName(file), File.ReadAllBytes)));

        internal void WriteSmallFiles(string folder, int step)
        {
            foreach (var (name, content) in _small.LastOrDefault(known => known.Step <= step).Files ?? [])
                File.WriteAllBytes(Path.Combine(folder, name), content);
        }
    }
}
