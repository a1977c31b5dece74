using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using EdgeCheckpoint.Core.Tests.Watchlists.Deltas;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Watchlists.Deltas;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>
/// <c>delta</c>: a day's changes to a large list, on the wire and on the appliance. Beside it, in the same run, what zstd makes of the same
/// entries with <c>--patch-from</c>.
/// </summary>
internal static class DeltaBenchmark
{
    private const long CompiledAt = 1_795_400_000_000_000;

    private static readonly byte[] DocumentKey = new byte[SipHash.KeyLength];

    public static Command Create()
    {
        var count = new Option<int>("--entries") { Description = "Entries of the list.", DefaultValueFactory = static _ => 1_000_000 };
        var deletes = new Option<int>("--deletes") { Description = "Entries that go.", DefaultValueFactory = static _ => 1_000 };
        var edits = new Option<int>("--edits") { Description = "Entries that change.", DefaultValueFactory = static _ => 500 };
        var adds = new Option<int>("--adds") { Description = "Entries that come.", DefaultValueFactory = static _ => 2_000 };
        var seed = new Option<int>("--seed") { Description = "The same seed gives the same lists.", DefaultValueFactory = static _ => 20_261_129 };
        var rounds = new Option<int>("--rounds") { Description = "Processes that apply the delta, one after another.", DefaultValueFactory = static _ => 5 };
        var peer = new Option<bool>("--peer") { Description = "Run zstd --patch-from -19 too: minutes, and two gigabytes of memory." };
        var apply = new Option<string>("--apply") { Description = "Folder of base and delta, for one application in this process.", Hidden = true, DefaultValueFactory = static _ => "" };
        var command = new Command("delta", "A day's changes to a list of a million: bytes, time and memory to apply.") { count, deletes, edits, adds, seed, rounds, peer, apply };
        command.SetAction(result => result.GetValue(apply) is { Length: > 0 } folder
            ? Apply(folder)
            : Run(
                result.GetValue(count), result.GetValue(deletes), result.GetValue(edits), result.GetValue(adds), result.GetValue(seed),
                result.GetValue(rounds), result.GetValue(peer)));
        return command;
    }

