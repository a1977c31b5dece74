using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Encounters;

/// <summary>
/// Who is taken now. When a nation's posts come back from an outage, thousands of batches are here at once: so many are worked on, so
/// many wait in line, and the rest are asked to come again. Alerts have a door and a line of their own, so that a hit of this minute does not
/// stand behind the crossings of yesterday.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class IntakeQueue : IDisposable
{
    private readonly Door _alerts;
    private readonly Door _others;

    public IntakeQueue(IOptions<IntakeOptions> options)
    {
        _alerts = new Door(options.Value.BatchesAtOnce, options.Value.BatchesWaitingMax);
        _others = new Door(options.Value.BatchesAtOnce, options.Value.BatchesWaitingMax);
    }

    /// <summary>Batches in line.</summary>
    public int Waiting => _alerts.Waiting + _others.Waiting;

    /// <summary>Waits for a turn.</summary>
    /// <returns>The turn, ended by disposing it; null when the line is too long to stand in.</returns>
    public ValueTask<Turn?> EnterAsync(bool isAlert, CancellationToken cancellationToken) => (isAlert ? _alerts : _others).EnterAsync(cancellationToken);

    public void Dispose()
    {
        _alerts.Dispose();
        _others.Dispose();
    }

    /// <summary>So many at work, so many in line.</summary>
    private sealed class Door(int atOnce, int waitingMax) : IDisposable
    {
        private readonly SemaphoreSlim _places = new(atOnce);
        private int _waiting;

        public int Waiting => Volatile.Read(ref _waiting);

        public async ValueTask<Turn?> EnterAsync(CancellationToken cancellationToken)
        {
            if (_places.Wait(0, cancellationToken))
                return new Turn(_places);
            try
            {
                if (Interlocked.Increment(ref _waiting) > waitingMax)
                    return null;
                await _places.WaitAsync(cancellationToken);
                return new Turn(_places);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        public void Dispose() => _places.Dispose();
    }

    /// <summary>A batch's time at work.</summary>
    internal sealed class Turn(SemaphoreSlim door) : IDisposable
    {
        public void Dispose() => door.Release();
    }
}
