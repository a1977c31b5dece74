using System.Data.Common;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Storage;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Observability;

/// <summary>
/// Raises the alarm for a post that was not heard of for too long: once when it becomes overdue, and says when it is back. Counts the
/// posts for the metrics in the same look.
/// </summary>
internal sealed class OverdueWatch(
    ICentralStore store, CentralMetrics metrics, IOptions<AppliancesOptions> options, TimeProvider time, ILogger<OverdueWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly DateTimeOffset _begun = time.GetUtcNow();
    private HashSet<string> _overdue = new(StringComparer.Ordinal);

    /// <summary>An appliance in service that was not heard of for so long.</summary>
    public static bool IsOverdue(Appliance appliance, DateTimeOffset now, AppliancesOptions options) =>
        appliance.State == ApplianceState.Active
        && (appliance.LastContactAt is not { } contact || contact < now - TimeSpan.FromMinutes(options.OverdueMinutes));

    /// <summary>One look at all posts.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var appliances = await store.Appliances.ListAsync(cancellationToken);
        var health = await store.Appliances.ListHealthAsync(cancellationToken);
        var now = time.GetUtcNow();

        // While central itself was away nobody could be heard of: the posts get as long as ever from its start.
        var couldBeHeard = now - _begun >= TimeSpan.FromMinutes(options.Value.OverdueMinutes);
        var overdue = appliances.Where(appliance => couldBeHeard && IsOverdue(appliance, now, options.Value)).ToDictionary(static appliance => appliance.ApplianceId);
        foreach (var appliance in overdue.Values.Where(appliance => !_overdue.Contains(appliance.ApplianceId)))
            Log.Overdue(logger, appliance.ApplianceId, appliance.PostName, appliance.LastContactAt);
        foreach (var appliance in appliances.Where(appliance => _overdue.Contains(appliance.ApplianceId) && !overdue.ContainsKey(appliance.ApplianceId)))
            Log.BackAgain(logger, appliance.ApplianceId, appliance.PostName);
        _overdue = [.. overdue.Keys];

        var active = appliances.Where(static appliance => appliance.State == ApplianceState.Active).ToArray();
        var reports = active.Select(appliance => health.GetValueOrDefault(appliance.ApplianceId)).OfType<HealthReport>().ToArray();
        metrics.Fleet(new FleetState(
            active.Length,
            overdue.Count,
            reports.Sum(static report => (long)Math.Min(report.RecordsWaiting, int.MaxValue)),
            reports.Select(report => report.RecordsWaiting == 0 ? 0 : report.OldestWaiting.TotalSeconds + Math.Max(0, (now - report.ReceivedAt).TotalSeconds))
                .DefaultIfEmpty().Max()));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (DbException fault)
            {
                Log.LookFailed(logger, fault.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
