namespace EdgeCheckpoint.Edge.Tests.Devices;

/// <summary>Awaits events with a bound, so that a bug ends a test with a message instead of hanging the run.</summary>
internal static class TestDeadline
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task<T> WithinAsync<T>(Task<T> task) =>
        task.WaitAsync(Limit, TimeProvider.System, TestContext.Current.CancellationToken);

    public static Task WithinAsync(Task task) =>
        task.WaitAsync(Limit, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>The next element; fails when the sequence ends or the limit passes.</summary>
    public static async Task<T> NextAsync<T>(IAsyncEnumerator<T> sequence)
    {
        Assert.True(await WithinAsync(sequence.MoveNextAsync().AsTask()));
        return sequence.Current;
    }
}
