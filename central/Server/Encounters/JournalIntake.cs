using System.Data.Common;
using EdgeCheckpoint.Central.Observability;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Encounters;

/// <summary>A batch as it came off the wire.</summary>
internal sealed record IncomingBatch
{
    public required ReadOnlyMemory<byte> Epoch { get; init; }

    public required uint Lane { get; init; }

    public required ulong FirstSequence { get; init; }

    public required ReadOnlyMemory<byte> PreviousChain { get; init; }

    /// <summary>
    /// Gives the records, or says what is wrong with them. Asked when it is the batch's turn: one that waits in line holds no more than came off the wire.
    /// </summary>
    public required Func<Result<IReadOnlyList<SealedRecord>, string>> Unpack { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }

    public required ReadOnlyMemory<byte> SigningKeyId { get; init; }

    public required uint SignatureAlgorithm { get; init; }

    /// <summary>The appliance's clock; 0 when it did not say.</summary>
    public required long SentAtUnixMicroseconds { get; init; }

    /// <summary>True when somebody else brings it: from a card.</summary>
    public bool IsRescued { get; init; }
}

/// <summary>What became of a batch; numbered by its own words, mapped to the wire by the service.</summary>
internal enum IntakeOutcome
{
    Stored,
    Gap,
    Fork,
    Busy,
    Invalid,
}

/// <summary>What became of a batch.</summary>
/// <param name="DurableThrough">Highest committed sequence number of the lane, as far as it was looked up.</param>
/// <param name="Detail">For a technician; without personal data.</param>
internal sealed record IntakeAnswer(IntakeOutcome Outcome, long DurableThrough, int RetrySeconds = 0, string Detail = "")
{
    /// <summary>Highest sequence number of the lane that also stands in a backup; 0 for none.</summary>
    public long BackedUpThrough { get; init; }

    /// <summary>Of a fork: the first record that is not the one central has or expects; 0 for none.</summary>
    public long ForkSequence { get; init; }

    /// <summary>Of a gap: the chain value after <see cref="DurableThrough"/>; empty where nothing is durable.</summary>
    public ReadOnlyMemory<byte> Chain { get; init; }
}

