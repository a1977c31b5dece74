namespace EdgeCheckpoint.Testing;

/// <summary>Waits for another process to reach a state. Asks again and again, up to a limit, and says what it waited for.</summary>
public static class Until
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until the condition gives something.</summary>
    /// <param name="what">What is awaited, for the message.</param>
    /// <param name="probe">Null means not yet. Called at once and then every 50 ms.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="pause">Between two calls, where asking is dear; null for 50 ms.</param>
    /// <exception cref="TimeoutException">It did not come about.</exception>
    public static async Task<T> FoundAsync<T>(
        string what, Func<CancellationToken, Task<T?>> probe, TimeSpan limit, CancellationToken cancellationToken, TimeSpan? pause = null)
        where T : class
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        Exception? last = null;
        while (time.GetElapsedTime(start) < limit)
        {
            try
            {
                if (await probe(cancellationToken) is { } found)
                    return found;
            }
            catch (HttpRequestException fault)
            {
                // The other process is not there yet, or not any more.
                last = fault;
            }

            await Task.Delay(pause ?? Pause, time, cancellationToken);
        }

        throw new TimeoutException($"Waited {limit.TotalSeconds:0} s in vain: {what}.", last);
    }

    /// <summary>Waits until the condition holds.</summary>
    public static Task TrueAsync(
        string what, Func<CancellationToken, Task<bool>> probe, TimeSpan limit, CancellationToken cancellationToken, TimeSpan? pause = null) =>
        FoundAsync(what, async token => await probe(token) ? what : null, limit, cancellationToken, pause);
}
