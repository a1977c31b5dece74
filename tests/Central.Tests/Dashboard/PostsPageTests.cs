using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

public sealed class PostsPageTests
{
    [Fact]
    public async Task EmergencyAccess_OfAPost_IsShoutedForAWeek()
    {
        await using var site = await TestSite.StartAsync();
        using var appliance = await site.EnrolAsync();
        using var browser = await Browser.SignedInAsync(site, StaffRole.Monitor);
        Assert.DoesNotContain("EMERGENCY ACCESS", await browser.ReadAsync("/posts"), StringComparison.Ordinal);

        await appliance.PushAsync(appliance.Batch(
            Lane.Alerts, 1, appliance.Head(Lane.Alerts).Chain, appliance.Next(Lane.Alerts, RecordKind.EmergencyAccess)));

        var page = await browser.ReadAsync("/posts");
        Assert.Contains("EMERGENCY ACCESS at North Gate", page, StringComparison.Ordinal);
        Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
        site.Time.Advance(TimeSpan.FromDays(8));
        (await browser.SignInAsync("staff-Monitor", Browser.Passphrase)).Dispose();
        Assert.DoesNotContain("EMERGENCY ACCESS", await browser.ReadAsync("/posts"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_OfTheLastHeartbeat_AreListedAndTheFailedShouted()
    {
        await using var site = await TestSite.StartAsync();
        using var appliance = await site.EnrolAsync();
        await new HealthService.HealthServiceClient(appliance.Channel).ReportHealthAsync(
            new ReportHealthRequest
            {
                Parts =
                {
                    new PartHealth { Part = "reader", State = PartState.Ok },
                    new PartHealth { Part = "gps", State = PartState.Ok, Detail = "52.1235, -5.5000, 8 satellites" },
                    new PartHealth { Part = "self-test", State = PartState.Failed, Detail = "at 12:00 UTC: list-search FAILED, <missed>" },
                },
            },
            cancellationToken: TestContext.Current.CancellationToken);
        using var browser = await Browser.SignedInAsync(site, StaffRole.Monitor);

        var page = await browser.ReadAsync("/posts");

        Assert.Contains("gps: ok, 52.1235, -5.5000, 8 satellites", page, StringComparison.Ordinal);
        Assert.Contains("self-test failed</span>", page, StringComparison.Ordinal);
        Assert.Contains("FAILED, &lt;missed&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("gps ok</span>", page, StringComparison.Ordinal);
    }
}
