using System.Data.Common;
using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Retention;

/// <summary>Runs retention at a start and every six hours.</summary>
internal sealed class RetentionService(RetentionRun run, TimeProvider time, ILogger<RetentionService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                var result = await run.RunAsync(Auditor.Central, stoppingToken);
                if (!result.IsNothing)
                    Log.Applied(logger, result);
            }
            catch (DbException fault)
            {
                Log.Failed(logger, fault.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
