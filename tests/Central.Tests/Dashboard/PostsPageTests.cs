using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
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
}
