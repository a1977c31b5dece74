using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Simulated;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Testing;

/// <summary>
/// A whole appliance in a folder of its own: enrolled by its command line, run as a process, with a reader on a real
/// pseudo terminal and an officer who clicks through HTTP.
/// </summary>
public sealed class Appliance : Counter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly SimulatedBoard _board;
    private ChildProcess? _process;

    public Appliance(string folder, ReaderDressing dressing = ReaderDressing.CrLf)
    {
        Directory.CreateDirectory(folder);
        _folder = folder;
        Reader = new SimulatedDocumentReader(Path.Combine(folder, "reader"), dressing);
        _board = new SimulatedBoard(Path.Combine(folder, "board"), TimeProvider.System, NullLoggerFactory.Instance);
        _board.Set(ContactRole.Tamper, ContactLevel.Closed);
    }

    public SimulatedDocumentReader Reader { get; }

    /// <summary>True when the service was started and has ended by itself.</summary>
    public bool HasStopped => _process?.HasExited == true;

    /// <summary>Variables that the service is started with, beside those of this process.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public string DataFolder => Path.Combine(_folder, "data");

    public string Log => _process?.Log ?? "";

    /// <summary>Redeems a ticket.</summary>
    public Task<ProgramOutput> EnrolAsync(string ticketPath, string serial, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(
            ProgramFiles.Appliance, ["enrol", "--data", DataFolder, "--ticket", ticketPath, "--serial", serial], cancellationToken);

    /// <summary>Runs a command of the appliance on its folder.</summary>
    public Task<ProgramOutput> CommandAsync(CancellationToken cancellationToken, params string[] arguments) =>
        ChildProcess.RunAsync(ProgramFiles.Appliance, [.. arguments, "--data", DataFolder], cancellationToken);

    /// <summary>Starts the service and waits for the counter page.</summary>
    /// <param name="port">Port of the counter page; 0 for a free one.</param>
    /// <param name="settings">More settings, SECTION:NAME=VALUE.</param>
    public async Task StartAsync(CancellationToken cancellationToken, int port = 0, params string[] settings)
    {
        Reader.Plug();
        string[] defaults =
        [
            $"Scanner:DevicePath={Reader.DevicePath}",
            "Board:Profile=simulated",
            $"Board:SimulatedDirectory={Path.Combine(_folder, "board")}",
            $"Console:Port={port}",
            "Sync:BackoffSecondsMin=0.2",
            "Sync:BackoffSecondsMax=2",
            "Sync:ReconnectSpreadSeconds=0",
            "Sync:HeartbeatSeconds=1",
            "Sync:ReleaseCheckSeconds=2",
        ];
        _process = ChildProcess.Start(
            ProgramFiles.Appliance,
            ["run", "--data", DataFolder, .. defaults.Concat(settings).SelectMany(static setting => new[] { "--set", setting })],
            Environment);
        CounterAddress = new Uri(await _process.LineAsync("Counter page on ", Patience, cancellationToken));
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
    }

    public Task<int> StopAsync(CancellationToken cancellationToken) =>
        _process?.StopAsync(TimeSpan.FromSeconds(20), cancellationToken) ?? Task.FromResult(0);

    /// <summary>Waits until the service ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> ExitAsync(TimeSpan patience, CancellationToken cancellationToken) => _process!.ExitAsync(patience, cancellationToken);

    /// <summary>Opens or closes a contact.</summary>
    public void Set(ContactRole role, ContactLevel level) => _board.Set(role, level);

    /// <summary>Writes a file of the simulated board, as the climate.</summary>
    public void Measure(string file, string content) => File.WriteAllText(Path.Combine(_folder, "board", file), content);

    /// <summary>Lamps as the simulated board shows them.</summary>
    public string StackLight() => File.ReadAllText(Path.Combine(_folder, "board", "stack-light")).Trim();

    /// <summary>Lays a document down and waits for its encounter.</summary>
    public Task<OpenEncounterView> ScanAsync(IReadOnlyList<string> lines, CancellationToken cancellationToken) => EncounterOfAsync(
        () =>
        {
            Reader.Scan(lines);
            return Task.CompletedTask;
        },
        cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await KillAsync();
        Reader.Dispose();
        _board.Dispose();
        await base.DisposeAsync();
    }
}
