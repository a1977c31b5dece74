using System.Net;
using System.Text.Json;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Devices.Simulated;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Board.Tests;

/// <summary>The published arm64 appliance on a whole board, with the kernel's own drivers between it and every part.</summary>
[Collection(BoardCollection.Name)]
public sealed class JourneyTests(BoardSite site)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] FittedParts =
        ["reader", "tamper", "lid", "gate", "presence", "power-lost", "stack-light", "buzzer", "climate", "supply", "clock-chip", "display", "journal"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private BoardAppliance Board => site.Board;

    [Fact]
    public async Task Document_LaidDown_IsScreenedDecidedAndReadAtCentral()
    {
        await site.ReadyAsync(Cancel);
        foreach (var part in FittedParts)
            await PartIsAsync(part, "Ok");

        var hit = await Board.ScanAsync(Listed("U10000001"), Cancel);
        Assert.False(hit.IsClear);
        Assert.Equal(["uto:1"], hit.Hits);
        await PinsAsync("the amber lamp", "0", "1", "0");
        var display = await Board.DoAsync(Cancel, "display");
        Assert.Equal("on", display[0]);
        Assert.Contains(Convert.FromBase64String(display[1]), static column => column != 0);
        Assert.Equal(HttpStatusCode.Redirect, await Board.DecideAsync(hit, (int)OutcomeCode.Referred, (int)OutcomeCode.HitNotSamePerson, Cancel));

        await site.DurableAsync(1, Cancel);
        using var row = JsonDocument.Parse(await site.Central.CommandAsync(
            Cancel,
            ["encounters", "show", hit.Id.ToString(), "--purpose", "redress", "--case", "BOARD-1", "--json", .. await site.Central.StaffAsync("s.lind", "monitor", Cancel)]));
        var text = row.RootElement.GetRawText();
        Assert.Contains("DRAGOVAR", text, StringComparison.Ordinal);
        Assert.Contains(BoardSite.OfficerNumber, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TamperLoop_Opened_RaisesAnAlertAtCentralAndLocksTheConsole()
    {
        await site.ReadyAsync(Cancel);
        var before = await site.Central.RecordsAsync("tamper", Cancel);

        await Board.SetLineAsync(BoardLine.Tamper, isHigh: true, Cancel);
        await AtCentralAsync("tamper", before + 1);
        await PageSaysAsync("enclosure of this appliance was opened");
        await PinsAsync("the red lamp", "1", "0", "0");
        await Board.SetLineAsync(BoardLine.Tamper, isHigh: false, Cancel);
        await Board.TrySignInAsync(site.Officer, Cancel);
        Assert.DoesNotContain("On duty", await Board.PageAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await Board.HealthAsync(Cancel)).GetProperty("list_version").ValueKind);

        await site.OnDutyAsync(Cancel);
        var encounter = await Board.ScanAsync(Traveller("U20000001"), Cancel);
        await PinsAsync("the green lamp", "0", "0", "1");
        await site.DecideAsync(encounter, Cancel);
    }

    [Fact]
    public async Task Reader_CablePulled_ShowsInHealthAndWorksAgainInItsSocket()
    {
        await site.ReadyAsync(Cancel);

        await Board.DoAsync(Cancel, "unplug-reader");
        await PartIsAsync("reader", "Failed");
        await Board.DoAsync(Cancel, "plug-reader");
        await PartIsAsync("reader", "Ok");

        await site.DecideAsync(await Board.ScanAsync(Traveller("U30000000"), Cancel), Cancel);
    }

    [Fact]
    public async Task Reader_PulledInTheMiddleOfADocument_MakesNoEncounterOfTheHalf()
    {
        await site.ReadyAsync(Cancel);
        var message = ReaderMessage.Compose(Traveller("U31000001"), ReaderDressing.CrLf);

        await Board.SendAsync(message[..60], Cancel);
        await Board.DoAsync(Cancel, "unplug-reader");
        await PartIsAsync("reader", "Failed");
        await Board.DoAsync(Cancel, "plug-reader");
        await PartIsAsync("reader", "Ok");

        var encounter = await Board.ScanAsync(Traveller("U31000002"), Cancel);
        Assert.Single(await Board.OpenAsync(Cancel));
        await site.DecideAsync(encounter, Cancel);
    }

    [Fact]
    public async Task Power_CutInMidScan_LosesNothingThatWasAcknowledged()
    {
        await site.ReadyAsync(Cancel);
        var before = await site.Central.DecidedEncountersAsync(Cancel);
        await Board.Machine.SetLinkAsync(isUp: false, Cancel);
        for (var i = 0; i < 3; i++)
            await site.DecideAsync(await Board.ScanAsync(Traveller($"U4000000{i}"), Cancel), Cancel);
        var open = await Board.ScanAsync(Listed("U10000002"), Cancel);
        var message = ReaderMessage.Compose(Traveller("U40000009"), ReaderDressing.CrLf);
        await Board.SendAsync(message[..50], Cancel);

        await Board.PowerOffAsync();
        await Board.PowerOnAsync(Cancel);
        await Board.StartAsync(Cancel);
        await site.OnDutyAsync(Cancel);

        var back = Assert.Single(await Board.OpenAsync(Cancel));
        Assert.Equal((open.Id, true), (back.Id, back.IsResumed));
        Assert.Equal(open.Hits, back.Hits);
        await site.DecideAsync(back, Cancel);
        await site.DurableAsync(before + 4, Cancel);
        Assert.Equal(before + 4, await site.Central.DecidedEncountersAsync(Cancel));
    }

    [Fact]
    public async Task Battery_EmptyWithoutMains_StopsInOrderAndSwitchesTheBoardOff()
    {
        await site.ReadyAsync(Cancel);
        var stopped = await site.Central.RecordsAsync("stopped_for_power", Cancel);
        var open = await Board.ScanAsync(Listed("U10000003"), Cancel);

        await Board.SetLineAsync(BoardLine.PowerLost, isHigh: true, Cancel);
        await PageSaysAsync("The mains are gone, the battery feeds");
        await Board.DoAsync(Cancel, "supply", "6.8", "0.9");
        await PageSaysAsync("LOW, the appliance stops soon");
        await Board.DoAsync(Cancel, "supply", "6.2", "0.9");
        await Board.SwitchedOffAsync(Patience, Cancel);
        Assert.Contains("bench: the appliance ended with 75", Board.Console, StringComparison.Ordinal);

        await Board.PowerOnAsync(Cancel);
        await Board.StartAsync(Cancel);
        await site.OnDutyAsync(Cancel);
        Assert.Equal(open.Id, Assert.Single(await Board.OpenAsync(Cancel)).Id);
        await AtCentralAsync("stopped_for_power", stopped + 1);
    }

    [Fact]
    public async Task KeyboardReader_PluggedAndPulled_IsReadAlone()
    {
        if (!Board.IsOn)
            await site.ReadyAsync(Cancel);
        try
        {
            await Board.DoAsync(Cancel, "plug-wedge");
            await site.ReadyAsync(Cancel, "Scanner:Kind=KeyboardWedge", $"Scanner:WedgeIds:0={BoardAppliance.WedgeReader}");
            for (var i = 0; i < 2; i++)
            {
                await Board.DoAsync(Cancel, "plug-wedge");
                await PartIsAsync("reader", "Ok");
                await site.DecideAsync(await Board.TypeAsync(Traveller($"U5000000{i}"), Cancel), Cancel);
                await Board.DoAsync(Cancel, "unplug-wedge");
                await PartIsAsync("reader", "Failed");
            }
        }
        finally
        {
            await Board.KillAsync(Cancel);
        }
    }

    [Fact]
    public async Task LightBarrier_BrokenForTwentyNineMilliseconds_IsSeen()
    {
        await site.ReadyAsync(Cancel);
        var before = await site.Central.RecordsAsync("traveller_left", Cancel);
        var encounter = await Board.ScanAsync(Traveller("U60000001"), Cancel);

        // An emulated processor may be away for as long as the pulse lasts; then the traveller comes and goes once more.
        await BoardSite.UntilAsync(
            "a traveller who left",
            async token =>
            {
                await Board.Machine.PressPowerButtonAsync(token);
                return await site.Central.RecordsAsync("traveller_left", token) > before;
            },
            Cancel);
        await site.DecideAsync(encounter, Cancel);
    }

    private static IReadOnlyList<string> Traveller(string number) => InventedPassport.Lines("LINDQUIST", "ASTRID MARIE", number, new DateOnly(1988, 4, 17), 'F');

    /// <summary>Another document each time: one that comes again reopens its encounter.</summary>
    private static IReadOnlyList<string> Listed(string number) => InventedPassport.Lines("DRAGOVAR", "VIKTOR ANSELM", number, new DateOnly(1971, 3, 4));

    private Task PartIsAsync(string part, string state) => site.PartIsAsync(part, state, Cancel);

    private Task PageSaysAsync(string words) => BoardSite.UntilAsync(
        $"the page saying: {words}", async token => (await Board.PageAsync(token)).Contains(words, StringComparison.Ordinal), Cancel);

    private Task AtCentralAsync(string kind, int count) => BoardSite.UntilAsync(
        $"{count} {kind} at central", async token => await site.Central.RecordsAsync(kind, token) == count, Cancel);

    /// <summary>Levels of the bridge's pins: red, amber, green.</summary>
    private Task PinsAsync(string what, params string[] lamps) => BoardSite.UntilAsync(
        what, async token => lamps.SequenceEqual((await Board.DoAsync(token, "pins")).Take(lamps.Length)), Cancel);
}
