using System.Globalization;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>One engine's part in a measurement.</summary>
internal sealed class EngineRun : IDisposable
{
    private readonly INameEngine _engine;
    private readonly TimeSpan _buildTime;
    private readonly long _heapBytes;
    private readonly List<(NameQuery Query, double Milliseconds, IReadOnlyList<int> Found)> _answers = [];
    private TimeSpan _processorTime;
    private int _offered;

    private EngineRun(INameEngine engine, TimeSpan buildTime, long heapBytes)
    {
        _engine = engine;
        _buildTime = buildTime;
        _heapBytes = heapBytes;
    }

    /// <summary>Null, with a line on the error stream, when the engine cannot take part.</summary>
    internal static EngineRun? TryBuild(INameEngine engine, IReadOnlyList<ListedPerson> people)
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var start = TimeProvider.System.GetTimestamp();
        if (engine.TryBuild(people) is { } reason)
        {
            Console.Error.WriteLine($"{engine.Name} is left out: {reason}.");
            engine.Dispose();
            return null;
        }

        var elapsed = TimeProvider.System.GetElapsedTime(start);
        return new EngineRun(engine, elapsed, GC.GetTotalMemory(forceFullCollection: true) - heap);
    }

    /// <summary>Prints the table, then recall by kind of change.</summary>
    internal static void Print(IReadOnlyList<EngineRun> runs, IReadOnlyList<ListedPerson> people)
    {
        Console.WriteLine("engine             build s  index MB   heap MB  queries    CPU ms      mean       p50       p95       p99  recall@1  recall@10   answers");
        foreach (var run in runs)
            Console.WriteLine(run.Row(people));
        Console.WriteLine();
        Console.WriteLine($"recall@10 by kind   {string.Concat(runs.Select(static run => $"{run._engine.Name,18}"))}");
        foreach (var kind in Enum.GetValues<QueryKind>().Where(static kind => kind != QueryKind.NotListed))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{kind,-20}{string.Concat(runs.Select(run => run.Recall(people, 10, kind).ToString("0.000", CultureInfo.InvariantCulture).PadLeft(18)))}"));
        }
    }

    internal void WarmUp(IReadOnlyList<NameQuery> queries)
    {
        foreach (var query in queries.Take(Math.Max(1, Math.Min(queries.Count, _engine.QueriesMax / 5))))
            _engine.Top10(query);
    }

    /// <summary>Answers a round, or an even share of it when the engine cannot be asked everything.</summary>
    internal void Answer(NameQuery[] round, int queriesInAll)
    {
        var share = Math.Min(1.0, (double)_engine.QueriesMax / queriesInAll);
        var time = TimeProvider.System;
        var processor = _engine.ProcessorTime;
        foreach (var query in round)
        {
            if ((long)(++_offered * share) == (long)((_offered - 1) * share))
                continue;
            var start = time.GetTimestamp();
            var found = _engine.Top10(query);
            _answers.Add((query, time.GetElapsedTime(start).TotalMilliseconds, found));
        }

        _processorTime += _engine.ProcessorTime - processor;
    }

    public void Dispose() => _engine.Dispose();

    private static double At(double[] sorted, int percentile) =>
        sorted[Math.Min(sorted.Length - 1, sorted.Length * percentile / 100)];

    private string Row(IReadOnlyList<ListedPerson> people)
    {
        var times = _answers.Select(static answer => answer.Milliseconds).Order().ToArray();
        var room = string.Create(CultureInfo.InvariantCulture,
            $"{_engine.Name,-18}{_buildTime.TotalSeconds,8:0.0}{_engine.IndexBytes / 1e6,10:0.0}{_heapBytes / 1e6,10:0.0}{times.Length,9}");
        var means = string.Create(CultureInfo.InvariantCulture,
            $"{_processorTime.TotalMilliseconds / times.Length,10:0.000}{times.Average(),10:0.000}");
        var percentiles = string.Create(CultureInfo.InvariantCulture,
            $"{At(times, 50),10:0.000}{At(times, 95),10:0.000}{At(times, 99),10:0.000}");
        var recall = string.Create(CultureInfo.InvariantCulture, $"{Recall(people, 1),10:0.000}{Recall(people, 10),11:0.000}");
        return room + means + percentiles + recall + string.Create(CultureInfo.InvariantCulture, $"{Digest(),10:x8}");
    }

    /// <summary>Equal for two states of the code that find the same people in the same order.</summary>
    private uint Digest()
    {
        var digest = 2166136261u;
        foreach (var (_, _, found) in _answers)
        {
            foreach (var id in found.Append(-1))
                digest = unchecked((digest ^ (uint)id) * 16777619u);
        }

        return digest;
    }

    /// <summary>
    /// Share of listed travellers found. Several persons may bear one name, and by name alone nobody can tell them apart:
    /// whoever bears the true person's name counts.
    /// </summary>
    private double Recall(IReadOnlyList<ListedPerson> people, int among, QueryKind? kind = null)
    {
        var listed = _answers.Where(answer => answer.Query.TrueId >= 0 && (kind is null || answer.Query.Kind == kind)).ToArray();
        return listed.Length == 0
            ? double.NaN
            : listed.Count(answer => answer.Found.Take(among).Any(id => people[id].FullName == people[answer.Query.TrueId].FullName))
                / (double)listed.Length;
    }
}
