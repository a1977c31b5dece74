using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Postgres;

namespace EdgeCheckpoint.Central.Tests.Storage;

public sealed class DatabaseThreadsTests
{
    private const int Threads = 4;
    private const int ForAll = 3;

    [Fact]
    public async Task Run_OthersHoldEveryThreadTheyMay_AnAlertIsServed()
    {
        using var threads = new DatabaseThreads(Threads);
        using var gate = new ManualResetEventSlim();
        var others = Enumerable.Range(0, 20).Select(_ => threads.RunAsync(() => Hold(gate), Token)).ToArray();

        var alert = await RunAlertAsync(threads, static () => 7);

        Assert.Equal(7, alert);
        Assert.All(others, static work => Assert.False(work.IsCompleted));
        gate.Set();
        await Task.WhenAll(others);
    }

    [Fact]
    public async Task Run_LineIsFull_IsRefusedAtOnceAndOthersAreServed()
    {
        using var threads = new DatabaseThreads(Threads);
        using var gate = new ManualResetEventSlim();
        var waiting = Enumerable.Range(0, ForAll + (ForAll * DatabaseThreads.WaitingPerThreadMax)).Select(_ => threads.RunAsync(() => Hold(gate), Token)).ToArray();

        await Assert.ThrowsAsync<DatabaseBusyException>(() => threads.RunAsync(static () => true, Token));

        Assert.Equal(7, await RunAlertAsync(threads, static () => 7));
        gate.Set();
        await Task.WhenAll(waiting);
        Assert.True(await threads.RunAsync(static () => true, Token));
    }

    [Fact]
    public async Task Run_WorkThrowsOrCallEnds_GivesTheThreadBack()
    {
        using var threads = new DatabaseThreads(2);
        using var gate = new ManualResetEventSlim();
        var holding = threads.RunAsync(() => Hold(gate), Token);
        using var ending = new CancellationTokenSource();
        var waiting = threads.RunAsync(static () => true, ending.Token);

        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Set();
        await holding;

        await Assert.ThrowsAsync<InvalidOperationException>(() => threads.RunAsync<bool>(static () => throw new InvalidOperationException("stop"), Token));
        Assert.True(await threads.RunAsync(static () => true, Token));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static bool Hold(ManualResetEventSlim gate)
    {
        gate.Wait(Token);
        return true;
    }

    private static async Task<T> RunAlertAsync<T>(DatabaseThreads threads, Func<T> work)
    {
        AlertCall.IsCurrent = true;
        return await threads.RunAsync(work, Token).WaitAsync(TimeSpan.FromSeconds(30), Token);
    }
}
