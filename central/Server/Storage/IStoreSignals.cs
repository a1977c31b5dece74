namespace EdgeCheckpoint.Central.Storage;

/// <summary>
/// Tells whoever waits for news that something was committed: doorbells, revocations, people, commands, open pages. Carries no
/// truth, only a reason to look; a signal that is lost costs the time until the next poll.
/// </summary>
internal interface IStoreSignals
{
    /// <summary>Rises with each signal.</summary>
    long Count { get; }

    /// <summary>Ends when the count is beyond this one; at once when it is already.</summary>
    Task WaitBeyondAsync(long count, CancellationToken cancellationToken);

    /// <summary>Takes the signals of other nodes until it is cancelled; ends at once where there are none.</summary>
    Task ListenAsync(CancellationToken cancellationToken);
}

/// <summary>Signals within one process.</summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class LocalSignals : IStoreSignals
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public void Raise()
    {
        TaskCompletionSource ended;
        lock (_gate)
        {
            _count++;
            (ended, _next) = (_next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        ended.SetResult();
    }

    public Task WaitBeyondAsync(long count, CancellationToken cancellationToken)
    {
        lock (_gate)
            return _count > count ? Task.CompletedTask : _next.Task.WaitAsync(cancellationToken);
    }

    public Task ListenAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
