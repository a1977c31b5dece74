using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>
/// <c>open</c>: how long an appliance takes from a closed package to its first answer. Each opening is a process of its own,
/// since methods are compiled and pages are mapped once; the file is in the page cache.
/// </summary>
internal static class OpenBenchmark
{
    private const int EntriesRead = 1_000_000;
    private const int EntriesOfAQuery = 50;

    public static Command Create()
    {
        var names = new Option<int>("--names") { Description = "Invented persons on the list.", DefaultValueFactory = static _ => 2_000_000 };
        var seed = new Option<int>("--seed") { Description = "The same seed gives the same list.", DefaultValueFactory = static _ => 20_261_123 };
        var opens = new Option<int>("--opens") { Description = "Processes that open it, one after another.", DefaultValueFactory = static _ => 5 };
        var package = new Option<string>("--package") { Description = "File to keep the package in; compiled only when it is not there.", DefaultValueFactory = static _ => "" };
        var once = new Option<bool>("--once") { Description = "Opens --package in this process and prints one row.", Hidden = true };
        var command = new Command("open", "From a closed package to the first answer, in fresh processes; sections by size.") { names, seed, opens, package, once };
        command.SetAction(result => result.GetValue(once)
            ? OpenOnce(result.GetValue(package)!)
            : Run(result.GetValue(names), result.GetValue(seed), result.GetValue(opens), result.GetValue(package)!));
        return command;
    }

    private static int Run(int nameCount, int seed, int openCount, string kept)
    {
        var path = kept.Length > 0 ? kept : Path.Combine(Path.GetTempPath(), $"edge-checkpoint-{Guid.NewGuid():N}.pkg");
        try
        {
            if (!File.Exists(path))
                Compile(path, nameCount, seed);
            PackageSections.Print(path, nameCount);
            var rows = Enumerable.Range(0, openCount).Select(_ => InFreshProcess(path)).ToArray();
            string[] columns = ["SHA-256 alone", "open", "matcher", "first answer", "total", "second open", "any entry", "near entry"];
            for (var column = 0; column < columns.Length; column++)
            {
                var values = rows.Select(row => row[column]).Order().ToArray();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{columns[column],-14} median {values[values.Length / 2],8:0.00}, fastest {values[0],8:0.00}{(column < columns.Length - 2 ? "ms" : "us")}"));
            }
        }
        finally
        {
            if (kept.Length == 0)
                File.Delete(path);
        }

        return 0;
    }

    private static void Compile(string path, int nameCount, int seed)
    {
        using var file = File.Create(path);
        WatchlistPackageWriter.Write(file, new NameListGenerator(seed).Take(nameCount).Select(OwnEngine.Entry), 1, 1, "bench", new byte[16]);
    }

    private static double[] InFreshProcess(string path)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(OpenBenchmark).Assembly.Location, "open", "--once", "--package", path])
        {
            RedirectStandardOutput = true,
        })!;
        var row = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. row.Split(' ').Select(static value => double.Parse(value, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException(row);
    }

    private static int OpenOnce(string path)
    {
        var time = TimeProvider.System;
        using var source = new MappedPackage(path);
        var start = time.GetTimestamp();
        if (!WatchlistPackage.Open(source, checkRecords: false).TryGet(out var package, out var failure))
        {
            Console.WriteLine(failure);
            return 1;
        }

        var opened = time.GetTimestamp();
        var matcher = new WatchlistMatcher(package, MatchThresholds.Current);
        var made = time.GetTimestamp();
        _ = matcher.Screen(
            new MatchQuery { Surname = "HADDAD", GivenNames = "KHALID OMAR", BirthDate = PartialDate.From(new DateOnly(1981, 4, 12)) },
            new DateOnly(2026, 11, 24), isClockDoubtful: false);
        var answered = time.GetTimestamp();
        // After what counts: what a warm process needs, and what hashing alone takes.
        _ = WatchlistPackage.Open(source, checkRecords: false);
        var again = time.GetTimestamp();
        var (cold, warm) = (MicrosecondsAnEntry(package, package.EntryCount), MicrosecondsAnEntry(package, EntriesOfAQuery));
        var hashing = time.GetTimestamp();
        Hash(source);
        var hashed = time.GetTimestamp();
        double[] row =
        [
            Milliseconds(hashing, hashed), Milliseconds(start, opened), Milliseconds(opened, made), Milliseconds(made, answered),
            Milliseconds(start, answered), Milliseconds(answered, again), cold, warm,
        ];
        Console.Write(string.Join(' ', row.Select(static value => value.ToString("0.000", CultureInfo.InvariantCulture))));
        return 0;

        double Milliseconds(long from, long to) => time.GetElapsedTime(from, to).TotalMilliseconds;
    }

    /// <summary>Reads entries of the whole list, or a few of them again and again.</summary>
    /// <param name="spread">How many different ones: all, whose cache lines are cold, or as many as a search has just looked at.</param>
    private static double MicrosecondsAnEntry(WatchlistPackage package, int spread)
    {
        var time = TimeProvider.System;
        var random = new Random(1);
        long letters = 0;
        var rounds = new double[5];
        for (var round = 0; round < rounds.Length; round++)
        {
            var start = time.GetTimestamp();
            for (var i = 0; i < EntriesRead / rounds.Length; i++)
                letters += package.Entry(random.Next(spread) * (package.EntryCount / spread)).DisplayName.Length;
            rounds[round] = time.GetElapsedTime(start).TotalMicroseconds / (EntriesRead / rounds.Length);
        }

        GC.KeepAlive(letters);
        Array.Sort(rounds);
        return rounds[rounds.Length / 2];
    }

    private static void Hash(MappedPackage source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long offset = 0; offset < source.Length; offset += 1 << 20)
            hash.AppendData(source.Read(offset, (int)Math.Min(1 << 20, source.Length - offset)));
        _ = hash.GetHashAndReset();
    }
}
