using System.Data.Common;
using EdgeCheckpoint.Central.Observability;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>
/// Does what the engine wants done every five minutes. SQLite empties its log by itself at 1,000 pages, but a long-lived reader can
/// put that off; the log would then grow and the next start be slow. A log that stays long is an alarm: what was erased may still be in it.
/// </summary>
internal sealed class StoreUpkeep(ICentralStore store, CentralMetrics metrics, TimeProvider time, ILogger<StoreUpkeep> logger) : BackgroundService
{
    /// <summary>SQLite keeps the file at 4 MiB by itself; a backup of a busy hour may let it grow to some ten times that.</summary>
    internal const long LogBytesMax = 64L << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>What is done at each interval.</summary>
    public async Task DoAsync(CancellationToken cancellationToken)
    {
        try
        {
            metrics.StoreLog(store.LogBytes);
            await store.MaintainAsync(time.GetUtcNow(), cancellationToken);
        }
        catch (DbException fault)
        {
            Log.MaintenanceFailed(logger, fault.Message);
        }

        if (store.LogBytes is var bytes and > LogBytesMax)
            Log.LogStaysLong(logger, bytes >> 20);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await DoAsync(stoppingToken);
    }
}
