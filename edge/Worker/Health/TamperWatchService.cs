using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Health;

/// <summary>An opened enclosure becomes an alert in lane 0, at once and durably.</summary>
internal sealed class TamperWatchService(
    IBoard board, JournalStore journal, TamperLatch latch, ApplianceHealth health, ILogger<TamperWatchService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = ContactLevel.Unknown;
        await foreach (var change in board.Tamper.WatchAsync(stoppingToken))
        {
            if (change.Level == last)
                continue;
            if (change.Level == ContactLevel.Open)
            {
                Write();
                latch.Trip();
                logger.EnclosureOpened();
            }
            else if (last == ContactLevel.Open)
            {
                logger.EnclosureClosed();
            }

            last = change.Level;
        }
    }

    private void Write()
    {
        try
        {
            journal.Append(new RecordDraft(Lane.Alerts, RecordKind.Tamper, RecordDraft.Appliance));
        }
        catch (SqliteException fault)
        {
            logger.JournalUnwritable(fault.SqliteErrorCode);
            health.ReportJournal($"The tamper alert could not be written (SQLite error {fault.SqliteErrorCode}).");
        }
    }
}
