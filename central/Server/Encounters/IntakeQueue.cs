using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Encounters;

/// <summary>
/// Who is taken now. When a nation's posts come back from an outage, thousands of batches are here at once: so many are worked on, so
/// many wait in line, and the rest are asked to come again. Alerts have a door of their own, so that a hit of this minute does not stand
/// behind the crossings of yesterday.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class IntakeQueue : IDisposable
{
    private readonly SemaphoreSlim _alerts;
    private readonly SemaphoreSlim _others;
    private readonly int _waitingMax;
    private int _waiting;

    public IntakeQueue(IOptions<IntakeOptions> options)
    {
        _alerts = new SemaphoreSlim(options.Value.BatchesAtOnce);
        _others = new SemaphoreSlim(options.Value.BatchesAtOnce);
        _waitingMax = options.Value.BatchesWaitingMax;
    }

    /// <summary>Batches in line.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Waits for a turn.</summary>
    /// <returns>The turn, ended by disposing it; null when the line is too long to stand in.</returns>
    public async ValueTask<Turn?> EnterAsync(bool isAlert, CancellationToken cancellationToken)
    {
        var door = isAlert ? _alerts : _others;
        if (door.Wait(0, cancellationToken))
            return new Turn(door);
        if (Interlocked.Increment(ref _waiting) > _waitingMax && !isAlert)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }

        try
        {
            await door.WaitAsync(cancellationToken);
            return new Turn(door);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose()
    {
        _alerts.Dispose();
        _others.Dispose();
    }

    /// <summary>A batch's time at work.</summary>
    internal sealed class Turn(SemaphoreSlim door) : IDisposable
    {
        public void Dispose() => door.Release();
    }
}
