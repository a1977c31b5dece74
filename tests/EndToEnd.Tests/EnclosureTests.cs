using System.Text.Json;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>What the sensors do, with the real programs and a simulated board.</summary>
public sealed class EnclosureTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly IReadOnlyList<string> Ordinary = Site.Passport("HALVORSEN", "NILS", "UT7700001", 1966, 1, 30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Opened_WhileAnEncounterIsOpen_LocksOutTheOfficerUntilASupervisorCame()
    {
        await using var site = await Site.StartAsync(Cancel);
        var encounter = await site.Appliance.ScanAsync(Ordinary, Cancel);

        site.Appliance.Set(ContactRole.Lid, ContactLevel.Open);
        await PageSaysAsync(site, "enclosure of this appliance was opened");
        site.Appliance.Set(ContactRole.Lid, ContactLevel.Closed);
        // The page tells of the latch, which is written first; the keys go in the same breath.
        await Until.TrueAsync(
            "the list being closed", async token => (await site.Appliance.HealthAsync(token)).GetProperty("list_version").ValueKind == JsonValueKind.Null, Patience, Cancel);
        await site.Appliance.TrySignInAsync(site.Officer, Cancel);
        Assert.DoesNotContain("On duty", await site.Appliance.PageAsync(Cancel), StringComparison.Ordinal);

        // The same after the power was cut.
        await site.Appliance.KillAsync();
        await site.Appliance.StartAsync(Cancel);
        await PageSaysAsync(site, "enclosure of this appliance was opened");

        await site.Appliance.SignInAsync(site.Supervisor, Cancel);
        await site.Appliance.ReadyAsync(Cancel, listVersion: 1);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        var back = Assert.Single(await site.Appliance.OpenAsync(Cancel));
        Assert.Equal((encounter.Id, true), (back.Id, back.IsResumed));
        Assert.DoesNotContain("enclosure of this appliance", await site.Appliance.PageAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(1, await site.Central.RecordsAsync("tamper", Cancel));
    }

    [Fact]
    public async Task BatteryEmptyWithoutMains_EndsTheServiceInOrderWithItsCode()
    {
        await using var site = await Site.StartAsync(Cancel);
        var encounter = await site.Appliance.ScanAsync(Ordinary, Cancel);

        site.Appliance.Set(ContactRole.PowerLost, ContactLevel.Open);
        await PageSaysAsync(site, "The mains are gone, the battery feeds");
        site.Appliance.Measure("supply", "6.20 0.9");

        Assert.Equal(75, await site.Appliance.ExitAsync(Patience, Cancel));
        site.Appliance.Set(ContactRole.PowerLost, ContactLevel.Closed);
        site.Appliance.Measure("supply", "7.90 -0.5");
        await site.Appliance.StartAsync(Cancel);
        await site.Appliance.SignInAsync(site.Officer, Cancel);
        Assert.Equal(encounter.Id, Assert.Single(await site.Appliance.OpenAsync(Cancel)).Id);
    }

    [Fact]
    public async Task TooHot_TakesNoNewDocumentsAndDecidesWhatIsOpen()
    {
        await using var site = await Site.StartAsync(Cancel);
        var open = await site.Appliance.ScanAsync(Ordinary, Cancel);

        site.Appliance.Measure("climate", "75.0 12");
        await PageSaysAsync(site, "too hot for its card");
        site.Appliance.Reader.Scan(Site.Passport("PELLIK", "JORAN", "UT7700002", 1964, 5, 6));
        await PageSaysAsync(site, "nothing of this document was taken");
        Assert.Single(await site.Appliance.OpenAsync(Cancel));
        await site.Appliance.DecideAsync(open, OutcomeCodes.Admitted, 0, Cancel);

        site.Appliance.Measure("climate", "40.0 12");
        await Until.TrueAsync(
            "documents being taken again", async token => !(await site.Appliance.PageAsync(token)).Contains("too hot for its card", StringComparison.Ordinal), Patience, Cancel);
        Assert.NotNull(await site.Appliance.ScanAsync(Site.Passport("PELLIK", "JORAN", "UT7700003", 1964, 5, 6), Cancel));
    }

    [Fact]
    public async Task AcceptanceReport_OfAnEnrolledAppliance_IsCheckedAtCentral()
    {
        await using var site = await Site.StartCentralAsync(Cancel);
        await site.EnrolAsync(Cancel);
        var report = site.Folder.Combine("report.json");

        var check = await site.Appliance.CommandAsync(
            Cancel, "hardware", "check", "--technician", "TEC-05", "--out", report, "--set", "Scanner:Kind=None");
        Assert.True(check.ExitCode == 0, check.Output + check.Errors);

        var shown = await site.Central.CommandAsync(Cancel, "appliances", "acceptance", report);
        Assert.StartsWith("ACCEPTED: ", shown, StringComparison.Ordinal);
        Assert.Contains("Passed     storage", shown, StringComparison.Ordinal);

        await File.WriteAllTextAsync(report, (await File.ReadAllTextAsync(report, Cancel)).Replace("TEC-05", "TEC-06", StringComparison.Ordinal), Cancel);
        var changed = await site.Central.TryCommandAsync(Cancel, "appliances", "acceptance", report);
        Assert.Equal(1, changed.ExitCode);
        Assert.Contains("was changed after it was signed", changed.Errors, StringComparison.Ordinal);
        File.Delete(report + ".sig");
        Assert.Contains("is missing", (await site.Central.TryCommandAsync(Cancel, "appliances", "acceptance", report)).Errors, StringComparison.Ordinal);
    }

    private static Task PageSaysAsync(Site site, string words) => Until.TrueAsync(
        $"the page saying: {words}", async token => (await site.Appliance.PageAsync(token)).Contains(words, StringComparison.Ordinal), Patience, Cancel);
}
