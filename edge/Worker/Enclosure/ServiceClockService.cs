namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>Ends service when its time is over, by elapsed time: a clock that is set back does not prolong it.</summary>
internal sealed class ServiceClockService(ServiceMode service, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        ServiceVisit? visit = null;
        var since = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (service.Visit != visit)
                    (visit, since) = (service.Visit, time.GetTimestamp());
                service.Look(time.GetElapsedTime(since));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }
}
