using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>Cuts the write-ahead log on a timer; a commit alone does not always reach the automatic checkpoint.</summary>
internal sealed class CheckpointService(
    JournalStore journal, IOptions<JournalOptions> options, TimeProvider time, ILogger<CheckpointService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.CheckpointSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                journal.Checkpoint();
            }
            catch (SqliteException fault)
            {
                logger.CheckpointFailed(fault.SqliteErrorCode, journal.FilePath);
            }
        }
    }
}
