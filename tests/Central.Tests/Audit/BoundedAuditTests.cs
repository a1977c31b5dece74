using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Tests.Rig;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Audit;

public sealed class BoundedAuditTests : IAsyncLifetime
{
    private TestSite _site = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private BoundedAudit Bounded => new(_site.Store, _site.Time);

    [Fact]
    public async Task Append_OneKindInALoop_WritesOneLineAMinuteWithTheirNumber()
    {
        var bounded = Bounded;

        for (var i = 0; i < 40; i++)
            await bounded.AppendAsync("call expired", Line("first"), Token);
        _site.Time.Advance(TimeSpan.FromMinutes(1));
        await bounded.AppendAsync("call expired", Line("second"), Token);

        Assert.Equal(["second (39 more like the last were left out)", "first"], await DetailsAsync(2));
    }

    [Fact]
    public async Task Append_ManyKindsOfOneClass_DoNotSilenceAnother()
    {
        var bounded = Bounded;

        for (var i = 0; i < 500; i++)
            await bounded.AppendAsync($"call reason {i}", Line("noise"), Token);
        await bounded.AppendAsync("superseded ap-1", Line("a copy of a card"), Token);

        var details = await DetailsAsync(500);
        Assert.Equal("a copy of a card", details[0]);
        Assert.Equal(100, details.Count(static detail => detail == "noise"));
    }

    [Fact]
    public async Task AppendLook_AfterAFaultOfTheStore_IsWrittenTheNextTime()
    {
        var bounded = Bounded;
        var tooLong = Line("look") with { Detail = null! };

        await Assert.ThrowsAnyAsync<Exception>(() => bounded.AppendLookAsync("view 1 /posts", TimeSpan.FromMinutes(10), tooLong));
        await bounded.AppendLookAsync("view 1 /posts", TimeSpan.FromMinutes(10), Line("look"));
        await bounded.AppendLookAsync("view 1 /posts", TimeSpan.FromMinutes(10), Line("the same look"));

        Assert.Equal("look", (await DetailsAsync(1))[0]);
    }

    [Fact]
    public async Task AppendLook_MoreKindsThanAreRemembered_WritesEveryOne()
    {
        var bounded = Bounded;

        for (var i = 0; i < 1_100; i++)
            await bounded.AppendLookAsync($"view {i} /posts", TimeSpan.FromMinutes(10), Line($"look {i}"));

        Assert.Equal(1_100, (await DetailsAsync(1_200)).Count(static detail => detail.StartsWith("look ", StringComparison.Ordinal)));
    }

    private AuditEvent Line(string detail) =>
        _site.App.Services.GetRequiredService<Auditor>().Event(Auditor.Central, AuditAction.CallRefused, "subject", detail);

    private async Task<string[]> DetailsAsync(int count) =>
        [.. (await _site.Store.Audit.ReadNewestAsync(count, Token)).Select(static line => line.Event.Detail)];
}