/// <summary>Takes batches of sealed records: checks everything, stores, and answers after the commit (DESIGN §6).</summary>
internal sealed class JournalIntake(
    ICentralStore store,
    BlindTerms terms,
    IntakeQueue queue,
    IDiskSpace disk,
    IOptions<IntakeOptions> options,
    CentralMetrics metrics,
    TimeProvider time,
    ILogger<JournalIntake> logger)
{
    /// <summary>Far beyond any journal, and far from where arithmetic on it could overflow.</summary>
    private const ulong SequenceMax = 1UL << 62;

    /// <summary>
    /// 1. Refuses while the disk is nearly full. 2. Checks the shape. 3. Waits for a turn. 4. Unpacks, and checks the size. 5. Finds the key that signed, and
    /// verifies headers, order, chain and signature. 6. Stores in one transaction. 7. Answers.
    /// </summary>
    public Task<IntakeAnswer> TakeAsync(string applianceId, IncomingBatch batch, CancellationToken cancellationToken) =>
        TakeAsync(applianceId, batch, isSignatureWaived: false, cancellationToken);

    /// <summary>The same for a run that nobody could sign: from a dead card, on the word of the staff who import it, which the audit has.</summary>
    /// <param name="isSignatureWaived">Everything but the signature is checked.</param>
    internal async Task<IntakeAnswer> TakeAsync(
        string applianceId, IncomingBatch batch, bool isSignatureWaived, CancellationToken cancellationToken)
    {
        using var trace = CentralTraces.Source.StartActivity("journal.take");
        trace?.SetTag("appliance", applianceId).SetTag("lane", batch.Lane);

        // 1
        if (IsFull(batch.Lane))
        {
            Log.Full(logger, applianceId, batch.Lane);
            return Busy("central's disk is nearly full", options.Value.RetrySeconds);
        }

        // 2
        if (CheckShape(batch) is { } problem)
            return Invalid(applianceId, batch.Lane, problem);

        // 3
        using var turn = await queue.EnterAsync(isAlert: batch.Lane == (uint)Lane.Alerts, cancellationToken);
        if (turn is null)
            return Busy("too many appliances send at once", options.Value.CrowdRetrySeconds);

        // 4
        if (!batch.Unpack().TryGet(out var records, out var unreadable))
            return Invalid(applianceId, batch.Lane, unreadable);
        if (CheckSize(records) is { } wrongSize)
            return Invalid(applianceId, batch.Lane, wrongSize);
        trace?.SetTag("records", records.Count);

        // 5 to 7
        try
        {
            return await TakeAsync(applianceId, batch, records, isSignatureWaived, cancellationToken);
        }
        catch (DatabaseBusyException)
        {
            return Busy("too many ask central's store at once", options.Value.CrowdRetrySeconds);
        }
        catch (DbException fault)
        {
            Log.StoreFailed(logger, applianceId, batch.Lane, fault.Message);
            return Busy("central's store does not take records at the moment", options.Value.RetrySeconds);
        }
    }

    private async Task<IntakeAnswer> TakeAsync(
        string applianceId, IncomingBatch batch, IReadOnlyList<SealedRecord> records, bool isSignatureWaived, CancellationToken cancellationToken)
    {
        // 5
        var key = KeyId.TryRead(batch.SigningKeyId.Span, out var keyId)
            ? await store.Appliances.FindSigningKeyAsync(applianceId, keyId, cancellationToken)
            : null;
        if (key is null && !isSignatureWaived)
            return Invalid(applianceId, batch.Lane, "the batch is signed by a key that is not this appliance's");

        var epoch = new Guid(batch.Epoch.Span, bigEndian: true);
        var statement = new BatchStatement(
            applianceId, epoch, (Lane)batch.Lane, batch.FirstSequence, records.Count, batch.PreviousChain,
            records[^1].Chain);
        var algorithm = batch.SignatureAlgorithm <= byte.MaxValue ? (SignatureAlgorithm)batch.SignatureAlgorithm : default;
        var verifying = time.GetTimestamp();
        var verified = isSignatureWaived
            ? RecordBatch.VerifyChain(statement, records)
            : RecordBatch.Verify(statement, records, algorithm, batch.Signature.Span, key);
        if (!verified.TryGet(out var headers, out var failure))
            return Invalid(applianceId, batch.Lane, failure.ToString());
        if (batch.FirstSequence == 1
            && !batch.PreviousChain.Span.SequenceEqual(RecordChain.Genesis(applianceId, epoch, (Lane)batch.Lane)))
        {
            return Invalid(applianceId, batch.Lane, "the chain of this lane does not begin at its beginning");
        }

        metrics.Verified(time.GetElapsedTime(verifying));
        if (records.Count(static record => !HasItsKey(record)) is var without and > 0)
            Log.WithoutKeys(logger, applianceId, batch.Lane, without, batch.FirstSequence);

        // 6
        var now = time.GetUtcNow();
        var run = new RecordRun
        {
            ApplianceId = applianceId,
            Epoch = epoch,
            Lane = (Lane)batch.Lane,
            PreviousChain = batch.PreviousChain,
            Records =
            [
                .. headers.Select((header, i) => new IncomingRecord
                {
                    Parsed = header,
                    Sealed = records[i],
                    BlindTerms = terms.Of(header, records[i]),
                }),
            ],
            ReceivedAt = now,
            IsRescued = batch.IsRescued,
            ClockOffset = batch.SentAtUnixMicroseconds == 0
                ? null
                : Instant.FromMicroseconds(batch.SentAtUnixMicroseconds) - now,
        };
        var storing = time.GetTimestamp();
        using var append = CentralTraces.Source.StartActivity("store.append");
        var result = await store.Records.AppendAsync(run, cancellationToken);
        if (result.Outcome == AppendOutcome.Stored)
            metrics.Stored(run.Lane, result.Added, run.Records.Count - result.Added, time.GetElapsedTime(storing));

        // 7
        return Answer(applianceId, run, result);
    }

    private IntakeAnswer Answer(string applianceId, RecordRun run, AppendResult result)
    {
        switch (result.Outcome)
        {
            case AppendOutcome.Stored:
                Log.Stored(logger, applianceId, run.Lane, result.DurableThrough, result.Added);
                return new IntakeAnswer(IntakeOutcome.Stored, result.DurableThrough) { BackedUpThrough = result.BackedUpThrough };
            case AppendOutcome.Gap:
                Log.Gap(logger, applianceId, run.Lane, result.DurableThrough, run.FirstSequence);
                return new IntakeAnswer(IntakeOutcome.Gap, result.DurableThrough, Detail: $"record {result.DurableThrough + 1} is missing here")
                {
                    BackedUpThrough = result.BackedUpThrough,
                    Chain = result.Chain,
                };
            case AppendOutcome.Fork:
                Log.Fork(logger, applianceId, run.Lane, result.ForkSequence);
                return new IntakeAnswer(
                    IntakeOutcome.Fork,
                    result.DurableThrough,
                    Detail: $"record {result.ForkSequence} is not the one that central already has or expects")
                {
                    ForkSequence = result.ForkSequence,
                };
            default:
                throw new InvalidOperationException($"Append outcome {result.Outcome} has no answer.");
        }
    }

    private bool IsFull(uint lane) =>
        disk.FreeBytes < (lane == (uint)Lane.Alerts ? options.Value.FreeBytesMinAlerts : options.Value.FreeBytesMin);

    private static string? CheckShape(IncomingBatch batch)
    {
        if (batch.Epoch.Length != 16)
            return "the epoch does not have 16 bytes";
        if (batch.Lane > (uint)Lane.Health)
            return $"lane {batch.Lane} is not known";
        if (batch.FirstSequence is 0 or > SequenceMax)
            return "the first sequence number is not one";
        return null;
    }

    private static string? CheckSize(IReadOnlyList<SealedRecord> records)
    {
        if (records.Count is 0 or > RecordBatch.RecordsMax)
            return $"a batch has 1 to {RecordBatch.RecordsMax} records, this has {records.Count}";
        long bytes = records.Sum(static record => (long)record.Header.Length + record.Ciphertext.Length);
        if (bytes > RecordBatch.BytesMax)
            return $"a batch has at most {RecordBatch.BytesMax} bytes of records, this has {bytes}";
        return null;
    }

    /// <summary>
    /// A sealed part whose key was destroyed 72 hours after it stood in a backup, and comes again since that backup was lost; or whose key is
    /// damaged or wrapped to another central. It is taken, with an alarm: refusing it would hold up the lane and lose the evidence behind it too.
    /// </summary>
    private static bool HasItsKey(SealedRecord record) =>
        record.Ciphertext.IsEmpty
            ? record.WrappedForCentral.IsEmpty
            : KeyWrap.TryReadRecipient(record.WrappedForCentral.Span, out _);

    private static IntakeAnswer Busy(string detail, int retrySeconds) => new(IntakeOutcome.Busy, 0, retrySeconds, detail);

    private IntakeAnswer Invalid(string applianceId, uint lane, string problem)
    {
        Log.Invalid(logger, applianceId, lane, problem);
        return new IntakeAnswer(IntakeOutcome.Invalid, 0, Detail: problem);
    }
}
