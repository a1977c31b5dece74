namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>A loop that goes on whatever happens in it: a bug in one watch must neither end it unnoticed nor stop the counter.</summary>
internal static class LastingLoop
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Runs until cancelled, and then without an exception.</summary>
    internal static async Task RunAsync(Func<CancellationToken, Task> loop, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await loop(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The outer loop (STYLE, Errors).
            catch (Exception fault)
#pragma warning restore CA1031
            {
                logger.WatchFailed(fault.GetType().Name, fault.StackTrace);
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
