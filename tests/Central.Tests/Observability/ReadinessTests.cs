using System.Net;
using EdgeCheckpoint.Central.Tests.Rig;

namespace EdgeCheckpoint.Central.Tests.Observability;

public sealed class ReadinessTests
{
    [Fact]
    public async Task Ready_StoreAnswersDiskHasRoomNewsAreFollowed_Is200()
    {
        await using var site = await TestSite.StartAsync();
        await site.LookForNewsAsync();

        var (status, text) = await AskAsync(site);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("store: ready", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_DiskNearlyFull_Is503AndNamesTheDisk()
    {
        await using var site = await TestSite.StartAsync();
        await site.LookForNewsAsync();
        site.Disk.FreeBytes = 1;

        var (status, text) = await AskAsync(site);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("disk: NOT READY", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_NewsNotFollowedForLong_Is503WhileTheNodeIsAlive()
    {
        await using var site = await TestSite.StartAsync();
        await site.LookForNewsAsync();
        site.Time.Advance(TimeSpan.FromMinutes(1));

        var (status, text) = await AskAsync(site);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("news: NOT READY", text, StringComparison.Ordinal);
        using var client = new HttpClient();
        Assert.Equal("ok", await client.GetStringAsync(new Uri(site.DashboardUrl, "/healthz"), TestContext.Current.CancellationToken));
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(TestSite site)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(site.DashboardUrl, "/readyz"), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
