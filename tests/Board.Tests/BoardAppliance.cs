using System.Globalization;
using EdgeCheckpoint.Devices.Simulated;
using EdgeCheckpoint.Testing;

namespace EdgeCheckpoint.Board.Tests;

/// <summary>
/// The published appliance on a virtual board: its card outlives every power cut. What the bench can do to it is here, and what an officer does
/// is in <see cref="Counter"/>.
/// </summary>
internal sealed class BoardAppliance : Counter
{
    internal const string SerialReader = "/dev/serial/by-id/usb-virtual_document_reader-if00";
    internal const string WedgeReader = "usb-virtual_keyboard_reader-event-kbd";

    private const string DataFolder = "/data/edge-checkpoint";
    private const long CardBytes = 256L << 20;

    /// <summary>An emulated processor is some twenty times slower than the board's.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder;
    private VirtualMachine? _machine;

    internal BoardAppliance(TemporaryFolder folder)
    {
        _folder = folder;
        CounterAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}"));
    }

    /// <summary>Asking costs the emulated processor what the appliance should have.</summary>
    protected override TimeSpan Pause => TimeSpan.FromMilliseconds(250);

    internal bool IsOn => _machine is { IsOff: false };

    /// <summary>Consoles of all boots.</summary>
    internal string Console { get => field + _machine?.Console; private set; } = "";

    internal VirtualMachine Machine => _machine ?? throw new InvalidOperationException("The board is off.");

    private string Card => _folder.Combine("card.img");

    /// <summary>Switches the board on. The first time its card is made.</summary>
    internal async Task PowerOnAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Card))
        {
            await using (var card = File.Create(Card))
                card.SetLength(CardBytes);
            var made = await ChildProcess.RunAsync(["mkfs.ext4"], ["-q", "-F", Card], cancellationToken);
            Assert.True(made.ExitCode == 0, made.Errors);
        }

        _machine = await VirtualMachine.BootAsync(BoardImage.Require(), Card, _folder.Path, CounterAddress.Port, cancellationToken);
    }

    /// <summary>Cuts the power.</summary>
    internal async Task PowerOffAsync()
    {
        if (_machine is null)
            return;
        Console = Console + "\n";
        await _machine.DisposeAsync();
        _machine = null;
    }

    /// <summary>Waits until the board has switched itself off.</summary>
    internal async Task SwitchedOffAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        await Machine.SwitchedOffAsync(limit, cancellationToken);
        await PowerOffAsync();
    }

    /// <summary>Redeems a ticket.</summary>
    internal async Task EnrolAsync(string ticketPath, string serial, CancellationToken cancellationToken)
    {
        await DoAsync(cancellationToken, "put", "/data/ticket.json", Convert.ToBase64String(await File.ReadAllBytesAsync(ticketPath, cancellationToken)));
        var enrolled = await CommandAsync(cancellationToken, "enrol", "--ticket", "/data/ticket.json", "--serial", serial);
        Assert.True(enrolled.ExitCode == 0, enrolled.Errors);
    }

    /// <summary>Runs a command of the appliance inside.</summary>
    internal async Task<ProgramOutput> CommandAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var answer = await DoAsync(cancellationToken, ["run", .. arguments, "--data", DataFolder]);
        return new ProgramOutput(int.Parse(answer[0], CultureInfo.InvariantCulture), answer[1], answer[2]);
    }

    /// <summary>Starts the service and waits for its page.</summary>
    /// <param name="settings">More settings, SECTION:NAME=VALUE.</param>
    internal async Task StartAsync(CancellationToken cancellationToken, params string[] settings)
    {
        string[] defaults =
        [
            "Board:Profile=virtual-board", $"Scanner:DevicePath={SerialReader}", "Scanner:DtrEnable=true", "Scanner:RtsEnable=true",
            "Sync:BackoffSecondsMin=0.2", "Sync:BackoffSecondsMax=2", "Sync:ReconnectSpreadSeconds=0", "Sync:HeartbeatSeconds=2", "Sync:ReleaseCheckSeconds=2",
        ];
        await DoAsync(
            cancellationToken, ["start", "run", "--data", DataFolder, .. defaults.Concat(settings).SelectMany(static setting => new[] { "--set", setting })]);
        await Until.TrueAsync(
            $"the counter page (console:\n{Console})",
            async token =>
            {
                Assert.Equal("running", (await DoAsync(token, "state"))[0]);
                return (await HealthAsync(token)).TryGetProperty("reader", out _);
            },
            StartLimit,
            cancellationToken,
            Pause);
    }

    /// <summary>Ends the service at once (kill -9); the board stays on.</summary>
    internal Task KillAsync(CancellationToken cancellationToken) => DoAsync(cancellationToken, "kill");

    /// <summary>Has something done by the bench inside.</summary>
    internal Task<IReadOnlyList<string>> DoAsync(CancellationToken cancellationToken, params string[] words) => Machine.DoAsync(cancellationToken, words);

    internal Task SetLineAsync(int line, bool isHigh, CancellationToken cancellationToken) => Machine.SetLineAsync(line, isHigh, cancellationToken);

    /// <summary>Lays a document on the USB reader and waits for its encounter.</summary>
    internal Task<OpenEncounterView> ScanAsync(IReadOnlyList<string> lines, CancellationToken cancellationToken) =>
        EncounterOfAsync(() => SendAsync(ReaderMessage.Compose(lines, ReaderDressing.CrLf), cancellationToken), cancellationToken);

    /// <summary>The same on the reader that types.</summary>
    internal Task<OpenEncounterView> TypeAsync(IReadOnlyList<string> lines, CancellationToken cancellationToken) =>
        EncounterOfAsync(() => DoAsync(cancellationToken, "type", string.Concat(lines.Select(static line => line + "\r"))), cancellationToken);

    /// <summary>Sends bytes from the USB reader.</summary>
    internal Task SendAsync(byte[] bytes, CancellationToken cancellationToken) => DoAsync(cancellationToken, "send", Convert.ToBase64String(bytes));

    /// <summary>State of a part in the health endpoint.</summary>
    internal async Task<string> PartAsync(string part, CancellationToken cancellationToken) =>
        (await HealthAsync(cancellationToken)).GetProperty("parts").EnumerateArray().First(one => one.GetProperty("part").GetString() == part).GetProperty("state").GetString()!;

    /// <summary>What the service takes now.</summary>
    internal async Task<ServiceUsage> UsageAsync(CancellationToken cancellationToken)
    {
        var figures = await DoAsync(cancellationToken, "usage");
        return new ServiceUsage(
            long.Parse(figures[0], CultureInfo.InvariantCulture), long.Parse(figures[1], CultureInfo.InvariantCulture), long.Parse(figures[2], CultureInfo.InvariantCulture));
    }

    public override async ValueTask DisposeAsync()
    {
        await PowerOffAsync();
        await base.DisposeAsync();
    }
}
