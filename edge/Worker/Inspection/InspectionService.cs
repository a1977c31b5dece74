using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>
/// Takes scans one after another as the reader delivers them. The outer loop: whatever goes wrong inside one inspection is
/// shown and logged, leads to no clear, and the next document is taken.
/// </summary>
internal sealed class InspectionService(
    IDocumentScanner scanner,
    InspectionPipeline pipeline,
    EncounterBook encounters,
    CounterSession session,
    InspectionHold hold,
    OfferedBadge badge,
    ILogger<InspectionService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var scan in scanner.ReadAllAsync(stoppingToken))
            Take(scan);
    }

    private void Take(DocumentScan scan)
    {
        if (scan.Lines is [var line] && BadgeCode.IsMeant(line))
        {
            TakeBadge(line);
            return;
        }

        if (session.Working?.Role.SeesTravellers() != true)
        {
            encounters.Notify("NOT CHECKED: nobody is signed in who may check documents. Sign in, then lay the document again.", isUrgent: true);
            return;
        }

        session.Touch();
        if (hold.Reason is { } reason)
        {
            encounters.Notify($"NOT CHECKED: nothing of this document was taken. {reason}", isUrgent: true);
            return;
        }

        try
        {
            pipeline.Inspect(scan);
        }
        catch (SqliteException fault)
        {
            logger.RecordNotWritten(fault.SqliteErrorCode);
            encounters.Notify("NOT RECORDED: the journal cannot be written. Nobody was cleared. Use the paper procedure and call the technician.", isUrgent: true);
        }
#pragma warning disable CA1031 // The outer loop of the pipeline: a bug in one inspection must not stop the counter (STYLE, Errors).
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.InspectionFailed(fault.GetType().Name, fault.StackTrace);
            encounters.Notify("CHECK FAILED inside the appliance. Nobody was cleared. Refer to second line and call the technician.", isUrgent: true);
        }
    }

    /// <summary>A badge belongs to the sign-in that follows; it is never journalled or shown.</summary>
    private void TakeBadge(string line)
    {
        if (badge.Offer(line))
            encounters.Notify("Badge read. Enter staff number and PIN.", isUrgent: false);
        else
            encounters.Notify("The badge was misread. Lay it again.", isUrgent: true);
    }
}
