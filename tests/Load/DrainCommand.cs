using System.CommandLine;
using System.Globalization;
using EdgeCheckpoint.Central.Commands;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Load;

/// <summary>A nation's posts come back from an outage, and hits of this minute go on.</summary>
internal static class DrainCommand
{
    private static readonly TimeProvider Time = TimeProvider.System;

    /// <summary>What the 99th percentile of live alerts must not exceed while posts drain.</summary>
    private static readonly TimeSpan AlertLongest = TimeSpan.FromSeconds(2);

    internal static Command Create()
    {
        var appliances = new Option<int>("--appliances") { Description = "Appliances, each with a connection of its own.", DefaultValueFactory = static _ => 100 };
        var records = new Option<int>("--records") { Description = "Records that wait at all posts together.", DefaultValueFactory = static _ => 20_000 };
        var batch = new Option<int>("--batch") { Description = "Records in a batch, 256 at most.", DefaultValueFactory = static _ => 100 };
        var sealedShare = new Option<double>("--sealed-share") { Description = "Of the encounters' records, how many have a sealed personal part.", DefaultValueFactory = static _ => 0.1 };
        var alerts = new Option<double>("--alerts-per-second") { Description = "Live alerts (lane 0) at all posts together meanwhile.", DefaultValueFactory = static _ => 20 };
        var link = new Option<string>("--link") { Description = "perfect, satellite, gsm or satellite-telephone; each appliance has one of its own.", DefaultValueFactory = static _ => "perfect" };
        var spread = new Option<int>("--spread-seconds") { Description = "Over how long the posts spread their return, as appliances do (120); 0 for all in one moment.", DefaultValueFactory = static _ => 120 };
        var postgres = new Option<string>("--postgres") { Description = LoadSite.PostgresHelp, DefaultValueFactory = static _ => "" };
        var command = new Command("drain", "Sends a backlog from many appliances and live alerts beside it; checks that central has each record once.")
        {
            appliances, records, batch, sealedShare, alerts, link, spread, postgres,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            new DrainPlan(
                result.GetValue(appliances),
                result.GetValue(records),
                Math.Clamp(result.GetValue(batch), 1, RecordBatch.RecordsMax),
                result.GetValue(sealedShare),
                result.GetValue(alerts),
                Quality(result.GetValue(link)!),
                TimeSpan.FromSeconds(result.GetValue(spread)),
                result.GetValue(postgres)!),
            cancellationToken));
        return command;
    }

    private static LinkQuality? Quality(string name) => name switch
    {
        "perfect" => null,
        "satellite" => LinkQuality.Satellite,
        "gsm" => LinkQuality.Gsm,
        "satellite-telephone" => LinkQuality.SatelliteTelephone,
        _ => throw new ArgumentException($"--link {name}: there are perfect, satellite, gsm and satellite-telephone."),
    };

    /// <summary>1. Central. 2. Appliances. 3. Their backlog. 4. Send it, with alerts beside. 5. Compare. 6. Report.</summary>
    private static async Task<int> RunAsync(DrainPlan plan, CancellationToken cancellationToken)
    {
        // 1, 2
        await using var site = await LoadSite.StartAsync(plan.Postgres, cancellationToken);
        var appliances = await site.EnrolAsync(plan.Appliances, cancellationToken);
        await using var links = new LinkSet(appliances, site.Central.GrpcAddress, plan.Link);

        // 3
        var each = plan.Records / plan.Appliances;
        var backlog = new Queue<Batch>[plan.Appliances];
        var made = 0L;
        Parallel.For(0, plan.Appliances, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            backlog[i] = new Queue<Batch>();
            for (var left = each; left > 0; left -= plan.Batch)
            {
                // Three of four records are of encounters, as at a post.
                var lane = left / plan.Batch % 4 == 0 ? Lane.Audit : Lane.Encounters;
                var batch = appliances[i].NextBatch(lane, Math.Min(plan.Batch, left), plan.SealedShare, site.RecordKeySpki, Time);
                backlog[i].Enqueue(batch);
                Progress.Show("records made", Interlocked.Add(ref made, batch.Records), plan.Records);
            }
        });
        Progress.End();

        // 4
        var run = new DrainRun(plan, site.RecordKeySpki);
        var before = site.Use();
        var start = Time.GetTimestamp();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var alerting = run.AlertAsync(appliances, ending.Token);
        await Task.WhenAll(appliances.Select((appliance, i) => run.DrainAsync(appliance, backlog[i], cancellationToken)));
        var elapsed = Time.GetElapsedTime(start);
        await ending.CancelAsync();
        await alerting;
        var after = site.Use();
        Progress.End();

        // 5
        var missing = await MissingAsync(site, appliances, run, cancellationToken);

        // 6
        var processor = (after.Processor - before.Processor).TotalSeconds;
        Say($"appliances {plan.Appliances:N0}, records {run.Sent:N0} in batches of {plan.Batch}, {plan.SealedShare:P0} of the encounters sealed, link {plan.Link?.ToString() ?? "perfect"}, return spread over {plan.Spread.TotalSeconds:N0} s, store {(plan.Postgres.Length > 0 ? "PostgreSQL" : "SQLite")}");
        Say($"drained in {elapsed.TotalSeconds:N1} s: {run.Sent / elapsed.TotalSeconds:N0} records a second, {run.Bytes / elapsed.TotalSeconds / 1e6:N1} MB a second");
        Say($"acknowledged, backlog: {run.Batches}");
        Say($"acknowledged, live alerts (lane 0): {run.Alerts}");
        Say($"asked to wait {run.Busy:N0} times, failed calls {run.Failed:N0}");
        Say($"central: {processor:N1} s of processor time ({processor / elapsed.TotalSeconds:N2} cores), {after.ResidentBytes / 1e6:N0} MB resident, {after.PeakBytes / 1e6:N0} MB at most");
        Say($"lost {missing.Lost:N0}, stored twice {missing.Twice:N0}, forks {missing.Forks:N0}");
        foreach (var appliance in appliances)
            appliance.Dispose();
        var isQuick = run.Alerts.At(0.99) <= AlertLongest.TotalMilliseconds;
        if (!isQuick)
            Say($"MISSED: the 99th percentile of live alerts is above {AlertLongest.TotalSeconds:N0} s");
        return missing is { Lost: 0, Twice: 0, Forks: 0 } && isQuick ? 0 : 1;
    }

    /// <summary>Asks the store itself, not the server that filled it.</summary>
    private static async Task<(long Lost, long Twice, long Forks)> MissingAsync(
        LoadSite site, SimulatedAppliance[] appliances, DrainRun run, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(site.Folder);
        var store = session.Get<ICentralStore>();
        var stored = (await store.Records.CountAsync(cancellationToken)).GroupBy(static count => (count.ApplianceId, count.Lane))
            .ToDictionary(static counts => counts.Key, static counts => counts.Sum(static count => count.Count));
        var heads = (await store.Records.ListLanesAsync(cancellationToken)).ToDictionary(static head => (head.ApplianceId, head.Lane), static head => head.LastSequence);
        long lost = 0, twice = 0;
        foreach (var ((id, lane), acknowledged) in run.Acknowledged)
        {
            var has = stored.GetValueOrDefault((id, lane));
            lost += Math.Max(0, acknowledged - Math.Min(has, heads.GetValueOrDefault((id, lane))));
            twice += Math.Max(0, has - acknowledged);
        }

        return (lost, twice, (await store.Records.CountForksAsync(cancellationToken)).Values.Sum());
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

/// <summary>What is to be sent.</summary>
internal sealed record DrainPlan(
    int Appliances, int Records, int Batch, double SealedShare, double AlertsPerSecond, LinkQuality? Link, TimeSpan Spread, string Postgres);
