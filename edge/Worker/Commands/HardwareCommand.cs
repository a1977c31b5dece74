using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography;
using EdgeCheckpoint.Acceptance;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Worker.Acceptance;
using EdgeCheckpoint.Worker.Enclosure;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Scanning;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint hardware</c>: the parts of the board, for technicians.</summary>
internal static class HardwareCommand
{
    internal static Command Create(Option<string> dataOption) => new("hardware", "The parts of the board, for technicians.")
    {
        CreateCheck(dataOption), CreateProfiles(),
    };

    private static Command CreateCheck(Option<string> dataOption)
    {
        var settings = new Option<string[]>("--set") { Description = "A setting as SECTION:NAME=VALUE, such as Board:Profile=raspberry-pi-5. May be repeated." };
        var output = new Option<FileInfo>("--out") { Description = "The report; the signature goes beside it with the ending .sig.", HelpName = "FILE", Required = true };
        var technician = new Option<string>("--technician") { Description = "Your staff number, for the report.", HelpName = "NUMBER", Required = true };
        var command = new Command(
            "check",
            "Walks you through each part that is fitted: press, light, read, beep. Stop the appliance first. What can be measured is measured, the rest is asked; a part "
            + "that does not answer within a minute has failed. Writes an acceptance report, signed with the appliance's key; central checks it with "
            + "'central-checkpoint appliances acceptance FILE'. Exit code: 0 accepted, 2 a part failed or was left out or the report could not be signed, 1 trouble.")
        {
            output, technician, settings,
        };
        command.SetAction((result, cancellationToken) => CheckAsync(
            result.GetValue(dataOption)!, result.GetValue(settings) ?? [], result.GetValue(output)!.FullName, result.GetValue(technician)!, cancellationToken));
        return command;
    }

    private static Command CreateProfiles()
    {
        var name = new Argument<string?>("name") { Description = "Shows that profile's settings.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("profiles", "Lists the boards that are known, for Board:Profile, or shows one.") { name };
        command.SetAction(result =>
        {
            if (result.GetValue(name) is not { } wanted)
            {
                foreach (var profile in BoardProfiles.All)
                    System.Console.Out.WriteLine(profile);
                return 0;
            }

            using var file = BoardProfiles.Open(wanted);
            if (file is null)
                return Fail($"There is no profile {wanted}; there are {string.Join(", ", BoardProfiles.All)}.");
            using var reader = new StreamReader(file);
            System.Console.Out.Write(reader.ReadToEnd());
            return 0;
        });
        return command;
    }

    private static async Task<int> CheckAsync(string dataPath, string[] settings, string reportPath, string technician, CancellationToken cancellationToken)
    {
        try
        {
            if (!Directory.Exists(dataPath))
                return Fail($"There is no appliance at {dataPath}; give its folder with --data.");
            var data = new DataFolder(dataPath);
            using var only = RunCommand.Lock(data);
            var configuration = RunCommand.Configure(new ConfigurationManager(), data, settings);
            if (!TryOptions(configuration, out var boardOptions, out var scannerOptions, out var problem))
                return Fail(problem);
            var time = TimeProvider.System;
            using var board = BoardFactory.Create(boardOptions, time, NullLoggerFactory.Instance);
            var terminal = new TerminalTechnician(System.Console.In, System.Console.Out);
            terminal.Say($"Board {boardOptions.Profile}. Answer each question, or [s]kip; Ctrl-C stops without a report.");
            var started = time.GetUtcNow();
            var parts = await new HardwareCheck(board, ScanningWiring.Create(scannerOptions, time, NullLoggerFactory.Instance), terminal, data.Path, time).RunAsync(cancellationToken);
            if (boardOptions.Kind == BoardKind.Simulated)
                parts = parts.Add(new CheckedPart("board", CheckResult.Failed, "it is simulated: nothing of it is real"));
            return Write(data, configuration, boardOptions.Profile, reportPath, technician, started, parts, time);
        }
        catch (OperationCanceledException)
        {
            return Fail("Stopped; no report was written.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or FormatException or InvalidOperationException or OptionsValidationException)
        {
            return Fail(fault.Message);
        }
    }

    private static int Write(
        DataFolder data, ConfigurationManager configuration, string profile, string path, string technician, DateTimeOffset started, ImmutableArray<CheckedPart> parts,
        TimeProvider time)
    {
        var identity = ApplianceIdentity.Exists(data) ? ApplianceIdentity.Load(data) : null;
        var report = new AcceptanceReport
        {
            ApplianceId = identity?.ApplianceId ?? "",
            PostName = identity?.PostName ?? "",
            HardwareSerial = HardwareSerial.Read(),
            BoardProfile = profile,
            Software = ApplianceHealth.SoftwareVersion,
            Technician = technician,
            StartedAt = started,
            EndedAt = time.GetUtcNow(),
            IsAccepted = parts.All(static part => part.Result is CheckResult.Passed or CheckResult.NotFitted),
            Parts = parts,
        };
        var (credential, why) = CredentialOf(data, configuration, identity, time);
        AcceptanceFiles.Write(path, report, credential);
        System.Console.Out.WriteLine(report.IsAccepted ? "ACCEPTED" : "NOT ACCEPTED: a part failed or was left out.");
        System.Console.Out.WriteLine(credential is null
            ? $"Wrote {path}, unsigned: {why}"
            : $"Wrote {path} and {path}{AcceptanceSignature.Ending}.");
        return report.IsAccepted && (credential is not null || identity is null) ? 0 : 2;
    }

    private static (Credential? Credential, string Why) CredentialOf(DataFolder data, ConfigurationManager configuration, ApplianceIdentity? identity, TimeProvider time)
    {
        if (identity is null)
            return (null, "this appliance is not enrolled yet.");
        try
        {
            return (new CredentialBook(data, identity, DeviceKeyStores.Open(configuration, data, time)).InUse, "");
        }
        catch (Exception fault) when (fault is InvalidDataException or CryptographicException)
        {
            return (null, fault.Message);
        }
    }

    private static bool TryOptions(ConfigurationManager configuration, out BoardOptions board, out ScannerOptions scanner, out string problem)
    {
        (board, scanner) = (new BoardOptions(), new ScannerOptions());
        configuration.GetSection(BoardOptions.Section).Bind(board);
        configuration.GetSection(ScannerOptions.Section).Bind(scanner);
        problem = string.Join(" ", [
            .. new BoardOptionsValidator().Validate(null, board).Failures ?? [], .. new ScannerOptionsValidator().Validate(null, scanner).Failures ?? []]);
        return problem.Length == 0;
    }

    private static int Fail(string sentence)
    {
        System.Console.Error.WriteLine(sentence);
        return 1;
    }
}
