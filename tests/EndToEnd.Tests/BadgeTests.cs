using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>A badge laid on the document reader takes part in the sign-in that follows.</summary>
public sealed class BadgeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Badge_OnTheReader_SignsInWithThePinThatFollows()
    {
        await using var site = await Site.StartAsync(Cancel);
        await site.Appliance.PostAsync("/sign-out", Cancel);

        await site.Appliance.TrySignInAsync(site.Supervisor with { Badge = "" }, Cancel);
        Assert.DoesNotContain("On duty:", await site.Appliance.PageAsync(Cancel), StringComparison.Ordinal);
        site.Appliance.Reader.Scan([site.Supervisor.Badge]);
        await Until.TrueAsync(
            $"the badge being read (the appliance says:\n{site.Appliance.Log}\n{await site.Appliance.PageAsync(Cancel)})",
            async token => (await site.Appliance.PageAsync(token)).Contains("Badge read", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20),
            Cancel);
        Assert.DoesNotContain(site.Supervisor.Badge, await site.Appliance.PageAsync(Cancel), StringComparison.Ordinal);
        await site.Appliance.TrySignInAsync(site.Supervisor with { Badge = "" }, Cancel);

        Assert.Contains("On duty: SUP-02, supervisor", await site.Appliance.PageAsync(Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain(site.Supervisor.Badge, site.Appliance.Log, StringComparison.Ordinal);
        Assert.Empty(await site.Appliance.OpenAsync(Cancel));
    }
}
