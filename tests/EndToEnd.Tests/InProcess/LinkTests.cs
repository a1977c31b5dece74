using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Syncing;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>Everything arrives, once, in order, whatever the link does.</summary>
public sealed class LinkTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, int> Links => new() { { "satellite", 300 }, { "GSM", 40 } };

    [Theory]
    [MemberData(nameof(Links))]
    public async Task Drain_SlowLossyLink_ArrivesInBatchesThatTheLinkBears(string name, int records)
    {
        await using var site = await StartAsync();
        var ledger = new Ledger(site);
        site.Link!.Quality = name == "satellite" ? LinkQuality.Satellite : LinkQuality.Gsm;
        ledger.Write(Lane.Audit, records);
        ledger.Write(Lane.Alerts, 3);

        await ledger.SentAsync(Patience, Cancel);

        await ledger.EqualAsync(Cancel);
        var pace = site.Parts.GetRequiredService<CentralLink>().Pace;
        Assert.InRange(pace.BytesPerSecond, 100, 5 * site.Link.Quality.BytesPerSecond);
    }

    [Fact]
    public async Task Drain_EveryReplyLostAfterTheCommit_StoresNothingTwice()
    {
        JoinedSite? site = null;
        var cuts = new CutAfterCommit(() => site?.Link);
        site = await JoinedSite.StartCentralAsync(Cancel, Seed(), builder =>
        {
            builder.Services.AddSingleton(cuts);
            builder.Services.Configure<GrpcServiceOptions>(static options => options.Interceptors.Add<CutAfterCommit>());
        });
        await using var owned = site;
        await site.EnrolAsync(Cancel);
        await site.StartApplianceAsync(Cancel);
        var ledger = new Ledger(site);
        for (var i = 0; i < 12; i++)
        {
            ledger.Write(Lane.Audit, 70);
            ledger.Write(Lane.Alerts, 2);
            await ledger.SentAsync(Patience, Cancel);
        }

        await ledger.EqualAsync(Cancel);
        Assert.True(cuts.Lost >= 12, $"{cuts.Lost} replies were lost");
    }

    /// <summary>A second up, a second down; CHECKPOINT_OUTAGE_SECONDS makes it longer, as at night.</summary>
    [Fact]
    public async Task Drain_UpAndDown_ArrivesWhole()
    {
        var seconds = Environment.GetEnvironmentVariable("CHECKPOINT_OUTAGE_SECONDS") is { Length: > 0 } given
            ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
            : 1;
        await using var site = await StartAsync();
        var ledger = new Ledger(site);
        for (var i = 0; i < 8; i++)
        {
            site.Link!.IsDown = i % 2 == 1;
            for (var j = 0; j < 10; j++)
            {
                ledger.Write(Lane.Audit, 7);
                await Task.Delay(TimeSpan.FromSeconds(seconds / 10.0), TimeProvider.System, Cancel);
            }
        }

        site.Link!.IsDown = false;
        await ledger.SentAsync(Patience, Cancel);
        await ledger.EqualAsync(Cancel);
    }

    [Fact]
    public async Task Drain_ConnectionForgottenOnTheWayWithoutAReset_GoesOnOnANewOne()
    {
        await using var site = await StartAsync("Sync:CallSecondsMin=1", "Sync:CallSecondsMax=2", "Sync:TickSeconds=5");
        var ledger = new Ledger(site);
        ledger.Write(Lane.Audit, 5);
        await ledger.SentAsync(Patience, Cancel);
        var connections = site.Link!.Connections;

        site.Link.Forget();
        ledger.Write(Lane.Audit, 50);
        await ledger.SentAsync(Patience, Cancel);

        await ledger.EqualAsync(Cancel);
        Assert.True(site.Link.Connections > connections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Drain_OneWayLost_RepeatsNothingAfterwards(bool requests)
    {
        await using var site = await StartAsync("Sync:CallSecondsMin=1", "Sync:CallSecondsMax=2");
        var ledger = new Ledger(site);
        ledger.Write(Lane.Audit, 5);
        await ledger.SentAsync(Patience, Cancel);

        site.Link!.SwallowsRequests = requests;
        site.Link.SwallowsReplies = !requests;
        ledger.Write(Lane.Audit, 100);
        var link = site.Parts.GetRequiredService<CentralLink>();
        await Until.TrueAsync("the appliance noticing", _ => Task.FromResult(!link.State.IsUp), Patience, Cancel);
        Assert.Contains("did not answer in time", link.State.Detail, StringComparison.Ordinal);
        site.Link.SwallowsRequests = site.Link.SwallowsReplies = false;

        await ledger.SentAsync(Patience, Cancel);
        await ledger.EqualAsync(Cancel);
    }

    [Fact]
    public async Task Alert_DuringAnOutageWithALongBackOff_IsAtCentralSoonAfterTheLinkIs()
    {
        await using var site = await StartAsync(
            "Sync:BackoffSecondsMin=0.5", "Sync:BackoffSecondsMax=3600", "Sync:ReconnectSpreadSeconds=600");
        var ledger = new Ledger(site);
        await ledger.SentAsync(Patience, Cancel);
        site.Link!.IsDown = true;
        ledger.Write(Lane.Audit, 5);
        var gate = site.Parts.GetRequiredService<CentralLink>().Gate;
        await Until.TrueAsync("a failure", _ => Task.FromResult(gate.Wait(isAlert: false) > TimeSpan.FromSeconds(2)), Patience, Cancel);

        site.Link.IsDown = false;
        ledger.Write(Lane.Alerts, 1);

        await Until.TrueAsync(
            "the alert at central",
            async token => (await ledger.StoredAsync(Lane.Alerts, token)).Count == 1,
            TimeSpan.FromSeconds(LinkGate.AlertSecondsMax),
            Cancel);

        // Its answer opens the gate for everybody.
        await ledger.SentAsync(Patience, Cancel);
        await ledger.EqualAsync(Cancel);
    }

    [Fact]
    public async Task Central_WithoutRoomButForAlerts_GetsThoseAndIsAskedAgainWhenItSaid()
    {
        var pushes = new PushCount();
        await using var site = await JoinedSite.StartCentralAsync(Cancel, Seed(), builder =>
        {
            builder.Services.AddSingleton(pushes);
            builder.Services.PostConfigure<IntakeOptions>(static options =>
                (options.FreeBytesMin, options.FreeBytesMinAlerts, options.RetrySeconds) = (long.MaxValue, 0, 600));
            builder.Services.Configure<GrpcServiceOptions>(static options => options.Interceptors.Add<PushCount>());
        });
        await site.EnrolAsync(Cancel);
        await site.StartApplianceAsync(Cancel);
        var ledger = new Ledger(site);
        ledger.Write(Lane.Audit, 5);
        ledger.Write(Lane.Alerts, 3);

        await Until.TrueAsync("the alerts at central", async token => (await ledger.StoredAsync(Lane.Alerts, token)).Count == 3, Patience, Cancel);
        await Until.TrueAsync("the other lane's first try", _ => Task.FromResult(pushes.Count >= 2), Patience, Cancel);
        var before = pushes.Count;
        await site.HeardAsync(Cancel);
        await site.HeardAsync(Cancel);
        await site.HeardAsync(Cancel);

        Assert.Equal(before, pushes.Count);
        Assert.Empty(await ledger.StoredAsync(Lane.Audit, Cancel));
    }

    [Fact]
    public async Task Appliance_ThatCentralRefuses_DoesNotSendItsBatchAgainAndAgain()
    {
        var pushes = new PushCount();
        await using var site = await JoinedSite.StartCentralAsync(Cancel, Seed(), builder =>
        {
            builder.Services.AddSingleton(pushes);
            builder.Services.Configure<GrpcServiceOptions>(static options =>
            {
                // Before the gate, which refuses.
                options.Interceptors.Add<PushCount>();
                options.Interceptors.Insert(0, options.Interceptors[^1]);
                options.Interceptors.RemoveAt(options.Interceptors.Count - 1);
            });
        });
        await site.EnrolAsync(Cancel);
        await site.StartApplianceAsync(Cancel, "Sync:BackoffSecondsMin=1", "Sync:BackoffSecondsMax=900");
        await site.HeardAsync(Cancel);
        await site.Admission.RevokeAsync(site.ApplianceId, "test", JoinedSite.Actor, Cancel);
        var ledger = new Ledger(site);
        ledger.Write(Lane.Audit, 50);
        var link = site.Parts.GetRequiredService<CentralLink>();
        await Until.TrueAsync("the refusal", _ => Task.FromResult(link.State.Detail.Contains("refuses", StringComparison.Ordinal)), Patience, Cancel);
        var before = pushes.Count;

        await Task.Delay(TimeSpan.FromSeconds(8), TimeProvider.System, Cancel);

        // One a second of each stream it would be without a back-off.
        Assert.InRange(pushes.Count - before, 0, 7);
    }

    [Fact]
    public async Task Call_AfterManyThatFoundNobody_IsNotHeldBackByTheChannelItself()
    {
        await using var site = await StartAsync("Sync:BackoffSecondsMin=60", "Sync:BackoffSecondsMax=3600");
        await site.HeardAsync(Cancel);
        site.Link!.IsDown = true;
        var client = new ReleaseService.ReleaseServiceClient(site.Parts.GetRequiredService<CentralLink>().Channel());
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<RpcException>(async () => await client.GetRootAsync(new GetRootRequest(), cancellationToken: Cancel));
            await Task.Delay(CentralChannel.ReconnectPause, TimeProvider.System, Cancel);
        }

        site.Link.IsDown = false;
        await Task.Delay(CentralChannel.ReconnectPause * 2, TimeProvider.System, Cancel);

        Assert.Empty((await client.GetRootAsync(new GetRootRequest { AfterVersion = 1 }, cancellationToken: Cancel)).Steps);
    }

    [Fact]
    public async Task Central_RestoredFromAnOlderCopy_GetsTheRestAgainFromAPostWithNothingToSend()
    {
        await using var site = await StartAsync();
        var ledger = new Ledger(site);
        ledger.Write(Lane.Audit, 40);
        await ledger.SentAsync(Patience, Cancel);
        await site.StopCentralAsync();
        using var backup = new TemporaryFolder();
        FolderCopy.Make(site.CentralFolder, backup.Combine("central"));
        await site.RunCentralAsync(Cancel);
        ledger.Write(Lane.Audit, 60);
        ledger.Write(Lane.Alerts, 2);
        await ledger.SentAsync(Patience, Cancel);

        await site.StopCentralAsync();
        Directory.Delete(site.CentralFolder, recursive: true);
        FolderCopy.Make(backup.Combine("central"), site.CentralFolder);
        await site.RunCentralAsync(Cancel);

        await Until.TrueAsync(
            "central having everything again",
            async token => (await ledger.StoredAsync(Lane.Audit, token)).Count >= 100 && (await ledger.StoredAsync(Lane.Alerts, token)).Count == 2,
            Patience,
            Cancel);
        await ledger.EqualAsync(Cancel);
    }

    private static int Seed()
    {
        var seed = Environment.GetEnvironmentVariable("CHECKPOINT_SEED") is { } given
            ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
            : 20261129;
        TestContext.Current.TestOutputHelper?.WriteLine($"CHECKPOINT_SEED={seed}");
        return seed;
    }

    private static async Task<JoinedSite> StartAsync(params string[] settings)
    {
        var site = await JoinedSite.StartCentralAsync(Cancel, Seed());
        await site.EnrolAsync(Cancel);
        await site.StartApplianceAsync(Cancel, settings);
        return site;
    }
}
