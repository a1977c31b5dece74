using System.Collections.Concurrent;

namespace EdgeCheckpoint.Central.Storage.Postgres;

/// <summary>
/// Threads that wait for the database server in place of those that answer calls: as many as there are connections, some of them for alerts
/// alone. Whoever finds none free waits without holding a thread, behind so many others at most.
/// </summary>
internal sealed class DatabaseThreads : IDisposable
{
    /// <summary>
    /// At a millisecond or two for each, the last one in line waits a second or two, which every call has time for: ten thousand appliances
    /// that come back at once find room. A server that is slower than that has trouble.
    /// </summary>
    internal const int WaitingPerThreadMax = 1_024;

    private readonly BlockingCollection<Action> _work = [];
    private readonly Door _alerts;
    private readonly Door _all;
    private readonly Thread[] _threads;

    /// <param name="count">Threads, at least two: one of four is for alerts alone.</param>
    public DatabaseThreads(int count)
    {
        var reserved = Math.Max(1, count / 4);
        _alerts = new Door(reserved, reserved * WaitingPerThreadMax);
        _all = new Door(count - reserved, (count - reserved) * WaitingPerThreadMax);
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(Loop) { IsBackground = true, Name = $"database {i}" })];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>Runs work on one of the threads; an alert's on one that is for all, or one of the others.</summary>
    /// <exception cref="DatabaseBusyException">Too many wait.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var free = AlertCall.IsCurrent ? await EnterAlertAsync(cancellationToken) : await _all.EnterAsync(cancellationToken);
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(
            () =>
            {
                try
                {
                    var result = work();
                    free.Release();
                    done.SetResult(result);
                }
                catch (Exception fault)
                {
                    free.Release();
                    done.SetException(fault);
                }
            },
            CancellationToken.None);
        return await done.Task;
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
        _work.Dispose();
        _alerts.Dispose();
        _all.Dispose();
    }

    /// <summary>First what others could take, so that the reserve is there for the next.</summary>
    private ValueTask<SemaphoreSlim> EnterAlertAsync(CancellationToken cancellationToken) =>
        _all.TryEnter() is { } free ? new ValueTask<SemaphoreSlim>(free) : _alerts.EnterAsync(cancellationToken);

    private void Loop()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }

    private sealed class Door(int places, int waitingMax) : IDisposable
    {
        private readonly SemaphoreSlim _free = new(places, places);
        private int _waiting;

        public SemaphoreSlim? TryEnter() => _free.Wait(0, CancellationToken.None) ? _free : null;

        public async ValueTask<SemaphoreSlim> EnterAsync(CancellationToken cancellationToken)
        {
            if (TryEnter() is { } free)
                return free;
            try
            {
                if (Interlocked.Increment(ref _waiting) > waitingMax)
                    throw new DatabaseBusyException();
                await _free.WaitAsync(cancellationToken);
                return _free;
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        public void Dispose() => _free.Dispose();
    }
}
