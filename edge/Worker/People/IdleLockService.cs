using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.People;

/// <summary>Locks a screen that nobody has touched for a while.</summary>
internal sealed class IdleLockService(CounterSession session, SignInDesk desk, TimeProvider time, IOptions<PeopleOptions> options) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (session.Working is not null && session.Idle >= TimeSpan.FromMinutes(options.Value.IdleMinutes))
                    desk.LockScreen();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }
}
