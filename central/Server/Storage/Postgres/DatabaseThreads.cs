using System.Collections.Concurrent;

namespace EdgeCheckpoint.Central.Storage.Postgres;

/// <summary>
/// Threads that wait for the database server in place of those that answer calls: as many as there are connections. Whoever finds
/// none free waits without holding a thread, so that nothing queues here without bound.
/// </summary>
internal sealed class DatabaseThreads : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly SemaphoreSlim _free;
    private readonly Thread[] _threads;

    public DatabaseThreads(int count)
    {
        _free = new SemaphoreSlim(count, count);
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(Loop) { IsBackground = true, Name = $"database {i}" })];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>Runs work on one of the threads.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(
            () =>
            {
                try
                {
                    var result = work();
                    _free.Release();
                    done.SetResult(result);
                }
                catch (Exception fault)
                {
                    _free.Release();
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
        _free.Dispose();
    }

    private void Loop()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}
