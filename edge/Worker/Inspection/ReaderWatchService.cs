using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>Journals when the reader goes and comes, and refreshes the screen when list, link or reader change.</summary>
internal sealed class ReaderWatchService(
    IDocumentScanner scanner,
    JournalStore journal,
    EncounterBook encounters,
    InstalledList list,
    CentralLink link,
    TimeProvider time,
    ILogger<ReaderWatchService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        list.Switched += encounters.Refresh;
        using var timer = new PeriodicTimer(Interval, time);
        var lastState = DeviceState.Attention;
        var lastLink = link.State.IsUp;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var state = scanner.Health.State;
                if (state != lastState)
                {
                    JournalState(state);
                    encounters.Refresh();
                }
                else if (link.State.IsUp != lastLink)
                {
                    encounters.Refresh();
                }

                (lastState, lastLink) = (state, link.State.IsUp);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
        finally
        {
            list.Switched -= encounters.Refresh;
        }
    }

    private void JournalState(DeviceState state)
    {
        logger.ReaderChanged(state);
        try
        {
            journal.Append(new RecordDraft(Lane.Audit, RecordKind.DeviceState, RecordDraft.Appliance) { OutcomeCodes = [(ushort)Code(state)] });
        }
        catch (SqliteException fault)
        {
            logger.JournalUnwritable(fault.SqliteErrorCode);
        }
    }

    private static OutcomeCode Code(DeviceState state) => state switch
    {
        DeviceState.NotFitted => OutcomeCode.DeviceNotFitted,
        DeviceState.Ok => OutcomeCode.DeviceOk,
        DeviceState.Attention => OutcomeCode.DeviceAttention,
        _ => OutcomeCode.DeviceFailed,
    };
}
