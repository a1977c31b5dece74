using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Worker.Console;
using EdgeCheckpoint.Worker.Enclosure;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Observability;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Scanning;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.SelfTesting;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint run</c>: the appliance.</summary>
internal static class RunCommand
{
    internal static Command Create(Option<string> dataOption)
    {
        var settings = new Option<string[]>("--set")
        {
            Description = "A setting as SECTION:NAME=VALUE, such as Scanner:DevicePath=/dev/serial/by-id/usb-reader. May be repeated.",
        };
        var command = new Command("run", "Runs the appliance: reader, screening, officer's page on loopback, journal, exchange with central.")
        {
            settings,
        };
        command.SetAction((result, cancellationToken) =>
            RunAsync(result.GetValue(dataOption)!, result.GetValue(settings) ?? [], cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string dataPath, string[] settings, CancellationToken cancellationToken)
    {
        try
        {
            var data = new DataFolder(dataPath);
            using var only = Lock(data);
            ProcessMemory.KeepPrivate();
            await using var app = Build(data, settings);
            await app.StartAsync(cancellationToken);
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            app.Services.GetRequiredService<LocalDoor>().TryOpen(address);
            System.Console.Out.WriteLine($"Counter page on {address}");
            await app.WaitForShutdownAsync(cancellationToken);
            return app.Services.GetRequiredService<OrderlyStop>().IsBegun ? OrderlyStop.ExitCode : 0;
        }
        catch (Exception fault) when (Explain(fault, dataPath) is { } sentence)
        {
            System.Console.Error.WriteLine(sentence);
            return 1;
        }
    }

    /// <summary>Two services on one folder would write one chain twice.</summary>
    /// <exception cref="InvalidDataException">Another service has the folder.</exception>
    internal static FileStream Lock(DataFolder data)
    {
        return TryLock(data) ?? throw new InvalidDataException($"Another edge-checkpoint is running on {data.Path}. Stop it first.");
    }

    /// <summary>The same; null when another service has the folder.</summary>
    internal static FileStream? TryLock(DataFolder data)
    {
        try
        {
            return new FileStream(Path.Combine(data.State, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Expected trouble at start in one sentence; null for a bug.</summary>
    internal static string? Explain(Exception fault, string dataPath) => fault switch
    {
        OptionsValidationException options => $"A setting is wrong: {string.Join(" ", options.Failures)}",
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
            "The port of the officer's page is in use on this machine. Choose another: --set Console:Port=7471, or stop the program that has it.",
        InvalidDataException or UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException => fault.Message,
        CryptographicException or ArgumentException => $"The keys in {dataPath} cannot be used: {fault.Message} Enrol the appliance again.",
        SqliteException sqlite => $"The journal in {dataPath} cannot be opened (SQLite error {sqlite.SqliteErrorCode}): {sqlite.Message} Nothing was changed; keep the card and call the technician.",
        InvalidOperationException when fault.Message.Contains("schema", StringComparison.Ordinal) || fault.Message.StartsWith("SQLite", StringComparison.Ordinal) => fault.Message,
        // The binder of settings has no exception of its own; its sentence names value, setting and type.
        InvalidOperationException when fault.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal) =>
            $"A setting is wrong: {fault.Message.TrimEnd('.')}.",
        FormatException => $"A setting is wrong: {fault.Message}",
        IOException => $"{dataPath} cannot be read or written: {fault.Message} Check that the card is there, has room and is not write-protected.",
        _ => null,
    };

    /// <summary>The appliance, ready to start.</summary>
    /// <exception cref="InvalidDataException">The folder is not that of an enrolled appliance.</exception>
    /// <param name="adapt">Lets a test put a clock of its own in place of the machine's.</param>
    internal static WebApplication Build(DataFolder data, string[] settings, Action<IServiceCollection>? adapt = null)
    {
        if (!ApplianceIdentity.Exists(data))
            throw new InvalidDataException($"This appliance is not enrolled: there is no identity in {data.Path}. Run: edge-checkpoint enrol --ticket FILE --data {data.Path}");
        if (ApplianceWipe.BegunAt(data) is { } wiped)
        {
            ApplianceWipe.Run(data, TimeProvider.System.GetUtcNow());
            throw new InvalidDataException(
                $"This appliance was wiped on {wiped}, as central had ordered: it was reported lost or stolen. Bring it to central; what it had not sent is still in "
                + $"{data.Journal}, sealed to central. To use the board again, enrol it anew: edge-checkpoint replace.");
        }

        var builder = WebApplication.CreateSlimBuilder();
        Configure(builder.Configuration, data, settings);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Grpc", LogLevel.Error);
        builder.Host.UseSystemd();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(data);
        builder.Services
            .AddEnrolment(data)
            .AddHealth()
            .AddEnclosure()
            .AddJournal()
            .AddScreening()
            .AddScanning()
            .AddPeople()
            .AddInspection()
            .AddSelfTest()
            .AddSyncing()
            .AddObservability(builder.Configuration)
            .AddCounterConsole();
        var port = int.TryParse(builder.Configuration[$"{ConsoleOptions.Section}:Port"], out var configured) ? configured : new ConsoleOptions().Port;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Listen(IPAddress.Loopback, Math.Clamp(port, 0, 65535));
        });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        adapt?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapCounterConsole();
        return app;
    }

    /// <summary>Where settings come from; the later wins. Beneath them all lies the profile of the board that they name.</summary>
    internal static ConfigurationManager Configure(ConfigurationManager configuration, DataFolder data, string[] settings)
    {
        configuration.Sources.Clear();
        AddSettings(configuration, data, settings);
        var profile = configuration[$"{BoardOptions.Section}:{nameof(BoardOptions.Profile)}"] ?? BoardProfiles.Default;
        configuration.Sources.Clear();

        // A name that is no profile's is told by the validation of the options, which knows them all.
        if (BoardProfiles.Open(profile) is { } file)
            configuration.AddJsonStream(file);
        AddSettings(configuration, data, settings);
        return configuration;
    }

    private static void AddSettings(ConfigurationManager configuration, DataFolder data, string[] settings)
    {
        configuration.AddJsonFile(Path.Combine(data.Path, "settings.json"), optional: true);
        configuration.AddEnvironmentVariables("EDGE_CHECKPOINT_");
        configuration.AddInMemoryCollection(settings.Select(ParseSetting));
    }

    private static KeyValuePair<string, string?> ParseSetting(string setting)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new KeyValuePair<string, string?>(setting[..equals], setting[(equals + 1)..])
            : throw new FormatException($"--set {setting} is not SECTION:NAME=VALUE.");
    }
}
