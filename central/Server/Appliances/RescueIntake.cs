using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Observability;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Appliances;

/// <summary>What became of a rescue file.</summary>
/// <param name="ApplianceId">Whose card it is, as the file says; empty when nothing could be read.</param>
/// <param name="Problems">Runs that were not taken, as sentences; the others are in the store.</param>
internal sealed record RescueAnswer(string ApplianceId, int Runs, int Records, IReadOnlyList<string> Problems);

/// <summary>
/// Takes the file that a technician made of a card (<c>edge-checkpoint journal rescue</c>), through the checks of a push: what is here already is
/// left, what contradicts it is a fork, with the alarm. A run without the appliance's signature is taken only when staff say so, with a reason.
/// </summary>
internal sealed class RescueIntake(
    ICentralStore store, BlindTerms terms, DataFolder folder, Auditor auditor, CentralMetrics metrics, TimeProvider time, ILogger<JournalIntake> logger)
{
    private const int ProblemsMax = 20;

    /// <summary>
    /// 1. Reads run by run. 2. Writes into the audit, before the first is stored, whose card it is and what is waived. 3. Checks and stores each that is of
    /// that appliance. 4. Writes what became of them.
    /// </summary>
    /// <param name="unsignedReason">Why runs without a signature are taken; empty to refuse them.</param>
    public async Task<RescueAnswer> TakeAsync(Stream file, string unsignedReason, string actor, CancellationToken cancellationToken)
    {
        var options = Options.Create(new IntakeOptions());
        using var queue = new IntakeQueue(options);
        var intake = new JournalIntake(store, terms, queue, new DataFolderSpace(folder), options, metrics, time, logger);
        var (runs, records, refused) = (0, 0, 0);
        string? applianceId = null;
        var problems = new List<string>();

        // 1
        foreach (var read in RescueFile.Read(file))
        {
            if (!read.TryGet(out var run, out var failure))
            {
                refused++;
                problems.Add($"{failure}");
                break;
            }

            // 2
            if (applianceId is null)
            {
                applianceId = run.Statement.ApplianceId;
                await store.Audit.AppendAsync(auditor.Event(actor, AuditAction.RescueBegun, applianceId, Waiver(unsignedReason)), cancellationToken);
            }

            // 3
            var problem = run.Statement.ApplianceId == applianceId
                ? await TakeRunAsync(intake, run, unsignedReason.Length > 0, cancellationToken)
                : $"not of the card of {applianceId}, which this file begins with";
            if (problem.Length == 0)
            {
                (runs, records) = (runs + 1, records + run.Records.Length);
                continue;
            }

            refused++;
            if (problems.Count < ProblemsMax)
                problems.Add($"{run.Statement.ApplianceId}, epoch {run.Statement.Epoch}, lane {run.Statement.Lane}, from record {run.Statement.FirstSequence}: {problem}");
        }

        // 4
        await store.Audit.AppendAsync(
            auditor.Event(actor, AuditAction.RecordsRescued, applianceId ?? "", $"{records} records, {refused} runs refused; {Waiver(unsignedReason)}"), cancellationToken);
        return new RescueAnswer(applianceId ?? "", runs, records, problems);
    }

    private static string Waiver(string unsignedReason) =>
        unsignedReason.Length == 0 ? "signed runs only" : $"unsigned runs taken: {unsignedReason}";

    /// <returns>Why it was not taken; empty when it is durable.</returns>
    private async Task<string> TakeRunAsync(JournalIntake intake, RescuedRun run, bool takesUnsigned, CancellationToken cancellationToken)
    {
        var statement = run.Statement;
        if (await store.Appliances.FindAsync(statement.ApplianceId, cancellationToken) is null)
            return "this site has no such appliance";
        var isUnsigned = run.Signature.IsEmpty;
        if (isUnsigned && !takesUnsigned)
            return "not signed; if you know where the card comes from, import it with --unsigned REASON";
        var answer = await intake.TakeAsync(
            statement.ApplianceId,
            new IncomingBatch
            {
                Epoch = statement.Epoch.ToByteArray(bigEndian: true),
                Lane = (uint)statement.Lane,
                FirstSequence = statement.FirstSequence,
                PreviousChain = statement.PreviousChain,
                Unpack = () => run.Records,
                Signature = run.Signature,
                SigningKeyId = run.SigningKeyId,
                SignatureAlgorithm = (uint)SignatureAlgorithm.EcdsaP256Sha256,
                SentAtUnixMicroseconds = 0,
                IsRescued = true,
            },
            isUnsigned,
            cancellationToken);
        return answer.Outcome == IntakeOutcome.Stored ? "" : $"{answer.Outcome}: {answer.Detail}";
    }
}
