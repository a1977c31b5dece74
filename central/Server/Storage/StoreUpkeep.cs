using System.Data.Common;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>
/// Does what the engine wants done every five minutes. SQLite empties its log by itself at 1,000 pages, but a long-lived reader can
/// put that off; the log would then grow and the next start be slow.
/// </summary>
internal sealed class StoreUpkeep(ICentralStore store, TimeProvider time, ILogger<StoreUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await store.MaintainAsync(time.GetUtcNow(), stoppingToken);
            }
            catch (DbException fault)
            {
                Log.MaintenanceFailed(logger, fault.Message);
            }
        }
    }
}
