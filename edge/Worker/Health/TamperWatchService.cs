using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Health;

/// <summary>An opened enclosure becomes an alert in lane 0, at once and durably.</summary>
internal sealed class TamperWatchService(
    IBoard board, JournalStore journal, TamperLatch latch, TimeProvider time, ILogger<TamperWatchService> logger) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = ContactLevel.Unknown;
        await foreach (var change in board.Contact(ContactRole.Tamper).WatchAsync(stoppingToken))
        {
            if (change.Level == last)
                continue;
            if (change.Level == ContactLevel.Open)
            {
                latch.Trip();
                logger.EnclosureOpened();
                await WriteAsync(stoppingToken);
            }
            else if (last == ContactLevel.Open)
            {
                logger.EnclosureClosed();
            }

            last = change.Level;
        }
    }

    /// <summary>Tries until the alert is durable; meanwhile the latch shows it on screen and light.</summary>
    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                journal.Append(new RecordDraft(Lane.Alerts, RecordKind.Tamper, RecordDraft.Appliance));
                return;
            }
            catch (SqliteException fault)
            {
                logger.JournalUnwritable(fault.SqliteErrorCode);
            }

            await Task.Delay(RetryInterval, time, cancellationToken);
        }
    }
}
