namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// The wait across sync batches: decorrelated jitter between a shortest and a longest wait, reset only by a batch that
/// central has committed. A state machine of ours, since a pipeline forgets when its execution ends (DESIGN §3).
/// </summary>
internal sealed class SyncBackoff(SyncOptions options, Random random)
{
    private double _lastSeconds;
    private bool _isConnected;

    /// <summary>Failures since the last committed batch.</summary>
    internal int Failures { get; private set; }

    /// <summary>A batch was committed, or there was nothing to send and central answered.</summary>
    internal void Succeeded() => (_lastSeconds, Failures, _isConnected) = (0, 0, true);

    /// <summary>A call failed; how long to wait before the next.</summary>
    /// <param name="retryAfter">What central asked for; zero when it did not.</param>
    /// <param name="isUrgent">Lane 0 waits: the spread after an outage does not apply.</param>
    internal TimeSpan Failed(TimeSpan retryAfter, bool isUrgent)
    {
        Failures++;
        var upper = Math.Min(options.BackoffSecondsMax, Math.Max(options.BackoffSecondsMin, _lastSeconds * 3));
        _lastSeconds = options.BackoffSecondsMin + (random.NextDouble() * (upper - options.BackoffSecondsMin));
        var spread = _isConnected && !isUrgent ? random.NextDouble() * options.ReconnectSpreadSeconds : 0;
        _isConnected = false;
        var wait = TimeSpan.FromSeconds(_lastSeconds + spread);
        return wait < retryAfter ? retryAfter : wait;
    }
}
