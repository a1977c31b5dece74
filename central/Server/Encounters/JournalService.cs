using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Observability;
using EdgeCheckpoint.Protos.V1;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;

namespace EdgeCheckpoint.Central.Encounters;

/// <summary>Journal push on the wire: records as they are, or compressed.</summary>
internal sealed class JournalService(JournalIntake intake, CentralMetrics metrics, TimeProvider time) : Protos.V1.JournalService.JournalServiceBase
{
    public override async Task<PushRecordsResponse> PushRecords(PushRecordsRequest request, ServerCallContext context)
    {
        var start = time.GetTimestamp();
        var applianceId = ApplianceGate.Caller(context).ApplianceId;
        var batch = new IncomingBatch
        {
            Epoch = request.Epoch.Memory,
            Lane = request.Lane,
            FirstSequence = request.FirstSequence,
            PreviousChain = request.PreviousChainSha256.Memory,
            Unpack = () => Unpack(request),
            Signature = request.Signature.Memory,
            SigningKeyId = request.SigningKeyId.Memory,
            SignatureAlgorithm = request.SignatureAlgorithm,
            SentAtUnixMicroseconds = request.SentAtUnixMicroseconds,
        };

        // Not the call's token: once taken, a batch is stored even when the line drops; the appliance sends it again anyway.
        var answer = await intake.TakeAsync(applianceId, batch, CancellationToken.None);
        metrics.Pushed(request.Lane, answer.Outcome, request.CalculateSize(), time.GetElapsedTime(start));
        return Answer(answer);
    }

    private static Result<IReadOnlyList<EdgeCheckpoint.Records.SealedRecord>, string> Unpack(PushRecordsRequest request)
    {
        if (request.CompressedRecords.IsEmpty)
            return Sealed(request.Records);
        if (request.Records.Count > 0)
            return "a batch carries its records either as they are or compressed, not both";
        return CompressedRecords.Unpack(request.CompressedRecords).TryGet(out var records, out var problem) ? Sealed(records) : problem;
    }

    private static EdgeCheckpoint.Records.SealedRecord[] Sealed(RepeatedField<SealedRecord> records) =>
    [
        .. records.Select(static record => new EdgeCheckpoint.Records.SealedRecord
        {
            Header = record.Header.Memory,
            Ciphertext = record.Ciphertext.Memory,
            WrappedForCentral = record.WrappedKey.Memory,
            Chain = record.ChainSha256.Memory,
        }),
    ];

    private static PushRecordsResponse Answer(IntakeAnswer answer) =>
        new()
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
            BackedUpThrough = (ulong)answer.BackedUpThrough,
            RetryAfterSeconds = (uint)answer.RetrySeconds,
            Detail = answer.Detail,
            TakesZstd = true,
            ForkSequence = (ulong)answer.ForkSequence,
            ChainSha256 = ByteString.CopyFrom(answer.Chain.Span),
        };
}