    private static int Run(int count, int deletes, int edits, int adds, int seed, int rounds, bool hasPeer)
    {
        var folder = Directory.CreateTempSubdirectory("edge-checkpoint-delta-").FullName;
        try
        {
            var (before, after) = Lists(count, deletes, edits, adds, seed);
            var letters = before.Values.Take(10_000).Average(static entry => (double)Line(entry).Length);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} entries of {letters:0} letters, {EntryRecord.Encode(before.Values.First()).Length} bytes with what governs them; {deletes:N0} go, {edits:N0} change, {adds:N0} come; seed {seed}"));

            var package = Path.Combine(folder, "base");
            using (var file = File.Create(package))
                WatchlistPackageWriter.Write(file, before.Values, 1, CompiledAt, "bench", DocumentKey);
            var full = new FileInfo(package).Length;
            byte[] delta;
            using (var source = new MappedPackage(package))
            {
                var opened = WatchlistPackage.Open(source, checkRecords: false).Value;
                delta = EntryDelta.Between(opened, after.ToDictionary(static item => item.Key, static item => EntryRecord.Encode(item.Value))).Encode(ZstdFrames.Pack);
            }

            File.WriteAllBytes(Path.Combine(folder, "delta"), delta);
            File.WriteAllBytes(Path.Combine(folder, "root"), StateRoot.Compute(after.Select(static item => (item.Key, EntryRecord.Encode(item.Value)))));
            var sealedDelta = SegmentSeal.SealedLength(delta.Length);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"full snapshot, sealed   {SegmentSeal.SealedLength(full),12:N0} bytes"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"delta, sealed           {sealedDelta,12:N0} bytes, {(double)full / sealedDelta:N0} times smaller; {sealedDelta * 8 / 9600.0:0} s at 9,600 bit/s"));
            if (hasPeer && Peer(folder, before.Values, after.Values) is { } patch)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio to the patch      {(double)sealedDelta / patch:0.00}"));

            (before, after) = ([], []);
            GC.Collect();
            var rows = Enumerable.Range(0, rounds).Select(_ => InFreshProcess(folder)).ToArray();
            string[] columns = ["decode, ms", "overlay, ms", "state root, ms", "in all, ms", "memory over idle, MB"];
            for (var column = 0; column < columns.Length; column++)
            {
                var values = rows.Select(row => row[column]).Order().ToArray();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{columns[column],-22}  median {values[values.Length / 2],8:0.0}, least {values[0],8:0.0}, most {values[^1],8:0.0}"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    /// <summary>What an appliance does with a delta, beside the list that it goes on searching.</summary>
    private static int Apply(string folder)
    {
        var time = TimeProvider.System;
        using var source = new MappedPackage(Path.Combine(folder, "base"));
        var lowest = WatchlistPackage.Open(source, checkRecords: false).Value;
        _ = new WatchlistMatcher(lowest, MatchThresholds.Current).Screen(
            new MatchQuery { Surname = "HADDAD", GivenNames = "KHALID OMAR", BirthDate = PartialDate.From(new DateOnly(1981, 4, 12)) }, new DateOnly(2026, 11, 29), isClockDoubtful: false);
        _ = StateRoot.Of(WatchlistRuns.Of(lowest)); // As installing the base did.
        GC.Collect();
        var memory = PeakMemory.FromHere();

        var start = time.GetTimestamp();
        var delta = EntryDelta.Decode(File.ReadAllBytes(Path.Combine(folder, "delta")), ZstdFrames.TryUnpack).Value;
        var decoded = time.GetTimestamp();
        var overlay = WatchlistPackage.Open(new MemorySectionSource(ListOverlay.Write(lowest, null, delta, 2, CompiledAt))).Value;
        var runs = WatchlistRuns.Of(lowest, [overlay]);
        var laid = time.GetTimestamp();
        var root = StateRoot.Of(runs);
        var done = time.GetTimestamp();
        if (!root.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, "root"))))
        {
            Console.WriteLine("The state root is another.");
            return 1;
        }

        double[] row =
        [
            time.GetElapsedTime(start, decoded).TotalMilliseconds, time.GetElapsedTime(decoded, laid).TotalMilliseconds,
            time.GetElapsedTime(laid, done).TotalMilliseconds, time.GetElapsedTime(start, done).TotalMilliseconds,
            memory.MebibytesOver,
        ];
        Console.Write(string.Join(' ', row.Select(static value => value.ToString("0.000", CultureInfo.InvariantCulture))));
        return 0;
    }

    private static double[] InFreshProcess(string folder)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(DeltaBenchmark).Assembly.Location, "delta", "--apply", folder])
        {
            RedirectStandardOutput = true,
        })!;
        var row = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. row.Split(' ').Select(static value => double.Parse(value, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException(row);
    }

    /// <returns>Bytes of the patch; null, with a line on the error stream, where there is no zstd.</returns>
    private static long? Peer(string folder, IEnumerable<WatchlistEntry> before, IEnumerable<WatchlistEntry> after)
    {
        var (from, to, patch) = (Path.Combine(folder, "before"), Path.Combine(folder, "after"), Path.Combine(folder, "patch"));
        WriteRecords(from, before);
        WriteRecords(to, after);
        try
        {
            var time = TimeProvider.System;
            var start = time.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo("zstd", ["-q", "-19", "--long=29", $"--patch-from={from}", to, "-o", patch]))!;
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new IOException($"it ended with {process.ExitCode}");
            var length = new FileInfo(patch).Length;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"zstd --patch-from -19   {length,12:N0} bytes, {time.GetElapsedTime(start).TotalSeconds:0} s to make, of files of {new FileInfo(to).Length:N0} bytes"));
            return length;
        }
        catch (Exception fault) when (fault is IOException or System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine($"Peer zstd is left out: {fault.Message}.");
            return null;
        }
    }

    private static void WriteRecords(string path, IEnumerable<WatchlistEntry> entries)
    {
        using var file = File.Create(path);
        foreach (var entry in entries.OrderBy(static entry => entry.EntryId, StringComparer.Ordinal))
            file.Write(EntryRecord.Encode(entry));
    }

    /// <summary>A list and the same list a day later: those that go and change are drawn from all over it.</summary>
    private static (Dictionary<string, WatchlistEntry> Before, Dictionary<string, WatchlistEntry> After) Lists(int count, int deletes, int edits, int adds, int seed)
    {
        var random = new Random(seed);
        var people = new NameListGenerator(seed).Take(count + adds + edits);
        var before = new Dictionary<string, WatchlistEntry>(count);
        for (var i = 0; i < count; i++)
            before.Add(Id(i), Entry(Id(i), people[i], random));
        var after = new Dictionary<string, WatchlistEntry>(before);
        var drawn = new HashSet<int>();
        while (drawn.Count < deletes + edits)
            drawn.Add(random.Next(count));
        foreach (var (place, number) in drawn.Index())
        {
            if (place < deletes)
                after.Remove(Id(number));
            else
                after[Id(number)] = Entry(Id(number), people[count + adds + place - deletes], random);
        }

        for (var i = 0; i < adds; i++)
            after.Add(Id(count + i), Entry(Id(count + i), people[count + i], random));
        return (before, after);

        static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"nat:{number:0000000}");
    }

    /// <summary>With a document each, one of nine owners, to be looked at again in one of 36 months.</summary>
    private static WatchlistEntry Entry(string id, ListedPerson person, Random random)
    {
        var owner = random.Next(9);
        _ = PartialDate.TryCreate(person.BirthYear, person.BirthMonth, person.BirthDay, out var birth);
        return new WatchlistEntry
        {
            EntryId = id,
            ListName = "Invented national list",
            Owner = $"Invented authority {owner}, office for persons sought",
            LegalBasis = $"Invented Act on Border Checks, section {owner + 4}, paragraph 2",
            Purpose = "invented to measure the size of a delta",
            Action = random.Next(10) == 0 ? RequestedAction.Inform : (RequestedAction)(1 + (owner % 7)),
            Evidence = (EvidenceGrade)(1 + (owner % 3)),
            ExpiresOn = new DateOnly(2027, 1, 1).AddMonths(random.Next(36)),
            Names = [new ListedName($"{person.Surname}, {person.GivenNames}", NameQuality.Primary)],
            BirthDates = person.BirthYear == 0 ? [] : [new ListedBirthDate(birth, birth, IsApproximate: false)],
            Nationalities = [person.Nationality],
            Sex = random.Next(4) == 0 ? 'F' : 'M',
            Documents = [new ListedDocument("Passport", $"{(char)('A' + random.Next(26))}{random.Next(100_000_000):00000000}", person.Nationality)],
            Contact = $"duty desk {owner}",
        };
    }

    /// <summary>An entry as a line of a table, without what governs it.</summary>
    private static string Line(WatchlistEntry entry)
    {
        var line = new StringBuilder(entry.EntryId).Append('|').Append(entry.DisplayName).Append('|');
        line.AppendJoin(' ', entry.BirthDates).Append('|').AppendJoin(' ', entry.Nationalities).Append('|').Append(entry.Sex).Append('|');
        foreach (var document in entry.Documents)
            line.Append(document.Type).Append(':').Append(document.Number).Append(':').Append(document.IssuingState);
        return line.ToString();
    }
}
