using System.CommandLine;
using System.Security.Cryptography;
using EdgeCheckpoint.Worker.Enrolment;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Commands;

/// <summary><c>edge-checkpoint enrol</c>: admits this appliance to a site, over the link or by a stick.</summary>
internal static class EnrolCommand
{
    internal static Command Create(Option<string> dataOption)
    {
        var ticket = new TicketOptions();
        var command = new Command(
            "enrol",
            "Makes this appliance's keys, redeems a join ticket and installs the certificate. May be repeated after a failure. "
            + "Without a link: 'enrol request', carry the file to central, 'enrol bundle'.");
        ticket.AddTo(command);
        command.SetAction((result, cancellationToken) => ExplainAsync(
            () => JoinAsync(new DataFolder(result.GetValue(dataOption)!), new DataFolder(result.GetValue(dataOption)!), ticket, result, cancellationToken)));
        command.Add(Request(dataOption, ticket));
        command.Add(Bundle(dataOption, ticket));
        return command;
    }

    /// <summary>Says what went wrong with cards, sticks and keys; anything else is a bug and ends with its trace.</summary>
    internal static async Task<int> ExplainAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (CryptographicException)
        {
            return Fail("A certificate or key on the ticket or in the answer is damaged. Ask for a new ticket.");
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

    internal static int Fail(string sentence)
    {
        System.Console.Error.WriteLine(sentence);
        return 1;
    }

    /// <summary>Enrols over the link.</summary>
    /// <param name="data">Where the newcomer is to live.</param>
    /// <param name="settings">The folder whose settings say where keys are kept.</param>
    internal static async Task<int> JoinAsync(DataFolder data, DataFolder settings, TicketOptions options, ParseResult result, CancellationToken cancellationToken)
    {
        if (ApplianceIdentity.Exists(data))
            return Fail(EnrolmentClient.AlreadyEnrolled(data));
        if (!options.Read(result, System.Console.In).TryGet(out var offered, out var problem))
            return Fail(problem);
        if (!(await offered.CompleteAsync(TimeProvider.System, cancellationToken)).TryGet(out var ticket, out problem))
            return Fail(problem);
        var enrolled = await ClientOf(data, settings).EnrolAsync(
            ticket, options.SerialOf(result), System.Console.Error.WriteLine, cancellationToken);
        if (!enrolled.TryGet(out var identity, out problem))
            return Fail(problem);
        System.Console.Out.WriteLine(Done(identity));
        return 0;
    }

    private static EnrolmentClient ClientOf(DataFolder data, DataFolder settings) =>
        new(data, DeviceKeyStores.Open(RunCommand.Configure(new ConfigurationManager(), settings, []), data, TimeProvider.System), TimeProvider.System);

    private static string Done(ApplianceIdentity identity) =>
        $"Enrolled as {identity.ApplianceId} at {identity.PostName}."
        + (identity.Replaces.Length == 0 ? "" : $" It takes the place of {identity.Replaces}, which central has revoked.");

    private static Command Request(Option<string> dataOption, TicketOptions options)
    {
        var outOption = new Option<FileInfo>("--out")
        {
            Description = "Where to write the request; it holds the ticket's secret: carry it as you would the ticket.",
            Required = true,
            HelpName = "FILE",
        };
        var command = new Command("request", "Without a link, first step: makes the keys and writes the request that a stick carries to central.") { outOption };
        command.SetAction((result, _) => ExplainAsync(() => Task.FromResult(
            WriteRequest(new DataFolder(result.GetValue(dataOption)!), options, result, result.GetValue(outOption)!))));
        return command;
    }

    private static int WriteRequest(DataFolder data, TicketOptions options, ParseResult result, FileInfo file)
    {
        if (ApplianceIdentity.Exists(data))
            return Fail(EnrolmentClient.AlreadyEnrolled(data));
        if (!options.Read(result, System.Console.In).TryGet(out var offered, out var problem))
            return Fail(problem);
        var request = ClientOf(data, data).WriteRequest(
            offered.TicketId, offered.Secret, options.SerialOf(result), out var fingerprint);
        DataFolder.Write(file.FullName, request);
        System.Console.Out.WriteLine(
            $"Wrote {file.FullName}. Carry it to central: central-checkpoint appliances admit --request FILE --out BUNDLE\nFingerprint to read out there: {fingerprint}");
        return 0;
    }

    private static Command Bundle(Option<string> dataOption, TicketOptions options)
    {
        var fileArgument = new Argument<FileInfo>("FILE") { Description = "The bundle that central wrote." };
        var command = new Command("bundle", "Without a link, last step: checks central's answer against the ticket and installs the certificate.") { fileArgument };
        command.SetAction((result, _) => ExplainAsync(() => Task.FromResult(
            TakeBundle(new DataFolder(result.GetValue(dataOption)!), options, result, result.GetValue(fileArgument)!))));
        return command;
    }

    private static int TakeBundle(DataFolder data, TicketOptions options, ParseResult result, FileInfo file)
    {
        if (!options.Read(result, System.Console.In).TryGet(out var offered, out var problem))
            return Fail(problem);
        if (!file.Exists || file.Length > Releases.EnrolmentFile.BytesMax)
            return Fail($"{file.FullName} is missing, or too large to be a bundle. Copy it from the stick again.");
        if (!OfferedTicket.ReadBundle(File.ReadAllBytes(file.FullName)).TryGet(out var bundle, out problem))
            return Fail($"{file.FullName}: {problem}.");
        if (!offered.Complete(bundle).TryGet(out var ticket, out problem))
            return Fail(problem);
        if (!ClientOf(data, data).AcceptAnswer(ticket, bundle.Answer).TryGet(out var identity, out problem))
            return Fail(problem);
        System.Console.Out.WriteLine(Done(identity));
        return 0;
    }
}
