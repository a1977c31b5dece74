using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// Cuts the write-ahead log on a timer, since a commit alone does not always reach the automatic checkpoint; looks after the room on the
/// disk; ends the appliance's copy of what central has in its backup; and writes again what central cannot take in its place.
/// </summary>
internal sealed class UpkeepService(
    JournalStore journal, IOptions<JournalOptions> options, TimeProvider time, ILogger<UpkeepService> logger) : BackgroundService
{
    /// <summary>Portions of what is carried between two looks at log and disk: a hundred thousand records take less than ten minutes.</summary>
    private const int PortionsMax = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.CheckpointSeconds), time);
        do
        {
            try
            {
                journal.Checkpoint();
                journal.Upkeep();
                await CarryOnAsync(stoppingToken);
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

    /// <summary>What central cannot take in its place is written again a few at a time, and the counter goes first in between.</summary>
    private async Task CarryOnAsync(CancellationToken stoppingToken)
    {
        for (var portion = 0; portion < PortionsMax && journal.CarryOn(); portion++)
            await Task.Delay(Pause, time, stoppingToken);
    }
}
