using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Simulated;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Testing;

/// <summary>An open encounter as the counter tells scripts: without anything that names a traveller.</summary>
public sealed record OpenEncounterView(Guid Id, bool IsClear, bool IsResumed, IReadOnlyList<string> Hits);

/// <summary>
/// A whole appliance in a folder of its own: enrolled by its command line, run as a process, with a reader on a real
/// pseudo terminal and an officer who clicks through HTTP.
/// </summary>
public sealed partial class Appliance : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly HttpClient _counter;
    private readonly SimulatedBoard _board;
    private ChildProcess? _process;

    public Appliance(string folder, ReaderDressing dressing = ReaderDressing.CrLf)
    {
        Directory.CreateDirectory(folder);
        _folder = folder;
        Reader = new SimulatedDocumentReader(Path.Combine(folder, "reader"), dressing);
        _board = new SimulatedBoard(Path.Combine(folder, "board"), TimeProvider.System, NullLoggerFactory.Instance);
        _board.Set(ContactRole.Tamper, ContactLevel.Closed);
        _counter = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    }

    public SimulatedDocumentReader Reader { get; }

    public Uri CounterAddress { get; private set; } = new("http://127.0.0.1:0");

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

    /// <summary>Waits for the accounts and signs somebody in.</summary>
    /// <exception cref="InvalidOperationException">The counter did not take it; the message has what the page said.</exception>
    public async Task SignInAsync(PersonSecret person, CancellationToken cancellationToken)
    {
        await Until.TrueAsync(
            "the appliance having accounts",
            async token => (await HealthAsync(token)).GetProperty("accounts_version").ValueKind == JsonValueKind.Number,
            Patience,
            cancellationToken);
        await TrySignInAsync(person, cancellationToken);
        var page = await PageAsync(cancellationToken);
        if (!page.Contains($"On duty: {person.StaffNumber}", StringComparison.Ordinal))
            throw new InvalidOperationException($"{person.StaffNumber} could not sign in: {page}");
    }

    /// <summary>Sends the sign-in form, whatever comes of it.</summary>
    public Task<HttpStatusCode> TrySignInAsync(PersonSecret person, CancellationToken cancellationToken) =>
        PostAsync("/sign-in", cancellationToken, ("staff", person.StaffNumber), ("secret", person.Secret), ("badge", person.Badge));

    /// <summary>Health as the endpoint gives it.</summary>
    public Task<JsonElement> HealthAsync(CancellationToken cancellationToken) =>
        _counter.GetFromJsonAsync<JsonElement>(new Uri(CounterAddress, "/healthz"), cancellationToken);

    /// <summary>The counter page as the officer sees it.</summary>
    public Task<string> PageAsync(CancellationToken cancellationToken) => _counter.GetStringAsync(CounterAddress, cancellationToken);

    /// <summary>Encounters that wait for a decision.</summary>
    public async Task<IReadOnlyList<OpenEncounterView>> OpenAsync(CancellationToken cancellationToken)
    {
        var open = await _counter.GetFromJsonAsync<JsonElement>(new Uri(CounterAddress, "/encounters/open"), cancellationToken);
        return [.. open.EnumerateArray().Select(static encounter => new OpenEncounterView(
            encounter.GetProperty("encounter_id").GetGuid(),
            encounter.GetProperty("clear").GetBoolean(),
            encounter.GetProperty("resumed").GetBoolean(),
            [.. encounter.GetProperty("hits").EnumerateArray().Select(static hit => hit.GetString()!)]))];
    }

    /// <summary>
    /// Waits until the reader is open, and where asked until a list of at least this version is in use, which takes somebody
    /// who has signed in.
    /// </summary>
    public Task ReadyAsync(CancellationToken cancellationToken, ulong listVersion = 0) =>
        Until.TrueAsync(
            $"the appliance being ready with list {listVersion}",
            async token =>
            {
                var health = await HealthAsync(token);
                var version = health.GetProperty("list_version");
                return health.GetProperty("reader").GetString() == "Ok"
                    && (listVersion == 0 || (version.ValueKind == JsonValueKind.Number && version.GetUInt64() >= listVersion));
            },
            Patience,
            cancellationToken);

    /// <summary>Lays a document down and waits for its encounter.</summary>
    public async Task<OpenEncounterView> ScanAsync(IReadOnlyList<string> lines, CancellationToken cancellationToken)
    {
        var before = (await OpenAsync(cancellationToken)).Select(static encounter => encounter.Id).ToHashSet();
        Reader.Scan(lines);
        return await Until.FoundAsync(
            "an encounter for the document",
            async token => (await OpenAsync(token)).FirstOrDefault(encounter => !before.Contains(encounter.Id)),
            Patience,
            cancellationToken);
    }

    /// <summary>Decides an encounter.</summary>
    /// <param name="outcome">Code of the outcome.</param>
    /// <param name="hitOutcome">Code for every hit; 0 for none.</param>
    /// <param name="secondPerson">Staff number of the second person, or empty.</param>
    /// <returns>303/302 when recorded, 422 when a rule stands in the way.</returns>
    public Task<HttpStatusCode> DecideAsync(
        OpenEncounterView encounter, int outcome, int hitOutcome, CancellationToken cancellationToken, PersonSecret? secondPerson = null)
    {
        (string, string)[] fields =
        [
            ("outcome", outcome.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("note", ""),
            ("second", secondPerson?.StaffNumber ?? ""),
            ("second_secret", secondPerson?.Secret ?? ""),
            ("second_badge", secondPerson?.Badge ?? ""),
            .. encounter.Hits.Where(_ => hitOutcome != 0).Select(hit => ($"hit:{hit}", hitOutcome.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        ];
        return PostAsync($"/encounters/{encounter.Id}/decision", cancellationToken, fields);
    }

    /// <summary>Leaves a reopened encounter as it was decided.</summary>
    public Task<HttpStatusCode> KeepAsync(OpenEncounterView encounter, CancellationToken cancellationToken) =>
        PostAsync($"/encounters/{encounter.Id}/keep", cancellationToken);

    /// <summary>Posts a form of the counter page, with the token that the page's forms carry.</summary>
    public async Task<HttpStatusCode> PostAsync(
        string path, CancellationToken cancellationToken, params (string Name, string Value)[] fields)
    {
        var token = FormToken().Match(await PageAsync(cancellationToken)).Groups[1].Value;
        using var content = new FormUrlEncodedContent(fields.Append((Name: "form_token", Value: token)).Select(static field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await _counter.PostAsync(new Uri(CounterAddress, path), content, cancellationToken);
        return response.StatusCode;
    }

    [GeneratedRegex("name=\"form_token\" value=\"([0-9a-f]+)\"")]
    private static partial Regex FormToken();

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Reader.Dispose();
        _board.Dispose();
        _counter.Dispose();
    }
}
