using System.Data.Common;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>Takes the signals of other nodes as long as the server runs. While the line is down the poll of the store goes on.</summary>
internal sealed class StoreListener(ICentralStore store, TimeProvider time, ILogger<StoreListener> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await store.Signals.ListenAsync(stoppingToken);
                return;
            }
            catch (Exception fault) when (fault is DbException or IOException or TimeoutException)
            {
                Log.ListeningFailed(logger, fault.Message);
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }
}
