using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Screening;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Health;

/// <summary>
/// Writes how the appliance does into lane 3: from time to time, and soon after a part's state has changed. A card without room for travellers
/// gets no health.
/// </summary>
internal sealed class HealthRecordService(
    ApplianceHealth health,
    JournalStore journal,
    InstalledList list,
    ClockKeeper clock,
    IOptions<HealthOptions> options,
    TimeProvider time,
    ILogger<HealthRecordService> logger) : BackgroundService
{
    /// <summary>How often the parts are looked at.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly long _started = time.GetTimestamp();
    private long? _tried;
    private string _states = "";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>What each tick does.</summary>
    internal void Look()
    {
        // The first comes when the parts have found themselves; a program that starts again and again fills no lane.
        var since = time.GetElapsedTime(_tried ?? _started);
        if (since < TimeSpan.FromSeconds(options.Value.ChangeSecondsMin))
            return;
        var sample = Take();
        if (_tried is not null && sample.States == _states && since < TimeSpan.FromMinutes(options.Value.SampleMinutes))
            return;
        if (journal.StopNotice is not null || journal.Problem is not null)
            return;
        _tried = time.GetTimestamp();
        try
        {
            journal.Append(sample.ToDraft());
            _states = sample.States;
        }
        catch (SqliteException fault)
        {
            // States that could not be written count as not told: the next try comes when the shortest wait is over.
            logger.HealthNotRecorded(fault.SqliteErrorCode);
        }
    }

    private HealthSample Take()
    {
        var now = clock.Read();
        return new HealthSample
        {
            Parts = health.Parts(),
            DiskUsedPercent = journal.DiskUsedPercent,
            JournalBytes = journal.DatabaseBytes,
            Waiting = journal.Depth(),
            OldestWaiting = journal.OldestUnsentAge,
            Clock = now.Quality,
            Uptime = time.GetElapsedTime(_started),
            List = list.Status(list.Current, now),
        };
    }
}
