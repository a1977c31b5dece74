using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Devices;

/// <summary>
/// A fake clock that tells when the code under test has started a timer, so a test never advances it too early.
/// </summary>
internal sealed class SignallingTimeProvider : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until a timer of this length has been started since the last call.</summary>
    public async Task TimerStartedAsync(TimeSpan dueTime)
    {
        while (await TestDeadline.WithinAsync(_timers.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask())
            != dueTime)
        {
        }
    }
}
