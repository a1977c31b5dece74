using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>Journals when the reader goes and comes, and refreshes the screen when list, link or reader change.</summary>
internal sealed class ReaderWatchService(
    IDocumentScanner scanner,
    JournalStore journal,
    EncounterBook encounters,
    InstalledList list,
    CentralLink link,
    TimeProvider time,
    IOptions<InspectionOptions> options,
    ILogger<ReaderWatchService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        list.Switched += encounters.Refresh;
        using var timer = new PeriodicTimer(Interval, time);
        // Not what it says now: a reader that was opened before the first look is journalled too.
        var last = new DeviceHealth(DeviceState.Attention, "", time.GetUtcNow());
        var lastLink = link.State.IsUp;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                encounters.Forget(TimeSpan.FromSeconds(options.Value.RepeatSeconds));
                var health = scanner.Health;
                foreach (var state in StatesBetween(last, health))
                    JournalState(state);
                if (health != last || link.State.IsUp != lastLink)
                    encounters.Refresh();
                (last, lastLink) = (health, link.State.IsUp);
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

    /// <summary>
    /// States to journal since the last look. A reader that was pulled out and put back between two looks is well both
    /// times, and tells of it only by the time since when it is. What it was between counts as failed.
    /// </summary>
    internal static IEnumerable<DeviceState> StatesBetween(DeviceHealth before, DeviceHealth now)
    {
        if (now.State != before.State)
            return [now.State];
        return now.State == DeviceState.Ok && now.Since != before.Since ? [DeviceState.Failed, DeviceState.Ok] : [];
    }

    private void JournalState(DeviceState state)
    {
        logger.ReaderChanged(state);
        journal.Note(new RecordDraft(Lane.Audit, RecordKind.DeviceState, RecordDraft.Appliance) { OutcomeCodes = [(ushort)Code(state)] }, logger);
    }

    private static OutcomeCode Code(DeviceState state) => state switch
    {
        DeviceState.NotFitted => OutcomeCode.DeviceNotFitted,
        DeviceState.Ok => OutcomeCode.DeviceOk,
        DeviceState.Attention => OutcomeCode.DeviceAttention,
        _ => OutcomeCode.DeviceFailed,
    };
}
