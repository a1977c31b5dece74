using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Protos.V1;
using Grpc.Core;

namespace EdgeCheckpoint.Central.Encounters;

/// <summary>Journal push on the wire.</summary>
internal sealed class JournalService(JournalIntake intake) : Protos.V1.JournalService.JournalServiceBase
{
    public override async Task<PushRecordsResponse> PushRecords(PushRecordsRequest request, ServerCallContext context)
    {
        var batch = new IncomingBatch
        {
            Epoch = request.Epoch.Memory,
            Lane = request.Lane,
            FirstSequence = request.FirstSequence,
            PreviousChain = request.PreviousChainSha256.Memory,
            Records =
            [
                .. request.Records.Select(static record => new Records.SealedRecord
                {
                    Header = record.Header.Memory,
                    Ciphertext = record.Ciphertext.Memory,
                    WrappedForCentral = record.WrappedKey.Memory,
                    Chain = record.ChainSha256.Memory,
                }),
            ],
            Signature = request.Signature.Memory,
            SigningKeyId = request.SigningKeyId.Memory,
            SignatureAlgorithm = request.SignatureAlgorithm,
            SentAtUnixMicroseconds = request.SentAtUnixMicroseconds,
        };

        // Not the call's token: once taken, a batch is stored even when the line drops; the appliance sends it again anyway.
        var answer = await intake.TakeAsync(ApplianceGate.Caller(context).ApplianceId, batch, CancellationToken.None);
        return new PushRecordsResponse
        {
            Outcome = answer.Outcome switch
            {
                IntakeOutcome.Stored => PushOutcome.Stored,
                IntakeOutcome.Gap => PushOutcome.Gap,
                IntakeOutcome.Fork => PushOutcome.Fork,
                IntakeOutcome.Busy => PushOutcome.Busy,
                IntakeOutcome.Invalid => PushOutcome.Invalid,
                _ => throw new InvalidOperationException($"Outcome {answer.Outcome} is not on the wire."),
            },
            DurableThrough = (ulong)answer.DurableThrough,
            RetryAfterSeconds = (uint)answer.RetrySeconds,
            Detail = answer.Detail,
        };
    }
}
