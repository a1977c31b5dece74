using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.People;

/// <summary>Locks a screen that nobody has touched for a while, and signs out whoever forgot to at the end of a shift.</summary>
internal sealed class IdleLockService(CounterSession session, SignInDesk desk, TimeProvider time, IOptions<PeopleOptions> options) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

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
        if (session.Person is not null && session.Age >= TimeSpan.FromHours(options.Value.ShiftHours))
            desk.SignOut();
        else if (session.Working is not null && session.Idle >= TimeSpan.FromMinutes(options.Value.IdleMinutes))
            desk.LockScreen();
    }
}
