namespace EdgeCheckpoint.Bench;

/// <summary>Waits for what the kernel does in its own time.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <exception cref="IOException">It did not come in time.</exception>
    internal static T Found<T>(string what, Func<T?> look, TimeSpan limit)
        where T : class
    {
        using var timer = new PeriodicTimer(Step, TimeProvider.System);
        var since = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(since) < limit)
        {
            if (look() is { } found)
                return found;
            // The bench does one order at a time, on a thread of its own.
            timer.WaitForNextTickAsync(CancellationToken.None).AsTask().Wait();
        }

        throw new IOException($"There is no {what} after {limit.TotalSeconds} s.");
    }
}
