using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class CommonNamesServiceTests : IDisposable
{
    private readonly Bench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PrepareNext_AListThatWasOpenedBefore_LooksItsCommonNamesUp()
    {
        using var service = new CommonNamesService(_bench.List);
        _bench.Install(1, [.. Enumerable.Range(0, 20).Select(static i => Bench.Entry($"uto:{i}", "VIKTOR DRAGOVAR", $"19{50 + i}-03-04"))]);

        Assert.Equal(2, await service.PrepareNextAsync(Cancel));
    }

    [Fact]
    public async Task PrepareNext_TheListIsClosedAgain_DoesNothing()
    {
        using var service = new CommonNamesService(_bench.List);
        _bench.Install(1, [.. Enumerable.Range(0, 20).Select(static i => Bench.Entry($"uto:{i}", "VIKTOR DRAGOVAR", $"19{50 + i}-03-04"))]);
        _bench.List.Close();

        Assert.Equal(0, await service.PrepareNextAsync(Cancel));
    }

    [Fact]
    public async Task PrepareNext_Stopped_EndsTheWait()
    {
        using var service = new CommonNamesService(_bench.List);
        using var stop = new CancellationTokenSource();
        var next = service.PrepareNextAsync(stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    public void Dispose() => _bench.Dispose();
}
