using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using DoorbellClient = EdgeCheckpoint.Protos.V1.DoorbellService.DoorbellServiceClient;

namespace EdgeCheckpoint.Central.Tests.Appliances;

/// <summary>An appliance in doubt, and one that calls too often, through real TLS.</summary>
public sealed class QuarantineAndLimitsTests : IAsyncLifetime
{
    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Quarantine_EndsTheDoorbellTakesRecordsGivesNothingUntilReleased()
    {
        using var appliance = await _site.EnrolAsync();
        using var doorbell = new DoorbellClient(appliance.Channel).Listen(new ListenRequest(), cancellationToken: Token);
        Assert.True(await doorbell.ResponseStream.MoveNext(Token));

        var quarantined = await _site.CommandAsync("appliances", "quarantine", appliance.Id, "--reason", "two places at once");
        Assert.True(quarantined.Code == 0, quarantined.Error);
        await _site.LookForNewsAsync();

        var ended = await Assert.ThrowsAsync<RpcException>(() => DrainAsync(doorbell));
        Assert.Equal(StatusCode.PermissionDenied, ended.StatusCode);
        Assert.Contains("in quarantine", ended.Status.Detail, StringComparison.Ordinal);
        var genesis = appliance.Head(Lane.Encounters).Chain;
        var pushed = await appliance.PushAsync(appliance.Batch(
            Lane.Encounters, 1, genesis, appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict, Guid.NewGuid(), InventedPerson.Traveller)));
        Assert.Equal(PushOutcome.Stored, pushed.Outcome);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => AskForListAsync(appliance))).StatusCode);

        var released = await _site.CommandAsync("appliances", "release", appliance.Id, "--reason", "explained");
        Assert.True(released.Code == 0, released.Error);
        await AskForListAsync(appliance);
        Assert.Equal(
            [AuditAction.ApplianceReleased, AuditAction.ApplianceQuarantined],
            (await _site.Store.Audit.ReadNewestAsync(50, Token)).Select(static line => line.Event.Action).Where(static action => action is AuditAction.ApplianceReleased or AuditAction.ApplianceQuarantined));
    }

    [Theory]
    [InlineData("quarantine")]
    [InlineData("release")]
    public async Task Decide_UnknownApplianceOrWrongState_IsRefused(string decision)
    {
        using var appliance = await _site.EnrolAsync();
        if (decision == "quarantine")
            await _site.CommandAsync("appliances", "revoke", appliance.Id, "--reason", "lost");

        Assert.Equal(1, (await _site.CommandAsync("appliances", decision, appliance.Id, "--reason", "x")).Code);
        Assert.Equal(1, (await _site.CommandAsync("appliances", decision, "ap-none", "--reason", "x")).Code);
        Assert.Equal(1, (await _site.CommandAsync("appliances", decision, appliance.Id, "--reason", " ")).Code);
    }

    [Fact]
    public async Task Call_TooOften_IsToldWhenToCallAgainAndOthersAreNotHeldUp()
    {
        using var appliance = await _site.EnrolAsync();
        using var other = new TestAppliance(_site);
        await other.JoinAsync(await _site.TicketAsync("SN-2"), "SN-2");
        var limits = _site.App.Services.GetRequiredService<CallLimits>();
        while (limits.CheckAppliance(appliance.Id) is null)
        {
        }

        var fault = await Assert.ThrowsAsync<RpcException>(() => appliance.BeatAsync());
        await other.BeatAsync();

        Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
        Assert.Equal("20", fault.Trailers.GetValue("grpc-retry-pushback-ms"));
        _site.Time.Advance(TimeSpan.FromMilliseconds(20));
        await appliance.BeatAsync();
    }

    [Fact]
    public async Task Join_TooOftenFromOneAddress_IsToldWhenToCallAgain()
    {
        using var appliance = new TestAppliance(_site);
        var ticket = await _site.TicketAsync("SN-1");
        var limits = _site.App.Services.GetRequiredService<CallLimits>();
        while (limits.CheckAddress(System.Net.IPAddress.Loopback) is null)
        {
        }

        var fault = await Assert.ThrowsAsync<RpcException>(() => appliance.JoinAsync(ticket, "SN-1"));
        _site.Time.Advance(TimeSpan.FromSeconds(1));
        var joined = await appliance.JoinAsync(ticket, "SN-1");

        Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
        Assert.Equal(JoinState.Admitted, joined.State);
    }

    [Fact]
    public async Task Listen_MoreDoorbellsThanAreAllowed_EndsTheOldest()
    {
        using var appliance = await _site.EnrolAsync();
        var client = new DoorbellClient(appliance.Channel);
        using var first = client.Listen(new ListenRequest(), cancellationToken: Token);
        await first.ResponseStream.MoveNext(Token);
        using var second = client.Listen(new ListenRequest(), cancellationToken: Token);
        await second.ResponseStream.MoveNext(Token);
        using var third = client.Listen(new ListenRequest(), cancellationToken: Token);
        Assert.True(await third.ResponseStream.MoveNext(Token));

        await DrainAsync(first);
        await _site.App.Services.GetRequiredService<ApplianceAdmission>().RevokeAsync(appliance.Id, "lost", TestSite.Actor, Token);
        await _site.LookForNewsAsync();

        await Assert.ThrowsAsync<RpcException>(() => DrainAsync(second));
        await Assert.ThrowsAsync<RpcException>(() => DrainAsync(third));
    }

    [Fact]
    public async Task Join_WrongKeyForAUsedTicketAllNight_WritesALine()
    {
        var ticket = await _site.TicketAsync("SN-1");
        using var first = new TestAppliance(_site);
        await first.JoinAsync(ticket, "SN-1");
        using var second = new TestAppliance(_site);

        for (var i = 0; i < 20; i++)
            await Assert.ThrowsAsync<RpcException>(() => second.JoinAsync(ticket, "SN-1"));

        Assert.Single(await _site.Store.Audit.ReadNewestAsync(100, Token), static line => line.Event.Action == AuditAction.TicketRefused);
    }

    [Fact]
    public void Options_ThatContradictEachOther_AreRefused()
    {
        var relations = new AppliancesOptionsRelations();

        Assert.True(relations.Validate(null, new AppliancesOptions()).Succeeded);
        Assert.Contains("CallsAtOnce", relations.Validate(null, new AppliancesOptions { CallsAtOnce = 10 }).FailureMessage, StringComparison.Ordinal);
        Assert.Contains("JoinsPerMinute", relations.Validate(null, new AppliancesOptions { JoinsPerMinute = 5 }).FailureMessage, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task AskForListAsync(TestAppliance appliance) =>
        await appliance.Releases.GetReleaseAsync(new GetReleaseRequest { Kind = ReleaseKind.Watchlist }, cancellationToken: Token);

    private static async Task DrainAsync(AsyncServerStreamingCall<ListenResponse> call)
    {
        while (await call.ResponseStream.MoveNext(Token))
        {
        }
    }
}
