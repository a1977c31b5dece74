using System.CommandLine;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using Google.Protobuf;

namespace EdgeCheckpoint.Central.Commands;

/// <summary><c>appliances admit</c>: joins an appliance without a link, by a request and a bundle on a stick.</summary>
internal sealed class AppliancesAdmitCommand
{
    private readonly Option<FileInfo> _request = new("--request")
    {
        Description = "The file that 'edge-checkpoint enrol request' wrote.",
        Required = true,
        HelpName = "FILE",
    };

    private readonly Option<FileInfo> _out = new("--out")
    {
        Description = "Where to write the bundle for 'edge-checkpoint enrol bundle'.",
        Required = true,
        HelpName = "FILE",
    };

    private readonly Option<string?> _fingerprint = new("--fingerprint")
    {
        Description = "The fingerprint that the appliance showed, 64 hexadecimal digits; needed when the ticket names no board.",
        HelpName = "HEX",
    };

    public Command Build()
    {
        var command = new Command("admit", "Admit an appliance that has no link: its request comes and the answer goes on a stick. May be repeated.")
        {
            _request, _out, _fingerprint,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var application = WireEnrolment.Read(ReadRequest(parsed.GetValue(_request)!));
        await using var session = SiteSession.Open(parsed);
        var enrolment = session.Get<Enrolment>();
        var standing = await JoinAsync(enrolment, application, cancellationToken);
        if (standing.Appliance.State == ApplianceState.Pending)
        {
            var id = standing.Appliance.ApplianceId;
            var fingerprint = parsed.GetValue(_fingerprint) ?? throw new CentralFault(
                $"The ticket names no board: compare the fingerprint that the appliance showed, and run the same again with --fingerprint. {id} waits.");
            if (await session.Get<ApplianceAdmission>().ApproveAsync(id, fingerprint, CommonOptions.ActorOf(parsed), cancellationToken) is { } problem)
                throw new CentralFault(problem);
            standing = await JoinAsync(enrolment, application, cancellationToken);
        }

        var bundle = new EnrolmentBundle { Answer = WireEnrolment.Answer(standing, retrySeconds: 0) };
        bundle.Roots.AddRange(session.Get<SiteKeys>().Roots.Select(WireRoots.ToStep));
        var file = parsed.GetValue(_out)!;
        try
        {
            PrivateFiles.Create(file.FullName, EnrolmentFile.Write(EnrolmentFileKind.Bundle, bundle.ToByteArray()));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"{file} cannot be written ({fault.Message.TrimEnd('.')}); run the same again with another --out.", fault);
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"Admitted {standing.Appliance.ApplianceId} at {standing.Appliance.PostName}; wrote {file}. Carry it back to the appliance."
            + (standing.Replaces.Length == 0 ? "" : $" {standing.Replaces} is revoked."));
        return CentralCommandLine.Done;
    }

    private static async Task<JoinStanding> JoinAsync(Enrolment enrolment, JoinApplication application, CancellationToken cancellationToken) =>
        (await enrolment.JoinAsync(application, cancellationToken)).TryGet(out var standing, out var refusal)
            ? standing
            : throw new CentralFault($"The request is refused: {refusal.Reason}.");

    private static JoinRequest ReadRequest(FileInfo file)
    {
        try
        {
            if (file.Exists && file.Length > EnrolmentFile.BytesMax)
                throw new CentralFault($"{file}: an enrolment file has at most {EnrolmentFile.BytesMax} bytes.");
            return EnrolmentFile.Read(EnrolmentFileKind.Request, File.ReadAllBytes(file.FullName)).TryGet(out var message, out var problem)
                ? JoinRequest.Parser.ParseFrom(message)
                : throw new CentralFault($"{file}: {problem}.");
        }
        catch (InvalidProtocolBufferException fault)
        {
            throw new CentralFault($"{file}: its content cannot be read; write the request again.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"{file} cannot be read ({fault.Message.TrimEnd('.')}).", fault);
        }
    }
}
