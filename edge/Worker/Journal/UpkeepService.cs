using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// Cuts the write-ahead log on a timer, since a commit alone does not always reach the automatic checkpoint; looks after the room on the
/// disk; and ends the appliance's copy of what central has in its backup.
/// </summary>
internal sealed class UpkeepService(
    JournalStore journal, IOptions<JournalOptions> options, TimeProvider time, ILogger<UpkeepService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.CheckpointSeconds), time);
        do
        {
            try
            {
                journal.Checkpoint();
                journal.Upkeep();
            }
            catch (SqliteException fault)
            {
                logger.CheckpointFailed(fault.SqliteErrorCode, journal.FilePath);
            }
            catch (IOException fault)
            {
                logger.UpkeepFailed(fault.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
