using System.CommandLine;
using System.Globalization;

namespace EdgeCheckpoint.Benchmarks;

/// <summary><c>mrz</c>: parses a second, on one core, beside the npm package of the same name in the same run.</summary>
internal static class MrzBenchmark
{
    /// <summary>DESIGN §11: at least this many TD3 parses a second.</summary>
    private const double TargetPerSecond = 1_000_000;

    private const int OperationsPerRound = 100_000;

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "Rounds of 100,000 parses; the median is reported.", DefaultValueFactory = static _ => 21 };
        var withoutPeer = new Option<bool>("--no-peer") { Description = "Leaves out npm mrz, for machines without node." };
        var command = new Command("mrz", "TD3 and TD1 parses a second and bytes allocated a parse, beside npm mrz timed in the same run.")
        {
            rounds,
            withoutPeer,
        };
        command.SetAction(result => Run(result.GetValue(rounds), result.GetValue(withoutPeer)));
        return command;
    }

    private static int Run(int rounds, bool withoutPeer)
    {
        // The peer is timed before and after, so that a disturbance of the machine shows in its own spread.
        var peer = withoutPeer ? null : NodePeer.TryPrepare("mrz");
        var before = peer?.Run("bench.mjs");
        Console.WriteLine("operation                 median ns    best ns    per second    bytes");
        Measurement? td3 = null;
        foreach (var (name, lines) in MrzCases.All)
        {
            var measured = MrzCases.Measure(name, lines, rounds, OperationsPerRound);
            td3 ??= measured;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-24}{measured.NanosecondsMedian,11:0}{measured.NanosecondsBest,11:0}{measured.OperationsPerSecond,14:#,0}{measured.BytesPerOperation,9:0.#}"));
        }

        var after = peer?.Run("bench.mjs");
        if (before is { } first && after is { } second)
        {
            var median = (first + second) / 2;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"npm mrz, TD3             {1e9 / median,10:0}           {median,14:#,0}   (before {first:#,0}, after {second:#,0})"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"ratio, TD3: {td3!.OperationsPerSecond / median:#,0} times npm mrz"));
        }

        var isFast = td3!.OperationsPerSecond >= TargetPerSecond;
        Console.WriteLine($"target 1,000,000 TD3 parses a second and 0 bytes: {(isFast && td3.BytesPerOperation < 0.5 ? "met" : "NOT MET")}");
        return 0;
    }
}
