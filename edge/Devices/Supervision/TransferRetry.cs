using Polly;
using Polly.Retry;

namespace EdgeCheckpoint.Devices.Supervision;

/// <summary>
/// Tries a transfer on a bus again at once: errno 121 and 110 come and go on long wires, and a moment later all is well. A chip that is another than
/// configured is not tried again.
/// </summary>
internal static class TransferRetry
{
    private const int RetriesMax = 3;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    public static ResiliencePipeline Create(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is IOException and not DeviceUnavailableException),
                MaxRetryAttempts = RetriesMax,
                Delay = Delay,
            })
            .Build();

    /// <summary>The same for what waits for nothing itself.</summary>
    public static ValueTask<T> RunAsync<T>(this ResiliencePipeline pipeline, Func<T> transfer, CancellationToken cancellationToken) =>
        pipeline.ExecuteAsync(_ => ValueTask.FromResult(transfer()), cancellationToken);
}
