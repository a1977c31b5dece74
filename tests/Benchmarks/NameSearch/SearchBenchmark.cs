using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace EdgeCheckpoint.Benchmarks;

/// <summary><c>names</c>: time and recall of name search, beside peers in the same rounds on the same core.</summary>
internal static class SearchBenchmark
{
    /// <summary>The engines take turns after so many queries, so that a disturbance of the machine meets all of them.</summary>
    private const int QueriesPerRound = 50;

    private const int WarmUpQueries = 100;

    public static Command Create()
    {
        var names = new Option<int>("--names") { Description = "Invented persons on the list.", DefaultValueFactory = static _ => 1_000_000 };
        var queries = new Option<int>("--queries") { Description = "Travellers to search for; a linear peer is asked fewer.", DefaultValueFactory = static _ => 2_000 };
        var seed = new Option<int>("--seed") { Description = "The same seed gives the same list and queries.", DefaultValueFactory = static _ => 20_261_123 };
        var peers = new Option<bool>("--peers") { Description = "Lucene.Net and FuzzySharp (built with -p:Peers=true) and PostgreSQL pg_trgm where installed." };
        var command = new Command("names", "Name search by name alone: time, processor time, recall, room; one core, engines in turn.") { names, queries, seed, peers };
        command.SetAction(result => Run(result.GetValue(names), result.GetValue(queries), result.GetValue(seed), result.GetValue(peers)));
        return command;
    }

    private static int Run(int nameCount, int queryCount, int seed, bool withPeers)
    {
        var people = new NameListGenerator(seed).Take(nameCount);
        NameListReport.Print(people, seed);
        var queries = NameQueryGenerator.Make(people, queryCount, seed + 1);
        var warmUp = NameQueryGenerator.Make(people, WarmUpQueries, seed + 2);
        var runs = new List<EngineRun>();
        try
        {
            foreach (var engine in NameEngines.Create(withPeers))
            {
                if (EngineRun.TryBuild(engine, people) is { } run)
                    runs.Add(run);
            }

            OnOneCore();
            foreach (var run in runs)
                run.WarmUp(warmUp);
            foreach (var round in queries.Chunk(QueriesPerRound))
            {
                foreach (var run in runs)
                    run.Answer(round, queryCount);
            }

            EngineRun.Print(runs, people);
        }
        finally
        {
            runs.ForEach(static run => run.Dispose());
        }

        return 0;
    }

    /// <summary>The last core: the first one answers most interrupts.</summary>
    private static void OnOneCore()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var process = Process.GetCurrentProcess();
        process.ProcessorAffinity = 1 << Math.Min(Environment.ProcessorCount - 1, 30);
    }
}

/// <summary>Says how alike the invented list is to a real one.</summary>
internal static class NameListReport
{
    private const int CommonestShown = 5;

    internal static void Print(IReadOnlyList<ListedPerson> people, int seed)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        long tokens = 0;
        foreach (var person in people)
        {
            var parts = person.FullName.Split(' ');
            tokens += parts.Length;
            foreach (var token in parts.Distinct())
                names[token] = names.GetValueOrDefault(token) + 1;
        }

        var commonest = names.OrderByDescending(static pair => pair.Value).Take(CommonestShown)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {100.0 * pair.Value / people.Count:0.0} %"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}: {people.Count:#,0} names, {(double)tokens / people.Count:0.00} tokens each, {(double)names.Count / people.Count:0.000} distinct tokens a name; commonest {string.Join(", ", commonest)}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"without date {100.0 * people.Count(static person => person.BirthYear == 0) / people.Count:0} %, year only {100.0 * people.Count(static person => person is { BirthYear: > 0, BirthMonth: 0 }) / people.Count:0} %"));
    }
}
