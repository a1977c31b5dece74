using System.Net;
using System.Text;
using System.Text.Json;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.EndToEnd.Tests;

/// <summary>A machine readable zone goes in at one end of a pseudo terminal; the row is read at central.</summary>
public sealed class JourneyTests
{
    private static readonly IReadOnlyList<string> Ordinary = Site.Passport("LINDQUIST", "ASTRID MARIE", "U10000001", 1988, 4, 17, 'F');
    private static readonly IReadOnlyList<string> Listed = Site.Passport("DRAGOVAR", "VIKTOR ANSELM", "U10000003", 1971, 3, 4);
    private static readonly IReadOnlyList<string> Discreet = Site.Passport("PELLIK", "JORAN", "U10000014", 1964, 2, 3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_WithCentralDownThenStarted_IsReadAtCentral()
    {
        await using var site = await Site.StartAsync(Cancel);
        await site.Central.KillAsync();

        var clear = await site.Appliance.ScanAsync(Ordinary, Cancel);
        Assert.True(clear.IsClear);
        Assert.Equal(HttpStatusCode.Redirect, await site.Appliance.DecideAsync(clear, OutcomeCodes.Admitted, 0, Cancel));
        var hit = await site.Appliance.ScanAsync(Listed, Cancel);
        Assert.False(hit.IsClear);
        Assert.Equal(["uto:1"], hit.Hits);
        Assert.Equal(HttpStatusCode.Redirect, await site.Appliance.DecideAsync(hit, OutcomeCodes.Referred, OutcomeCodes.NotSamePerson, Cancel));
        await site.Central.StartAsync(Cancel);
        await site.DurableAsync(2, Cancel);

        string[] show = ["encounters", "show", clear.Id.ToString(), "--purpose", "redress", "--case", "E2E-1", "--json"];
        var nobody = await site.Central.TryCommandAsync(Cancel, show);
        Assert.Equal((1, ""), (nobody.ExitCode, nobody.Output));
        using var row = JsonDocument.Parse(await site.Central.CommandAsync(
            Cancel, [.. show, .. await site.Central.StaffAsync("s.lind", "monitor", Cancel)]));
        var text = row.RootElement.GetRawText();
        Assert.Contains("LINDQUIST", text, StringComparison.Ordinal);
        Assert.Contains(Ordinary[1][..20], text, StringComparison.Ordinal);
        Assert.Contains(Site.OfficerNumber, text, StringComparison.Ordinal);
        Assert.Equal(1, await site.Central.RecordsAsync("hit", Cancel));
        Assert.Equal(1, await site.Central.RecordsAsync("hit_outcome", Cancel));
    }

    [Fact]
    public async Task Worker_KilledBetweenScanAndAcknowledgement_LosesAndRepeatsNothing()
    {
        await using var site = await Site.StartAsync(Cancel);
        await site.Central.KillAsync();
        for (var i = 0; i < 5; i++)
        {
            var encounter = await site.Appliance.ScanAsync(Site.Passport("HALVORSEN", "NILS", $"U2000000{i}", 1966, 1, 30), Cancel);
            await site.Appliance.DecideAsync(encounter, OutcomeCodes.Admitted, 0, Cancel);
        }

        await site.Appliance.KillAsync();
        await site.Central.StartAsync(Cancel);
        await site.Appliance.StartAsync(Cancel);
        await site.DurableAsync(5, Cancel);

        Assert.Equal(5, await site.Central.RecordsAsync("encounter_verdict", Cancel));
        Assert.Equal(5, await site.Central.RecordsAsync("encounter_decision", Cancel));
    }

    [Fact]
    public async Task Worker_KilledWhileCentralTakesBatches_LosesAndRepeatsNothing()
    {
        await using var site = await Site.StartAsync(Cancel);
        for (var i = 0; i < 6; i++)
        {
            var encounter = await site.Appliance.ScanAsync(Site.Passport("OYELARAN", "BABATUNDE", $"U3000000{i}", 1979, 12, 2), Cancel);
            await site.Appliance.DecideAsync(encounter, OutcomeCodes.Admitted, 0, Cancel);
            if (i % 2 == 0)
                continue;
            await site.Appliance.KillAsync();
            await site.Appliance.StartAsync(Cancel);
            await site.Appliance.SignInAsync(site.Officer, Cancel);
            await site.Appliance.ReadyAsync(Cancel, listVersion: 1);
        }

        await site.DurableAsync(6, Cancel);

        Assert.Equal(6, await site.Central.RecordsAsync("encounter_verdict", Cancel));
    }

    [Fact]
    public async Task Worker_KilledBetweenVerdictAndDecision_HasTheEncounterAgain()
    {
        await using var site = await Site.StartAsync(Cancel);
        var before = await site.Appliance.ScanAsync(Listed, Cancel);
        await site.Appliance.KillAsync();
        await site.Appliance.StartAsync(Cancel);
        await site.Appliance.SignInAsync(site.Officer, Cancel);

        var after = Assert.Single(await site.Appliance.OpenAsync(Cancel));
        Assert.Equal(before.Id, after.Id);
        Assert.True(after.IsResumed);
        Assert.Equal(before.Hits, after.Hits);
        Assert.Contains("DRAGOVAR", await site.Appliance.PageAsync(Cancel), StringComparison.Ordinal);
        await site.Appliance.DecideAsync(after, OutcomeCodes.Referred, OutcomeCodes.NotSamePerson, Cancel);
        await site.DurableAsync(1, Cancel);
        Assert.Equal(1, await site.Central.RecordsAsync("encounter_verdict", Cancel));
    }

    [Fact]
    public async Task Hit_WithoutOutcomeOrSecondPerson_CannotBeClosed()
    {
        await using var site = await Site.StartAsync(Cancel);
        var hit = await site.Appliance.ScanAsync(Listed, Cancel);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await site.Appliance.DecideAsync(hit, OutcomeCodes.Admitted, 0, Cancel));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await site.Appliance.DecideAsync(hit, OutcomeCodes.Refused, OutcomeCodes.NotSamePerson, Cancel));
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            await site.Appliance.DecideAsync(hit, OutcomeCodes.Referred, OutcomeCodes.HandedOver, Cancel, secondPerson: site.Officer));
        Assert.Single(await site.Appliance.OpenAsync(Cancel));
        Assert.Equal(
            HttpStatusCode.Redirect, await site.Appliance.DecideAsync(hit, OutcomeCodes.Referred, OutcomeCodes.HandedOver, Cancel, secondPerson: site.Supervisor));
        Assert.Empty(await site.Appliance.OpenAsync(Cancel));
    }

    [Fact]
    public async Task DiscreetEntry_AtTheCounter_LooksLikeAnOrdinaryCrossing()
    {
        await using var site = await Site.StartAsync(Cancel);
        var ordinary = await site.Appliance.ScanAsync(Ordinary, Cancel);
        var light = await LightAsync(site, "green=1");
        await site.Appliance.DecideAsync(ordinary, OutcomeCodes.Admitted, 0, Cancel);
        var discreet = await site.Appliance.ScanAsync(Discreet, Cancel);

        Assert.True(discreet.IsClear);
        Assert.Empty(discreet.Hits);
        Assert.Equal(light, await LightAsync(site, "green=1"));
        var page = await site.Appliance.PageAsync(Cancel);
        Assert.DoesNotContain("uto:2", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Discreet", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.Redirect, await site.Appliance.DecideAsync(discreet, OutcomeCodes.Admitted, 0, Cancel));
        await site.DurableAsync(2, Cancel);
        Assert.Equal(1, await site.Central.RecordsAsync("hit", Cancel));
    }

    [Fact]
    public async Task Enclosure_Opened_RaisesALaneZeroAlertAtCentral()
    {
        await using var site = await Site.StartAsync(Cancel);
        Assert.Equal(0, await site.Central.RecordsAsync("tamper", Cancel));

        site.Appliance.Set(ContactRole.Tamper, ContactLevel.Open);

        await Until.TrueAsync(
            "a tamper alert at central",
            async token => await site.Central.RecordsAsync("tamper", token) == 1,
            TimeSpan.FromSeconds(30),
            Cancel);
        Assert.Contains("enclosure", await site.Appliance.PageAsync(Cancel), StringComparison.OrdinalIgnoreCase);
        await LightAsync(site, "red=1");
    }

    [Fact]
    public async Task Traveller_InTheLogAndOnTheCard_IsNowhereInTheClear()
    {
        await using var site = await Site.StartAsync(Cancel);
        var hit = await site.Appliance.ScanAsync(Listed, Cancel);
        await site.Appliance.DecideAsync(hit, OutcomeCodes.Referred, OutcomeCodes.NotSamePerson, Cancel);
        await site.DurableAsync(1, Cancel);
        await site.Appliance.KillAsync();
        await site.Central.KillAsync();

        string[] marks = ["DRAGOVAR", "U10000003", "ANSELM"];
        foreach (var mark in marks)
        {
            Assert.DoesNotContain(mark, site.Appliance.Log, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(mark, site.Central.Log, StringComparison.OrdinalIgnoreCase);
        }

        foreach (var file in Directory.GetFiles(site.Appliance.DataFolder, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file, Cancel);
            Assert.All(marks, mark => Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark)) < 0, $"{mark} stands in {file}"));
        }
    }

    private static async Task<string> LightAsync(Site site, string lamp)
    {
        await Until.TrueAsync(
            lamp, _ => Task.FromResult(site.Appliance.StackLight().Contains(lamp, StringComparison.Ordinal)), TimeSpan.FromSeconds(10), Cancel);
        return site.Appliance.StackLight();
    }
}
