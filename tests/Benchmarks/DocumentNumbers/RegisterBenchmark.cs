using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using EdgeCheckpoint.Core.Tests.Watchlists.Deltas;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Benchmarks;

/// <summary><c>register</c>: the documents of a release, as central compiles them and an appliance opens, changes and searches them.</summary>
internal static class RegisterBenchmark
{
    private static readonly byte[] ListKey = [.. Enumerable.Range(0, 16).Select(static i => (byte)(i * 5))];

    public static Command Create()
    {
        var keys = new Option<int>("--keys") { Description = "Invented numbers in the register.", DefaultValueFactory = static _ => 1_000_000 };
        var changes = new Option<int>("--changes") { Description = "How many come, and how many go.", DefaultValueFactory = static _ => 3_500 };
        var command = new Command("register", "Stolen documents of a release: compile, open, delta, apply, search.") { keys, changes };
        command.SetAction(result => Run(result.GetValue(keys), result.GetValue(changes)));
        return command;
    }

    private static int Run(int keys, int changes)
    {
        var (older, newer) = (Array.Empty<byte>(), Array.Empty<byte>());
        Time("compile", () => older = Write(1, 0, keys));
        Report("register", $"{older.Length / 1e6:0.0} MB, {(double)older.Length / keys:0.00} bytes a document");
        var opened = Time("open and verify every row", () => Open(older));
        newer = Write(2, changes, keys);
        var run = Time("delta", () => DocumentRegisterRun.Between(opened, Open(newer), ZstdFrames.Pack));
        Report($"delta of {2 * changes} changes", $"{run.Length} bytes");
        var signed = SHA256.HashData(newer);
        newer = [];
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var memory = PeakMemory.FromHere();
        var applied = Time("apply the delta", () => opened.Apply(DocumentRegisterRun.Decode(run, ZstdFrames.TryUnpack).Value));
        Report("apply the delta, memory over idle", $"{memory.MebibytesOver:0} MiB");
        if (!SHA256.HashData(applied).AsSpan().SequenceEqual(signed))
            throw new InvalidOperationException("The delta does not lead to the newer register.");
        var today = new DateOnly(2026, 11, 30);
        var strangers = Enumerable.Range(2 * keys, 100_000).Select(Number).ToArray();
        foreach (var isProven in new[] { true, false })
        {
            var hits = 0;
            var time = TimeProvider.System.GetTimestamp();
            foreach (var number in strangers)
                hits += opened.Search("UTO", DocumentClass.Passport, number, isProven, today, isClockDoubtful: false).Hits.Length;
            Report(isProven ? "search, nobody listed" : "search with variants", $"{TimeProvider.System.GetElapsedTime(time).TotalNanoseconds / strangers.Length:0} ns, {hits} hits");
        }

        using var process = Process.GetCurrentProcess();
        Report("most memory", $"{process.PeakWorkingSet64 / 1e6:0} MB");
        return 0;
    }

    private static byte[] Write(ulong version, int first, int count)
    {
        var head = new DocumentRegisterHead(ListKey, [new DocumentListTerms
        {
            Number = 0,
            Name = "Invented",
            Owner = "Police of Utopia",
            LegalBasis = "Passport Act",
            Purpose = "measurement",
            Action = RequestedAction.SeizeDocument,
            ExpiresOn = new DateOnly(2099, 12, 31),
        }]);
        var writer = new DocumentTableWriter(ListKey, version);
        var payload = new DocumentMention(0, IsDiscreet: false, new DateOnly(2026, 1, 31)).ToPayload();
        for (var i = first; i < first + count; i++)
            writer.Add(DocumentKey.Of(ListKey, "UTO", DocumentClass.Passport, Number(i)), payload);
        return DocumentRegister.Write(head, writer);
    }

    private static DocumentRegister Open(byte[] content) => DocumentRegister.Open(new MemorySectionSource(content)).Value;

    private static DocumentNumber Number(int ordinal) => DocumentNumber.Parse(string.Create(CultureInfo.InvariantCulture, $"UT{ordinal:D7}"));

    private static T Time<T>(string name, Func<T> operation)
    {
        var start = TimeProvider.System.GetTimestamp();
        var result = operation();
        Report(name, $"{TimeProvider.System.GetElapsedTime(start).TotalMilliseconds:0} ms");
        return result;
    }

    private static void Report(string name, FormattableString figures) =>
        Console.WriteLine($"{name,-38}{figures.ToString(CultureInfo.InvariantCulture)}");
}
