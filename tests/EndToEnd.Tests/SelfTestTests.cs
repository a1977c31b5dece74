using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>The self-test with the real programs: a list that central compiled, over the link, to the counter and back to central.</summary>
public sealed class SelfTestTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SelfTest_OfAServiceInOrder_PassesAndReachesCentral()
    {
        await using var site = await Site.StartAsync(Cancel);

        site.Appliance.Measure("climate", "21.5 40");

        var asked = await site.Appliance.CommandAsync(Cancel, "selftest");

        Assert.True(asked.ExitCode is 0 or 3, asked.Errors + asked.Output);
        foreach (var part in new[] { "storage", "keys", "reader", "list-signature", "list-search" })
            Assert.Contains($"PASSED      {part}: ", asked.Output, StringComparison.Ordinal);
        Assert.Contains("the specimen was found", asked.Output, StringComparison.Ordinal);

        // At the counter, and at central: the record, and the part of the heartbeat.
        Assert.Contains("Self-test: ", await site.Appliance.PageAsync(Cancel), StringComparison.Ordinal);
        await Until.TrueAsync("the self-tests at central", async token => await site.Central.RecordsAsync("self_tested", token) >= 2, Patience, Cancel);
        await Until.TrueAsync(
            "the self-test and the climate of the last heartbeat at central",
            async token => (await site.Central.StatusAsync(token)).GetProperty("appliances")[0].GetProperty("parts") is var parts
                && parts.GetProperty("self-test").GetProperty("state").GetString() is "ok" or "attention"
                && parts.TryGetProperty("climate", out var climate) && climate.GetProperty("detail").GetString() == "21.5 °C, 40 %",
            Patience,
            Cancel);
        Assert.Equal(0, await site.Central.RecordsAsync("hit", Cancel));
        Assert.Equal(0, await site.Central.RecordsAsync("encounter_verdict", Cancel));
    }

    [Fact]
    public async Task SelfTest_ReaderPulled_FailsWithItsRemedyAndPassesWhenItIsBack()
    {
        await using var site = await Site.StartAsync(Cancel);
        site.Appliance.Reader.Unplug();
        await HealthSaysAsync(site, "reader", "Failed");

        var pulled = await site.Appliance.CommandAsync(Cancel, "selftest");

        Assert.Equal(2, pulled.ExitCode);
        Assert.Contains("FAILED      reader: ", pulled.Output, StringComparison.Ordinal);
        Assert.Contains("remedy: Check its cable", pulled.Output, StringComparison.Ordinal);
        Assert.Contains("Self-test: reader FAILED", await site.Appliance.PageAsync(Cancel), StringComparison.Ordinal);

        site.Appliance.Reader.Plug();
        await HealthSaysAsync(site, "reader", "Ok");
        Assert.Contains("PASSED      reader: ", (await site.Appliance.CommandAsync(Cancel, "selftest")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelfTest_BesideAStoppedService_TestsWhatNeedsNoSignIn()
    {
        await using var site = await Site.StartAsync(Cancel);
        await site.Appliance.StopAsync(Cancel);

        var stopped = await site.Appliance.CommandAsync(Cancel, "selftest", "--set", $"Scanner:DevicePath={site.Appliance.Reader.DevicePath}");

        Assert.True(stopped.ExitCode == 3, stopped.Errors + stopped.Output);
        Assert.Contains("PASSED      list-signature: version 1 is signed", stopped.Output, StringComparison.Ordinal);
        Assert.Contains("NOT CHECKED list-search: the list is sealed until somebody signs in", stopped.Output, StringComparison.Ordinal);
        Assert.Contains("PASSED      reader: ", stopped.Output, StringComparison.Ordinal);

        var list = Assert.Single(Directory.GetFiles(Path.Combine(site.Appliance.DataFolder, "lists"), "*.sealed"));
        var bytes = await File.ReadAllBytesAsync(list, Cancel);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(list, bytes, Cancel);
        var damaged = await site.Appliance.CommandAsync(Cancel, "selftest");

        Assert.Equal(2, damaged.ExitCode);
        Assert.Contains("FAILED      list-signature: the list on the card is not the one that was signed", damaged.Output, StringComparison.Ordinal);
        Assert.Contains("remedy: ", damaged.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelfTest_AfterADeltaAndARestart_StillFindsTheSpecimen()
    {
        await using var site = await Site.StartAsync(Cancel);
        await site.PublishAsync(Cancel, "uto:1,VIKTOR ANSELM DRAGOVAR,,1971-03-04,UTO,M,,inquire", "uto:3,SIGNE MARIDOTTIR,,1980-02-03,UTO,F,,inquire");
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);
        Assert.Contains("the specimen was found", (await site.Appliance.CommandAsync(Cancel, "selftest")).Output, StringComparison.Ordinal);

        await site.Appliance.KillAsync();
        await site.Appliance.StartAsync(Cancel);
        Assert.Contains("NOT CHECKED list-search", (await site.Appliance.CommandAsync(Cancel, "selftest")).Output, StringComparison.Ordinal);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 2);

        Assert.Contains("the specimen was found", (await site.Appliance.CommandAsync(Cancel, "selftest")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelfTest_NoApplianceThere_IsOneSentence()
    {
        using var folder = new TemporaryFolder();

        var none = await ChildProcess.RunAsync(ProgramFiles.Appliance, ["selftest", "--data", folder.Combine("none")], Cancel);

        Assert.Equal(1, none.ExitCode);
        Assert.StartsWith("There is no appliance at ", none.Errors, StringComparison.Ordinal);
        Assert.Single(none.Errors.TrimEnd().Split('\n'));
    }

    private static Task HealthSaysAsync(Site site, string part, string state) => Until.TrueAsync(
        $"the part {part} being {state}",
        async token => (await site.Appliance.HealthAsync(token)).GetProperty("parts").EnumerateArray()
            .Any(reported => reported.GetProperty("part").GetString() == part && reported.GetProperty("state").GetString() == state),
        Patience,
        Cancel);
}
