using System.CommandLine;
using System.Globalization;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Postgres;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>
/// <c>central-ingest</c>: records through the storage contract of central against a bare loop into the same tables, with the same
/// indexes, rows a commit, writers and flushes, in turns on one database. Verification and gRPC are not in it.
/// </summary>
internal static class IngestBenchmark
{
    public static Command Create()
    {
        var records = new Option<int>("--records") { Description = "Records of a round.", DefaultValueFactory = static _ => 50_000 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each, in turns; odd.", DefaultValueFactory = static _ => 5 };
        var batch = new Option<int>("--batch") { Description = "Records of a commit.", DefaultValueFactory = static _ => 100 };
        var writers = new Option<int>("--writers") { Description = "Appliances at once.", DefaultValueFactory = static _ => 4 };
        var command = new Command("central-ingest", "The storage contract of central against a bare loop into the same tables; both engines.") { records, rounds, batch, writers };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new IngestPlan(parsed.GetValue(records), parsed.GetValue(rounds), parsed.GetValue(batch), parsed.GetValue(writers)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IngestPlan plan, CancellationToken cancellationToken)
    {
        var isGood = await SqliteAsync(plan, cancellationToken);
        if (!PostgresCluster.IsInstalled)
        {
            Console.WriteLine(PostgresCluster.Remedy);
            return 1;
        }

        return await PostgresAsync(plan, cancellationToken) && isGood ? 0 : 1;
    }

    private static async Task<bool> SqliteAsync(IngestPlan plan, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ingest-").FullName;
        try
        {
            var file = Path.Combine(folder, "central.db");
            await using var store = new SqlCentralStore(SqliteDatabase.Open(file, IngestPlan.Now));

            // One file has one writer: more would only wait for each other, in the bare loop with a busy handler.
            using var bare = new BareSqliteLoop(file);
            return await CompareAsync("SQLite", plan, store, (writer, runs) => bare.Insert(runs), 1, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> PostgresAsync(IngestPlan plan, CancellationToken cancellationToken)
    {
        await using var cluster = await PostgresCluster.StartAsync(isDurable: true, cancellationToken, "max_wal_size=4GB");
        await cluster.SqlAsync("postgres", "CREATE DATABASE central", cancellationToken);
        var settings = PostgresAddress.Parse(cluster.Address("central"), "", plan.Writers);
        await using var store = new SqlCentralStore(PostgresDatabase.Open(settings, IngestPlan.Now, plan.Writers));
        await using var bare = new BarePostgresLoop(settings.ToString(), plan.Writers);
        return await CompareAsync("PostgreSQL", plan, store, bare.Insert, plan.Writers, cancellationToken);
    }

    /// <summary>1. Appliances, and one round of each to warm up. 2. Rounds in turns; who begins changes. 3. Medians.</summary>
    private static async Task<bool> CompareAsync(
        string engine, IngestPlan plan, SqlCentralStore store, Action<int, IReadOnlyList<RecordRun>> bare, int bareWriters, CancellationToken cancellationToken)
    {
        // 1
        var source = new IngestSource(plan);
        await source.EnrolAsync(store, cancellationToken);
        await ContractAsync(store, source.Next(plan.Writers), cancellationToken);
        await BareAsync(bare, source.Next(bareWriters), cancellationToken);

        // 2
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < plan.Rounds; round++)
        {
            for (var turn = 0; turn < 2; turn++)
            {
                if ((round + turn) % 2 == 0)
                    ours.Add(await TimeAsync(plan, source.Next(plan.Writers), runs => ContractAsync(store, runs, cancellationToken)));
                else
                    theirs.Add(await TimeAsync(plan, source.Next(bareWriters), runs => BareAsync(bare, runs, cancellationToken)));
            }
        }

        // 3
        var ratio = Median(ours) / Median(theirs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{engine,-10} contract {Median(ours),8:N0} records/s [{ours.Min():N0}-{ours.Max():N0}], bare loop {Median(theirs),8:N0} [{theirs.Min():N0}-{theirs.Max():N0}], {ratio:P0} ({plan.Batch} a commit, {plan.Writers} writers, 3 terms each, flushed)"));
        return ratio >= 0.5;
    }

    private static async Task<double> TimeAsync(IngestPlan plan, RecordRun[][] runs, Func<RecordRun[][], Task> insert)
    {
        GC.Collect();
        var start = TimeProvider.System.GetTimestamp();
        await insert(runs);
        return plan.Records / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static Task ContractAsync(SqlCentralStore store, RecordRun[][] runs, CancellationToken cancellationToken) =>
        Task.WhenAll(runs.Select(ofOne => Task.Run(
            async () =>
            {
                foreach (var run in ofOne)
                {
                    if ((await store.Records.AppendAsync(run, cancellationToken)).Added != run.Records.Count)
                        throw new InvalidOperationException("A run was not stored.");
                }
            },
            cancellationToken)));

    private static Task BareAsync(Action<int, IReadOnlyList<RecordRun>> bare, RecordRun[][] runs, CancellationToken cancellationToken) =>
        Task.WhenAll(runs.Select((ofOne, writer) => Task.Factory.StartNew(
            () => bare(writer, ofOne), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
