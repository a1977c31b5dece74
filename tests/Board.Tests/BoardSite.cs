using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Board.Tests;

/// <summary>One central on this machine and one virtual board beside it, made at the first test and shared by all: a boot takes some seconds.</summary>
public sealed class BoardSite : IAsyncDisposable
{
    internal const string OfficerNumber = "OFF-17";

    private const string Serial = "BOARD-0001";

    /// <summary>QEMU's name for the loopback of the machine that it runs on (user network).</summary>
    private const string HostSeenFromTheBoard = "10.0.3.2";

    /// <summary>Back-off of a device that was gone reaches half a minute.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(75);

    /// <summary>A question takes the emulated processor, or this machine's, from what is tested.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly TemporaryFolder _folder = new();
    private bool _isEnrolled;

    public BoardSite()
    {
        Central = new CentralSite(_folder.Combine("central"));
        Board = new BoardAppliance(_folder);
    }

    internal CentralSite Central { get; }

    internal BoardAppliance Board { get; }

    internal PersonSecret Officer { get; private set; } = new("", "", "");

    internal PersonSecret Supervisor { get; private set; } = new("", "", "");

    /// <summary>Whatever a test before has left: the board is on, calm and whole, and an officer is on duty with a list.</summary>
    internal async Task ReadyAsync(CancellationToken cancellationToken, params string[] settings)
    {
        if (!_isEnrolled)
            await OpenAsync(cancellationToken);
        if (!Board.IsOn)
            await Board.PowerOnAsync(cancellationToken);
        await CalmAsync(cancellationToken);
        if (settings.Length > 0)
            await Board.KillAsync(cancellationToken);
        if ((await Board.DoAsync(cancellationToken, "state"))[0] != "running")
            await Board.StartAsync(cancellationToken, settings);
        await OnDutyAsync(cancellationToken);
        foreach (var left in await Board.OpenAsync(cancellationToken))
            await DecideAsync(left, cancellationToken);
    }

    /// <summary>A supervisor ends what alarm there is; then the officer works.</summary>
    internal async Task OnDutyAsync(CancellationToken cancellationToken)
    {
        var page = await Board.PageAsync(cancellationToken);
        if (page.Contains($"On duty: {OfficerNumber}", StringComparison.Ordinal))
            return;
        if (page.Contains("enclosure of this appliance was opened", StringComparison.Ordinal))
            await Board.SignInAsync(Supervisor, cancellationToken);
        await Board.SignInAsync(Officer, cancellationToken);
        await Board.ReadyAsync(cancellationToken, listVersion: 1);
    }

    /// <summary>Closes an encounter in an ordinary way.</summary>
    internal async Task DecideAsync(OpenEncounterView encounter, CancellationToken cancellationToken)
    {
        var status = await Board.DecideAsync(
            encounter,
            (int)(encounter.IsClear ? Decisions.OutcomeCode.Admitted : Decisions.OutcomeCode.Referred),
            (int)Decisions.OutcomeCode.HitNotSamePerson,
            cancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.Redirect, status);
    }

    /// <summary>Waits for something of the board or of central.</summary>
    internal static Task UntilAsync(string what, Func<CancellationToken, Task<bool>> probe, CancellationToken cancellationToken) =>
        Until.TrueAsync(what, probe, Patience, cancellationToken, Pause);

    /// <summary>Waits until at least that many decided encounters stand at central and nothing is left to send.</summary>
    internal async Task DurableAsync(int encounters, CancellationToken cancellationToken)
    {
        await UntilAsync($"{encounters} decided encounters at central", async token => await Central.DecidedEncountersAsync(token) >= encounters, cancellationToken);
        await UntilAsync("nothing left to send", async token => (await Board.HealthAsync(token)).GetProperty("all_sent").GetBoolean(), cancellationToken);
    }

    /// <summary>Waits until a part of the appliance is in a state.</summary>
    internal Task PartIsAsync(string part, string state, CancellationToken cancellationToken) =>
        UntilAsync($"{part} being {state}", async token => await Board.PartAsync(part, token) == state, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (BoardImage.IsThere)
            await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "board-console.log"), Board.Console);
        await Board.DisposeAsync();
        await Central.DisposeAsync();
        _folder.Dispose();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        BoardImage.Require();
        await Central.CommandAsync(cancellationToken, "init", "--name", "Utopia", "--address", $"https://{HostSeenFromTheBoard}");
        await Central.StartAsync(cancellationToken);
        Officer = await Central.PersonAsync(OfficerNumber, "officer", cancellationToken);
        Supervisor = await Central.PersonAsync("SUP-02", "supervisor", cancellationToken, "--badge");
        await Central.CommandAsync(cancellationToken, "people", "publish");
        await Central.PublishListAsync(
            _folder.Combine("list.csv"), cancellationToken, "uto:1,VIKTOR ANSELM DRAGOVAR,,1971-03-04,UTO,M,,inquire", "uto:2,JORAN PELLIK,,1964,UTO,M,,discreet");
        await Board.PowerOnAsync(cancellationToken);
        var ticket = await Central.TicketAsync(
            "Utopia North", Serial, _folder.Combine("ticket.json"), cancellationToken, $"https://{HostSeenFromTheBoard}:{Central.GrpcAddress.Port}");
        await Board.EnrolAsync(ticket, Serial, cancellationToken);
        _isEnrolled = true;
    }

    private async Task CalmAsync(CancellationToken cancellationToken)
    {
        foreach (var line in new[] { BoardLine.Tamper, BoardLine.Lid, BoardLine.Gate, BoardLine.PowerLost })
            await Board.SetLineAsync(line, isHigh: false, cancellationToken);
        await Board.Machine.SetLinkAsync(isUp: true, cancellationToken);
        await Board.DoAsync(cancellationToken, "climate", "21", "40");
        await Board.DoAsync(cancellationToken, "supply", "8.2", "0.5");
        await Board.DoAsync(cancellationToken, "stuck", "no");
        await Board.DoAsync(cancellationToken, "calm");
        await Board.DoAsync(cancellationToken, "fit-climate", "yes");
        await Board.DoAsync(cancellationToken, "plug-bridge");
        await Board.DoAsync(cancellationToken, "plug-reader");
    }
}
