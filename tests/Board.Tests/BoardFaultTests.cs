using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Board.Tests;

/// <summary>A bus and a bridge that misbehave under the kernel's own driver: the appliance goes on scanning and says what is wrong.</summary>
[Collection(BoardCollection.Name)]
public sealed class BoardFaultTests(BoardSite site)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private BoardAppliance Board => site.Board;

    [Fact]
    public async Task Bus_StuckLow_IsToldWhileDocumentsAreReadAndHealsByItself()
    {
        await site.ReadyAsync(Cancel);

        await Board.DoAsync(Cancel, "stuck", "yes");
        await PartIsAsync("climate", "Failed");
        await PartIsAsync("supply", "Failed");
        await site.DecideAsync(await Board.ScanAsync(Traveller("U70000001"), Cancel), Cancel);

        await Board.DoAsync(Cancel, "stuck", "no");
        await PartIsAsync("climate", "Ok");
        await PartIsAsync("supply", "Ok");
    }

    [Fact]
    public async Task Sensor_Unplugged_FailsAloneAndComesBack()
    {
        await site.ReadyAsync(Cancel);

        await Board.DoAsync(Cancel, "fit-climate", "no");
        await PartIsAsync("climate", "Failed");
        await PartIsAsync("supply", "Ok");
        await Board.DoAsync(Cancel, "fit-climate", "yes");

        await PartIsAsync("climate", "Ok");
    }

    [Fact]
    public async Task Bus_StormOfErrors_CostsNoDocument()
    {
        await site.ReadyAsync(Cancel);

        await Board.DoAsync(Cancel, ["faults", .. Enumerable.Repeat(new[] { "121", "110" }, 20).SelectMany(static pair => pair)]);
        await site.DecideAsync(await Board.ScanAsync(Traveller("U70000002"), Cancel), Cancel);

        // All of them came, and when they are over all is well by itself.
        await BoardSite.UntilAsync("the storm being over", async token => (await Board.DoAsync(token, "faults"))[0] == "0", Cancel);
        await PartIsAsync("climate", "Ok");
        await PartIsAsync("supply", "Ok");
    }

    /// <summary>
    /// The kernel lets a pulled bridge go when the last chip's driver has noticed, and the clock chip is asked once a minute: this one takes two.
    /// </summary>
    [Fact]
    [Trait("When", "Nightly")]
    public async Task Bridge_PulledAndPutBack_TakesItsPartsAwayAndGivesThemBack()
    {
        await site.ReadyAsync(Cancel);

        await Board.DoAsync(Cancel, "unplug-bridge");
        await PartIsAsync("supply", "Failed");
        await PartIsAsync("stack-light", "Failed");
        await site.DecideAsync(await Board.ScanAsync(Traveller("U70000003"), Cancel), Cancel);
        await Board.DoAsync(Cancel, "plug-bridge");

        await PartIsAsync("supply", "Ok");
        await PartIsAsync("stack-light", "Ok");
    }

    private static IReadOnlyList<string> Traveller(string number) => InventedPassport.Lines("HALVORSEN", "NILS", number, new DateOnly(1966, 1, 30));

    private Task PartIsAsync(string part, string state) => site.PartIsAsync(part, state, Cancel);
}
