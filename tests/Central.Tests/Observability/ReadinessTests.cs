using System.Net;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Postgres;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Tests.Rig;
using Microsoft.Extensions.DependencyInjection;

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

    /// <summary>
    /// A thousand posts come back at once. Were the node taken out for that, its posts would all go to the others, and those would be taken out next.
    /// </summary>
    [Theory]
    [InlineData(false, "store: ready, answers")]
    [InlineData(true, "store: ready, is busy")]
    public async Task Ready_LineForTheDatabaseIsFull_Is200(bool isReserveFull, string expected)
    {
        const int Connections = 2;
        await using var site = await TestSite.StartAsync(configure: new Dictionary<string, string?>
        {
            ["Storage:Postgres"] = await PostgresRig.NewDatabaseAsync(TestContext.Current.CancellationToken),
            ["Storage:ConnectionsMax"] = $"{Connections}",
        });
        var database = site.App.Services.GetRequiredService<ISqlDatabase>();
        using var gate = new ManualResetEventSlim();
        await site.LookForNewsAsync();
        var calls = Enumerable.Range(0, 1 + DatabaseThreads.WaitingPerThreadMax).Select(_ => HoldAsync(database, gate, isAlert: false)).ToList();
        try
        {
            if (isReserveFull)
                calls.AddRange(Enumerable.Range(0, 1 + DatabaseThreads.WaitingPerThreadMax).Select(_ => HoldAsync(database, gate, isAlert: true)));
            else
                await site.LookForNewsAsync();
            await Assert.ThrowsAsync<DatabaseBusyException>(() => site.Store.Appliances.ListAsync(TestContext.Current.CancellationToken));

            var (status, text) = await AskAsync(site);

            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }
        finally
        {
            gate.Set();
            await Task.WhenAll(calls);
        }
    }

    private static async Task<bool> HoldAsync(ISqlDatabase database, ManualResetEventSlim gate, bool isAlert)
    {
        AlertCall.IsCurrent = isAlert;
        return await database.ReadAsync(
            _ =>
            {
                gate.Wait(TestContext.Current.CancellationToken);
                return true;
            },
            TestContext.Current.CancellationToken);
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(TestSite site)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(site.DashboardUrl, "/readyz"), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
