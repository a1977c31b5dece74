namespace EdgeCheckpoint.Central.Keys;

/// <summary>Renews the server's certificate while central runs, so that it need not be restarted once a year.</summary>
internal sealed class ServerCertificateUpkeep(SiteKeys keys, TimeProvider time, ILogger<ServerCertificateUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>One look; a failure is told and tried again at the next.</summary>
    public void Look()
    {
        try
        {
            if (keys.RenewServerCertificate(time.GetUtcNow()))
                Log.ServerCertificateRenewed(logger, keys.ServerCertificate.NotAfter.ToUniversalTime());
        }
        catch (CentralFault fault)
        {
            Log.ServerCertificateNotRenewed(logger, keys.ServerCertificate.NotAfter.ToUniversalTime(), fault.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
            Look();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
