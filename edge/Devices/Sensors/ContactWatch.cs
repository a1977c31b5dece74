using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace EdgeCheckpoint.Devices.Sensors;

/// <summary>
/// The loop behind every contact: wait for an edge or the timer, read the level, and accept a new one when it is the
/// same after the debounce time. Edges only wake it; they are never counted.
/// </summary>
internal sealed class ContactWatch(TimeProvider time, Func<ContactLevel> read, TimeSpan debounce, TimeSpan reread)
{
    // One slot: a second edge before the loop looked says nothing new.
    private readonly Channel<bool> _edges = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Called from any thread, also from a driver's callback: never blocks and never throws.</summary>
    public void OnEdge() => _edges.Writer.TryWrite(true);

    public async IAsyncEnumerable<ContactChange> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var accepted = read();
        yield return new ContactChange(accepted, time.GetUtcNow());
        while (!cancellationToken.IsCancellationRequested)
        {
            var seen = read();
            if (seen == accepted)
            {
                await EdgeOrTimerAsync(cancellationToken);
                continue;
            }

            if (await DelayAsync(debounce, cancellationToken) && read() == seen)
            {
                accepted = seen;
                yield return new ContactChange(accepted, time.GetUtcNow());
            }
        }
    }

    private async Task EdgeOrTimerAsync(CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task edge = _edges.Reader.WaitToReadAsync(both.Token).AsTask();
        Task timer = DelayAsync(reread, both.Token);
        await Task.WhenAny(edge, timer);
        await both.CancelAsync();
        // The slot is emptied before the level is read, so an edge in between wakes the loop once more.
        _edges.Reader.TryRead(out _);
        await Task.WhenAll(edge, timer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>False when cancelled.</summary>
    private async Task<bool> DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }
}
