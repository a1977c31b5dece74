using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>An appliance is reported stolen: it is revoked, told to wipe itself, and does; what central must know is said.</summary>
public sealed class LostApplianceTests
{
    private static readonly IReadOnlyList<string> Ordinary = Site.Passport("LINDQUIST", "ASTRID MARIE", "U10000001", 1988, 4, 17, 'F');

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lost_WhileNobodyIsSignedIn_IsWipedAtOnceAndTheJournalIsWhole()
    {
        await using var site = await Site.StartAsync(Cancel, "Sync:CommandSeconds=1");
        await site.Appliance.DecideAsync(await site.Appliance.ScanAsync(Ordinary, Cancel), OutcomeCodes.Admitted, 0, Cancel);
        await site.DurableAsync(1, Cancel);
        await site.Appliance.PostAsync("/sign-out", Cancel);

        var said = await LoseAsync(site);
        Assert.Contains("Revoked ap-", said, StringComparison.Ordinal);
        Assert.Contains("command to wipe it is queued", said, StringComparison.Ordinal);
        Assert.Contains("1 travellers' data", said, StringComparison.Ordinal);
        Assert.Contains("LINDQUIST\tASTRID MARIE", said, StringComparison.Ordinal);
        await WipedAsync(site);

        Assert.Empty(Directory.GetFiles(Path.Combine(site.Appliance.DataFolder, "identity"), "*.key"));
        Assert.Empty(Directory.GetFiles(Path.Combine(site.Appliance.DataFolder, "lists")));
        var verified = await site.Appliance.CommandAsync(Cancel, "audit", "verify");
        Assert.True(verified.ExitCode == 0, verified.Errors);
        var restarted = await site.Appliance.CommandAsync(Cancel, "run");
        Assert.Equal(1, restarted.ExitCode);
        Assert.Contains("was wiped on", restarted.Errors, StringComparison.Ordinal);
        Assert.Contains("Whole:", await site.Central.CommandAsync(Cancel, "audit", "verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_AfterAChangeOfThePolicyKeysThatItSleptThrough_IsWipedAllTheSame()
    {
        await using var site = await Site.StartAsync(Cancel, "Sync:CommandSeconds=1");
        await site.Appliance.StopAsync(Cancel);
        await site.Central.CommandAsync(Cancel, "keys", "rotate", "--role", "policy");
        await LoseAsync(site);

        await site.Appliance.StartAsync(Cancel, settings: "Sync:CommandSeconds=1");
        await WipedAsync(site);

        Assert.Empty(Directory.GetFiles(Path.Combine(site.Appliance.DataFolder, "identity"), "*.key"));
    }

    [Fact]
    public async Task Lost_WhileSomebodyWorks_SaysSoAndWaits()
    {
        await using var site = await Site.StartAsync(Cancel, "Sync:CommandSeconds=1");

        await LoseAsync(site);

        await SaysAsync(site, "CENTRAL HAS ORDERED THIS APPLIANCE TO BE WIPED");
        var encounter = await site.Appliance.ScanAsync(Ordinary, Cancel);
        Assert.True(encounter.IsClear);
    }

    [Fact]
    public async Task Lost_ByMistake_IsWithdrawnBeforeThePostIsWiped()
    {
        await using var site = await Site.StartAsync(Cancel, "Sync:CommandSeconds=1");
        await LoseAsync(site);
        await SaysAsync(site, "CENTRAL HAS ORDERED THIS APPLIANCE TO BE WIPED");
        var id = (await site.Central.StatusAsync(Cancel)).GetProperty("appliances")[0].GetProperty("appliance_id").GetString()!;

        await site.Central.CommandAsync(Cancel, "appliances", "withdraw", id, "--reason", "the wrong appliance");

        await SaysAsync(site, "Central has withdrawn the command to wipe this appliance");
        Assert.False(site.Appliance.HasStopped);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(site.Appliance.DataFolder, "identity"), "*.key"));
        Assert.True((await site.Appliance.ScanAsync(Ordinary, Cancel)).IsClear);
    }

    private static Task SaysAsync(Site site, string words) =>
        Until.TrueAsync(
            $"the page saying: {words}",
            async token => (await site.Appliance.PageAsync(token)).Contains(words, StringComparison.Ordinal),
            TimeSpan.FromSeconds(30),
            Cancel);

    private static async Task<string> LoseAsync(Site site)
    {
        var id = (await site.Central.StatusAsync(Cancel)).GetProperty("appliances")[0].GetProperty("appliance_id").GetString()!;
        return await site.Central.CommandAsync(
            Cancel,
            [
                "appliances", "lost", id, "--reason", "stolen from the post", "--case", "E2E-7",
                .. await site.Central.StaffAsync("d.protection", "data-protection", Cancel),
            ]);
    }

    private static Task WipedAsync(Site site) =>
        Until.TrueAsync(
            $"the appliance being wiped and stopped (it says:\n{site.Appliance.Log})",
            _ => Task.FromResult(File.Exists(Path.Combine(site.Appliance.DataFolder, "state", "wiped")) && site.Appliance.HasStopped),
            TimeSpan.FromSeconds(60),
            Cancel);
}
