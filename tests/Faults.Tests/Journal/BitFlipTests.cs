using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;

namespace EdgeCheckpoint.Faults.Tests.Journal;

/// <summary>
/// One bit of a journal file is another: it is found, or it does no harm. It is never served as truth, and nothing stops the appliance. Of health, which is
/// flushed at checkpoints only, the newest records may go with a bit of the log, as they may with a power cut.
/// </summary>
public sealed class BitFlipTests : IDisposable
{
    private const int RecordCount = 80;

    private static readonly Lane[] Lanes = [Lane.Alerts, Lane.Encounters, Lane.Audit, Lane.Health];
    private static readonly string HealthMark = $"{(int)Lane.Health} ";

    private readonly JournalRig _rig = new();

    [Fact]
    public void Journal_OneBitFlipped_IsFoundOrDoesNoHarm()
    {
        var flips = Seed.Number("CHECKPOINT_FLIPS", 400);
        var random = new Random(Seed.Of($"{flips} flipped bits"));
        var (cut, truthCut) = Write(random);
        var (stopped, truthStopped) = Write(random, isStopped: true);
        var (found, harmless, lost, carried, inHealth) = (0, 0, 0, 0, 0);
        for (var i = 0; i < flips; i++)
        {
            var data = _rig.NewFolder();
            var (whole, truth) = random.Next(2) == 0 ? (cut, truthCut) : (stopped, truthStopped);
            foreach (var (name, content) in whole)
                File.WriteAllBytes(Path.Combine(data.Journal, name), content);
            var file = random.Next(4) == 0 ? "health.db" : "journal.db";
            var target = random.Next(4) == 0 && whole.ContainsKey(file + "-wal") ? file + "-wal" : file;
            inHealth += file == "health.db" ? 1 : 0;
            var at = Flip(Path.Combine(data.Journal, target), random);

            using (var journal = _rig.Open(data))
            {
                Assert.Null(journal.Problem);
                journal.OpenEncounters();
                // A flip may take back the last word of central's alone; central says it again with the next heartbeat.
                SendAgain(journal);
                var (served, carriedNow) = ReadAll(journal);
                journal.Append(JournalRig.Draft(Lane.Audit, random));
                var wrong = served.Where(record => !truth.Contains(record)).ToArray();
                var missing = truth.Count(record => !served.Contains(record) && !(target == "health.db-wal" && record.StartsWith(HealthMark, StringComparison.Ordinal)));
                var isSaid = journal.Recoveries > 0 || journal.Status(_rig.Time.GetUtcNow()).Detail.Length > 0;
                // Only wrapped keys, which no chain covers, may differ, and that is said.
                Assert.True(wrong.Length == 0 || (isSaid && wrong.All(record => truth.Any(known => known.AsSpan(0, known.LastIndexOf(' ')).SequenceEqual(record.AsSpan(0, record.LastIndexOf(' ')))))), $"flip {i}: {wrong.Length} records served that were never written, and nothing said");
                Assert.True(missing == 0 || isSaid, $"flip {i}, byte {at} of {target}: {missing} records missing, and nothing said");
                _ = isSaid ? found++ : harmless++;
                lost += missing;
                carried += carriedNow;
            }

            Directory.Delete(data.Path, recursive: true);
        }

        Console.Error.WriteLine($"{flips} flipped bits: {found} found, {harmless} harmless, 0 served; {lost} records not where they were, {carried} of them carried by others, {lost - carried} lost; {inHealth} of the bits were of health");
        Assert.True(found > 0 && harmless > 0 && inHealth > 0);
    }

    /// <summary>The first hundred bytes say what the file is; SQLite obeys some of them without a question.</summary>
    [Fact]
    public void Header_AnyBitFlipped_IsFoundOrDoesNoHarm()
    {
        var step = Math.Max(1, 800 / Seed.Number("CHECKPOINT_FLIPS", 200));
        var random = new Random(Seed.Of("flipped bits of the header"));
        var (whole, truth) = Write(random, isStopped: true);
        for (var bit = random.Next(step); bit < 800; bit += step)
        {
            var data = _rig.NewFolder();
            foreach (var (name, content) in whole)
                File.WriteAllBytes(Path.Combine(data.Journal, name), content);
            var path = Path.Combine(data.Journal, "journal.db");
            var bytes = File.ReadAllBytes(path);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, bytes);

            using (var journal = _rig.Open(data))
            {
                journal.Append(JournalRig.Draft(Lane.Alerts, random));
                Assert.True(journal.Problem is null, $"bit {bit}: {journal.Problem}");
                Assert.True(truth.IsSubsetOf(ReadAll(journal).Served), $"bit {bit}: records are missing");
            }

            Directory.Delete(data.Path, recursive: true);
        }
    }

    /// <summary>A journal as a power cut leaves it, part of it still in its log.</summary>
    private (Dictionary<string, byte[]> Files, HashSet<string> Truth) Write(Random random, bool isStopped = false)
    {
        var data = _rig.NewFolder();
        var journal = _rig.Open(data);
        for (var i = 0; i < RecordCount; i++)
        {
            journal.Append(JournalRig.Draft(Lanes[random.Next(Lanes.Length)], random));
            if (i == RecordCount * 2 / 3)
                journal.Checkpoint();
        }

        var truth = ReadAll(journal).Served;
        SendAgain(journal);
        if (isStopped)
            journal.Dispose();
        var files = Directory.GetFiles(data.Journal).Where(static file => !file.EndsWith("-shm", StringComparison.Ordinal))
            .ToDictionary(static file => Path.GetFileName(file), File.ReadAllBytes);
        journal.Dispose();
        return (files, truth);
    }

    private static void SendAgain(JournalStore journal)
    {
        foreach (var epoch in journal.Epochs(16))
        {
            foreach (var lane in Lanes)
                journal.SetDurable(epoch, lane, 0, 0);
        }
    }

    /// <summary>Everything that would be sent, byte by byte. The records of this start, an alert of recovery and one of audit, are left out.</summary>
    private static (HashSet<string> Served, int Carried) ReadAll(JournalStore journal)
    {
        var all = new HashSet<string>();
        var carried = 0;
        foreach (var lane in Lanes)
        {
            while (journal.ReadUnsent(lane) is { } batch)
            {
                foreach (var record in batch.Records)
                {
                    var kind = RecordHeader.Parse(record.Header).Value.Kind;
                    if (kind == RecordKind.Salvaged)
                        carried++;
                    else if (kind != RecordKind.JournalRecovered)
                        all.Add($"{(int)lane} {Convert.ToHexString(record.Header.Span)} {Convert.ToHexString(record.Ciphertext.Span)} {Convert.ToHexString(record.WrappedForCentral.Span)}");
                }

                journal.SetDurable(batch.Epoch, lane, batch.FirstSequence + (ulong)batch.Records.Length - 1, 0);
            }
        }

        return (all, carried);
    }

    /// <returns>The byte.</returns>
    private static int Flip(string path, Random random)
    {
        var bytes = File.ReadAllBytes(path);
        var at = random.Next(bytes.Length);
        bytes[at] ^= (byte)(1 << random.Next(8));
        File.WriteAllBytes(path, bytes);
        return at;
    }

    public void Dispose() => _rig.Dispose();
}
