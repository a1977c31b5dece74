using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Protos.V1;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>Signed commands on the wire. The one service a revoked appliance may still call: that is how it learns that it is to be wiped.</summary>
internal sealed class CommandService(ICentralStore store, Auditor auditor) : Protos.V1.CommandService.CommandServiceBase
{
    private const int CommandsMax = 16;
    private const int DetailLengthMax = 256;

    public override async Task<PullCommandsResponse> PullCommands(PullCommandsRequest request, ServerCallContext context)
    {
        var caller = ApplianceGate.Caller(context);
        var commands = await store.Commands.ReadAfterAsync(
            caller.ApplianceId, (long)Math.Min(request.AfterNumber, long.MaxValue), CommandsMax, context.CancellationToken);
        var response = new PullCommandsResponse();
        response.Commands.AddRange(commands.Where(static command => command.WithdrawnAt is null).Select(ToWire));
        return response;
    }

    public override async Task<ReportCommandResponse> ReportCommand(ReportCommandRequest request, ServerCallContext context)
    {
        if (request.Number > long.MaxValue || request.Outcome == CommandOutcome.Unspecified || !Enum.IsDefined(request.Outcome))
            throw GrpcStatuses.From(new CallRefusal(RefusalKind.BadRequest, "the number or the outcome is none"));
        var caller = ApplianceGate.Caller(context);
        var detail = request.Detail.Length <= DetailLengthMax ? request.Detail : request.Detail[..DetailLengthMax];
        var audit = auditor.Event(
            caller.ApplianceId, AuditAction.CommandReported, caller.ApplianceId, $"command {request.Number}: {request.Outcome}. {detail}");
        if (!await store.Commands.ReportAsync(caller.ApplianceId, (long)request.Number, (int)request.Outcome, detail, audit, context.CancellationToken))
            throw GrpcStatuses.From(new CallRefusal(RefusalKind.NotFound, $"there is no command {request.Number}"));
        return new ReportCommandResponse();
    }

    private static SignedCommand ToWire(StoredCommand command)
    {
        var wire = new SignedCommand { Number = (ulong)command.Number, Statement = ByteString.CopyFrom(command.Statement) };
        wire.Signatures.AddRange(command.Signatures.Select(static signature => new CommandSignature
        {
            KeyId = ByteString.CopyFrom(signature.KeyId.ToBytes()),
            Algorithm = (uint)signature.Algorithm,
            Signature = ByteString.CopyFrom(signature.Signature.Span),
        }));
        return wire;
    }
}
