using System.Data.Common;
using EdgeCheckpoint.Central.Observability;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>
/// Looks through SQLite's file an hour after a start and every week: damage in a page that nobody reads for months would go into every backup until the last
/// good one is gone. PostgreSQL keeps checksums and looks for itself.
/// </summary>
internal sealed class StoreCheck(ICentralStore store, CentralMetrics metrics, TimeProvider time, ILogger<StoreCheck> logger) : BackgroundService
{
    private const int NamedMax = 10;

    private static readonly TimeSpan AfterStart = TimeSpan.FromHours(1);
    private static readonly TimeSpan Interval = TimeSpan.FromDays(7);

    /// <summary>One look at the whole file.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await store.FindDamageAsync(cancellationToken);
            metrics.StoreDamage(found.Count);
            foreach (var damage in found.Take(NamedMax))
                Log.Damaged(logger, damage);
            if (found.Count == 0)
                Log.Whole(logger);
        }
        catch (DbException fault)
        {
            Log.CheckFailed(logger, fault.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(AfterStart, time, stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        do
            await LookAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
