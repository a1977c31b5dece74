using EdgeCheckpoint.Central.Commands;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Syncing;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using DoorbellClient = EdgeCheckpoint.Protos.V1.DoorbellService.DoorbellServiceClient;
using ReleaseClient = EdgeCheckpoint.Protos.V1.ReleaseService.ReleaseServiceClient;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>What an operator decides takes effect within ten seconds, also on a stream that is open, with central's own watcher (DESIGN §11).</summary>
public sealed class RevocationTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("revoke", RefusalReason.Revoked)]
    [InlineData("quarantine", RefusalReason.Quarantined)]
    public async Task Decide_WhileADoorbellIsOpen_EndsItAndRefusesCallsWithinTenSeconds(string decision, RefusalReason reason)
    {
        await using var site = await JoinedSite.StartCentralAsync(Cancel);
        await site.EnrolAsync(Cancel);
        using var key = site.KeyStore.Load();
        using var channel = CentralChannel.Open(
            site.GrpcUrl.ToString(), () => SiteTrust.Load(site.Data).Current, new Credential(key, ApplianceIdentity.Load(site.Data).CertificateDer).WithKey(),
            () => (site.ApplianceTime.GetUtcNow(), site.ApplianceTime.GetUtcNow()));
        using var doorbell = new DoorbellClient(channel).Listen(new ListenRequest(), cancellationToken: Cancel);
        Assert.True(await doorbell.ResponseStream.MoveNext(Cancel));

        // A command of its own, as from another process; the running server must notice by itself.
        using var output = new StringWriter();
        var code = await new CentralCommandLine(new AppliancesCommands()).RunAsync(
            ["appliances", decision, site.ApplianceId, "--reason", "test", "--data", site.CentralFolder], output, output, Cancel);
        Assert.True(code == 0, output.ToString());
        var begin = TimeProvider.System.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(Longest);
        var ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await doorbell.ResponseStream.MoveNext(deadline.Token))
            {
            }
        });
        var elapsed = TimeProvider.System.GetElapsedTime(begin);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await new ReleaseClient(channel).GetReleaseAsync(new GetReleaseRequest { Kind = ReleaseKind.Watchlist }, cancellationToken: Cancel));

        TestContext.Current.SendDiagnosticMessage($"{decision}: the open stream ended after {elapsed.TotalMilliseconds:0} ms");
        Assert.Equal((reason, reason), (Refusals.Of(ended), Refusals.Of(refused)));
        Assert.True(elapsed < Longest, $"{elapsed}");
    }

    [Fact]
    public async Task Quarantine_OfARunningAppliance_IsSaidThereAndItsAlertsAreTaken()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        await site.HeardAsync(Cancel);
        var link = site.Parts.GetRequiredService<CentralLink>();

        Assert.Null(await site.Admission.QuarantineAsync(site.ApplianceId, "in two places at once", JoinedSite.Actor, Cancel));
        await Until.TrueAsync(
            "the appliance being told", _ => Task.FromResult(link.State.Refusal == RefusalReason.Quarantined), TimeSpan.FromSeconds(30), Cancel);
        site.SetTamper(ContactLevel.Open);

        await Until.TrueAsync(
            "its alert at central",
            async token => (await site.Store.Records.ListLanesAsync(token)).Any(static lane => lane.Lane == Lane.Alerts),
            TimeSpan.FromSeconds(30),
            Cancel);
        await site.HeardAsync(Cancel);
    }
}
