using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>What a collector is told of a day at the counter: the numbers, and nothing of anybody.</summary>
public sealed class TelemetryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_TravellersScreenedAndSynced_HasTheNumbersAndNobodysName()
    {
        await using var collector = new OtlpCollector();
        await using var site = await Site.StartCentralAsync(Cancel);
        await site.Central.KillAsync();
        site.Central.Environment["CENTRAL_CHECKPOINT_Telemetry__OtlpEndpoint"] = collector.Address.ToString();
        site.Central.Environment["CENTRAL_CHECKPOINT_Telemetry__Protocol"] = "http";
        site.Central.Environment["CENTRAL_CHECKPOINT_Telemetry__IntervalSeconds"] = "1";
        site.Central.Environment["CENTRAL_CHECKPOINT_Telemetry__TracedShare"] = "1";
        await site.Central.StartAsync(Cancel);
        await site.StartApplianceAsync(
            Cancel,
            $"Telemetry:OtlpEndpoint={collector.Address}",
            "Telemetry:Protocol=http",
            "Telemetry:IntervalSeconds=1",
            "Telemetry:TracedShare=1");

        var clear = await site.Appliance.ScanAsync(Site.Passport("QUOKKAMARK", "ZEPHYRINE", "ZQ7654321", 1988, 4, 17, 'F'), Cancel);
        await site.Appliance.DecideAsync(clear, OutcomeCodes.Admitted, 0, Cancel);
        var hit = await site.Appliance.ScanAsync(Site.Passport("DRAGOVAR", "VIKTOR ANSELM", "U10000003", 1971, 3, 4), Cancel);
        await site.Appliance.DecideAsync(hit, OutcomeCodes.Referred, OutcomeCodes.NotSamePerson, Cancel);
        await site.DurableAsync(2, Cancel);

        string[] metrics =
        [
            "checkpoint.journal.waiting", "checkpoint.journal.waiting.oldest", "checkpoint.journal.wal", "checkpoint.disk.free", "checkpoint.link.up",
            "checkpoint.list.age", "checkpoint.push.records", "checkpoint.push.ack.duration", "checkpoint.intake.records", "checkpoint.intake.ack.duration",
            "checkpoint.posts.active", "checkpoint.doorbells",
        ];
        string[] traces = ["journal.push", "journal.take", "store.append"];
        await Until.TrueAsync(
            "all metrics and traces at the collector",
            _ => Task.FromResult(metrics.All(name => collector.Has("metrics", name)) && traces.All(name => collector.Has("traces", name))),
            TimeSpan.FromSeconds(60),
            Cancel);

        // A second export begins after the records were acknowledged, so whatever would leak has had its occasion.
        var before = collector.Bytes;
        await Until.TrueAsync("one more export", _ => Task.FromResult(collector.Bytes > before + 1_000), TimeSpan.FromSeconds(60), Cancel);
        string[] personal =
        [
            "QUOKKAMARK", "ZEPHYRINE", "ZQ7654321", "DRAGOVAR", "VIKTOR", "U10000003", Site.OfficerNumber, "uto:1", "1971", "1988",
            clear.Id.ToString(), hit.Id.ToString(),
        ];
        Assert.DoesNotContain(personal, collector.Has);
    }
}
