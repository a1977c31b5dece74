using System.Text.Json;

namespace EdgeCheckpoint.Testing;

/// <summary>What an invented person signs in with.</summary>
/// <param name="Badge">Empty for an account with a passphrase.</param>
public sealed record PersonSecret(string StaffNumber, string Secret, string Badge);

/// <summary>A whole central in a folder of its own: set up by its command line, run as a process, asked by its command line.</summary>
public sealed class CentralSite(string folder) : IAsyncDisposable
{
    private const string ListHeader =
        "entry_id,names,weak_names,birth_dates,nationalities,sex,documents,list,reference,owner,legal_basis,purpose,action,evidence,expires_on,contact";

    private ChildProcess? _process;

    /// <summary>Address of the gRPC port; the same after a restart, so that enrolled appliances find it again.</summary>
    public Uri GrpcAddress { get; private set; } = new("https://127.0.0.1:0");

    public Uri DashboardAddress { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>Of the running server.</summary>
    public int ProcessId => (_process ?? throw new InvalidOperationException("Central does not run.")).Id;

    public string Log => _process?.Log ?? "";

    /// <summary>Variables that the server is started with, beside those of this process.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Writes its options by name, for server and commands alike; before its first command too.</summary>
    public async Task WriteOptionsAsync(IReadOnlyDictionary<string, string> options, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(folder, "central.json"), JsonSerializer.Serialize(options), cancellationToken);
    }

    /// <summary>Runs a command of central.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public async Task<string> CommandAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments)
    {
        var output = await TryCommandAsync(cancellationToken, arguments);
        return output.ExitCode == 0
            ? output.Output
            : throw new InvalidOperationException($"central-checkpoint {string.Join(' ', arguments)} ended with {output.ExitCode}: {output.Errors}{output.Output}");
    }

    /// <summary>Runs a command that may fail.</summary>
    public Task<ProgramOutput> TryCommandAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        ChildProcess.RunAsync(ProgramFiles.Central, [.. arguments, "--data", folder], cancellationToken);

    /// <summary>Starts the server. The first start takes the ports given (0 for free ones), later ones the same again.</summary>
    public async Task StartAsync(CancellationToken cancellationToken, int grpcPort = 0, int dashboardPort = 0)
    {
        if (GrpcAddress.Port == 0 || grpcPort != 0)
            GrpcAddress = new Uri($"https://127.0.0.1:{grpcPort}");
        if (DashboardAddress.Port == 0 || dashboardPort != 0)
            DashboardAddress = new Uri($"http://127.0.0.1:{dashboardPort}");
        _process = ChildProcess.Start(
            ProgramFiles.Central,
            ["run", "--data", folder, "--grpc-url", Origin(GrpcAddress), "--dashboard-url", Origin(DashboardAddress)],
            Environment);
        GrpcAddress = new Uri(await _process.LineAsync("gRPC listening on ", TimeSpan.FromSeconds(60), cancellationToken));
        DashboardAddress = new Uri(await _process.LineAsync("Dashboard listening on ", TimeSpan.FromSeconds(60), cancellationToken));
    }

    /// <summary>Kills the server; its folder stays.</summary>
    public async Task KillAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Writes a join ticket for a serial number, so that no operator needs to approve.</summary>
    /// <param name="address">Where the appliance finds central; null for the address of this machine.</param>
    public async Task<string> TicketAsync(string post, string serial, string path, CancellationToken cancellationToken, string? address = null)
    {
        await CommandAsync(
            cancellationToken, "appliances", "ticket", "--post", post, "--serial", serial, "--out", path, "--address", address ?? Origin(GrpcAddress));
        return path;
    }

    /// <summary>Adds a member of central's staff; gives the options by which a command knows who asks.</summary>
    public async Task<IReadOnlyList<string>> StaffAsync(string name, string role, CancellationToken cancellationToken)
    {
        using var account = JsonDocument.Parse(await CommandAsync(cancellationToken, "staff", "add", "--name", name, "--role", role, "--json"));
        var file = Path.Combine(Path.GetDirectoryName(folder)!, $"{name}.passphrase");
        await File.WriteAllTextAsync(file, account.RootElement.GetProperty("passphrase").GetString(), cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return ["--as", name, "--as-passphrase-file", file];
    }

    /// <summary>Adds a person who works at every post; gives the secret that was made.</summary>
    /// <param name="options">More options of people add.</param>
    public async Task<PersonSecret> PersonAsync(string staffNumber, string role, CancellationToken cancellationToken, params string[] options)
    {
        using var person = JsonDocument.Parse(await CommandAsync(
            cancellationToken, ["people", "add", "--staff", staffNumber, "--name", staffNumber, "--role", role, "--every-post", "--json", .. options]));
        return new PersonSecret(
            staffNumber,
            person.RootElement.GetProperty("secret").GetString()!,
            person.RootElement.TryGetProperty("badge", out var badge) ? badge.GetString()! : "");
    }

    /// <summary>Imports and publishes entries: id, names, weak names, birth dates, nationalities, sex, documents, action.</summary>
    /// <param name="path">Where the file to import is written.</param>
    public async Task PublishListAsync(string path, CancellationToken cancellationToken, params string[] rows)
    {
        var lines = rows.Select(static row =>
        {
            var cells = row.Split(',');
            return string.Join(',', [.. cells[..7], "Utopia national list", cells[0], "Ministry of the Interior of Utopia",
                "Border Act of Utopia section 12", "Prevention of terrorist travel", cells[7], "documented", "2099-12-31", "+999 1 555 0100"]);
        });
        await File.WriteAllLinesAsync(path, lines.Prepend(ListHeader), cancellationToken);
        await CommandAsync(cancellationToken, "watchlists", "import", "--format", "csv", path, "--confirm-removals");
        await CommandAsync(cancellationToken, "watchlists", "publish");
    }

    /// <summary>What central has, without personal data.</summary>
    public async Task<JsonElement> StatusAsync(CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(await CommandAsync(cancellationToken, "status", "--json"));
        return document.RootElement.Clone();
    }

    /// <summary>How many encounters stand at central with verdict and decision.</summary>
    public async Task<int> DecidedEncountersAsync(CancellationToken cancellationToken) =>
        (await StatusAsync(cancellationToken)).GetProperty("encounters_decided").GetInt32();

    /// <summary>How many records of a kind stand at central, over all appliances.</summary>
    public async Task<int> RecordsAsync(string kind, CancellationToken cancellationToken) =>
        (await StatusAsync(cancellationToken)).GetProperty("appliances").EnumerateArray()
            .Sum(appliance => appliance.GetProperty("records").TryGetProperty(kind, out var count) ? count.GetInt32() : 0);

    public async ValueTask DisposeAsync() => await KillAsync();

    /// <summary>An address without its path.</summary>
    public static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
