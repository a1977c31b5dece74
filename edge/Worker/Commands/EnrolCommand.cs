using System.CommandLine;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint enrol</c>: admits this appliance to a site.</summary>
internal static class EnrolCommand
{
    internal static Command Create(Option<string> dataOption)
    {
        var ticketOption = new Option<FileInfo>("--ticket")
        {
            Description = "The join ticket: a file from 'central-checkpoint appliances ticket'.",
            Required = true,
        };
        var serialOption = new Option<string>("--serial")
        {
            Description = "Serial number of the board; read from the board when left out.",
        };
        var command = new Command("enrol", "Makes this appliance's keys, redeems a join ticket and installs the certificate. May be repeated after a failure.")
        {
            ticketOption,
            serialOption,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetValue(dataOption)!, result.GetValue(ticketOption)!, result.GetValue(serialOption), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string dataPath, FileInfo ticketFile, string? serial, CancellationToken cancellationToken)
    {
        try
        {
            if (!ticketFile.Exists)
                return Fail($"There is no ticket at {ticketFile.FullName}. Copy it from the technician's stick and try again.");
            if (!JoinTicket.TryParse(await File.ReadAllBytesAsync(ticketFile.FullName, cancellationToken), out var ticket, out var problem))
                return Fail($"{ticketFile.FullName}: {problem}.");
            var data = new DataFolder(dataPath);
            var keys = DeviceKeyStores.Open(RunCommand.Configure(new ConfigurationManager(), data, []), data, TimeProvider.System);
            var client = new EnrolmentClient(data, keys, TimeProvider.System);
            var enrolled = await client.EnrolAsync(
                ticket, serial ?? HardwareSerial.Read(), System.Console.Error.WriteLine, cancellationToken);
            if (!enrolled.TryGet(out var identity, out var sentence))
                return Fail(sentence);
            System.Console.Out.WriteLine($"Enrolled as {identity.ApplianceId} at {identity.PostName}.");
            return 0;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return Fail($"{ticketFile.FullName}: a certificate or key on it is damaged. Ask for a new ticket.");
        }
        catch (OperationCanceledException)
        {
            return Fail("Stopped. Run the same command again to go on waiting for approval.");
        }
        catch (OptionsValidationException fault)
        {
            return Fail($"A setting is wrong: {string.Join(" ", fault.Failures)}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Fail(fault.Message);
        }
    }

    private static int Fail(string sentence)
    {
        System.Console.Error.WriteLine(sentence);
        return 1;
    }
}
