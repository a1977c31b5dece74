using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>Has every page of the journal looked at by night, once a week: a card that rots while it runs must not keep it for the next start.</summary>
internal sealed class PageCheckService(JournalStore journal, TimeProvider time, ILogger<PageCheckService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops; what was begun is done again from its beginning.
        }
    }

    /// <summary>What each tick does.</summary>
    internal void Look(CancellationToken cancellationToken)
    {
        try
        {
            journal.CheckWhenDue(time.GetLocalNow(), cancellationToken);
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            logger.UpkeepFailed(fault.GetType().Name);
        }
    }
}
