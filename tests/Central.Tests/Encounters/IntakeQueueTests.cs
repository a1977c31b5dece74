using EdgeCheckpoint.Central.Encounters;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Tests.Encounters;

public sealed class IntakeQueueTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_LineOfOthersIsFull_AsksThemToComeAgainAndTakesAlertsAtOnce()
    {
        using var queue = new IntakeQueue(Options.Create(new IntakeOptions { BatchesAtOnce = 2, BatchesWaitingMax = 3 }));
        var working = new[] { await queue.EnterAsync(isAlert: false, Token), await queue.EnterAsync(isAlert: false, Token) };
        var waiting = Enumerable.Range(0, 3).Select(_ => queue.EnterAsync(isAlert: false, Token).AsTask()).ToArray();

        var tooMany = await queue.EnterAsync(isAlert: false, Token);
        using var alert = await queue.EnterAsync(isAlert: true, Token);

        Assert.Null(tooMany);
        Assert.NotNull(alert);
        Assert.All(waiting, static turn => Assert.False(turn.IsCompleted));
        Assert.Equal(3, queue.Waiting);
        foreach (var turn in working)
            turn!.Dispose();
        foreach (var turn in await Task.WhenAll(waiting[..2]))
            turn!.Dispose();
        (await waiting[2])!.Dispose();
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task Enter_LineOfAlertsIsFull_AsksThemToComeAgainToo()
    {
        using var queue = new IntakeQueue(Options.Create(new IntakeOptions { BatchesAtOnce = 1, BatchesWaitingMax = 2 }));
        var working = await queue.EnterAsync(isAlert: true, Token);
        var waiting = Enumerable.Range(0, 2).Select(_ => queue.EnterAsync(isAlert: true, Token).AsTask()).ToArray();

        Assert.Null(await queue.EnterAsync(isAlert: true, Token));
        using (var other = await queue.EnterAsync(isAlert: false, Token))
            Assert.NotNull(other);

        working!.Dispose();
        (await waiting[0])!.Dispose();
        (await waiting[1])!.Dispose();
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task Enter_CallEndsWhileItWaits_LeavesTheLine()
    {
        using var queue = new IntakeQueue(Options.Create(new IntakeOptions { BatchesAtOnce = 1, BatchesWaitingMax = 1 }));
        using var working = await queue.EnterAsync(isAlert: false, Token);
        using var ending = new CancellationTokenSource();
        var waiting = queue.EnterAsync(isAlert: false, ending.Token).AsTask();

        await ending.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, queue.Waiting);
    }
}
