using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace EdgeCheckpoint.Devices.Supervision;

/// <summary>
/// What all supervised devices have in common: (1) open, however long it takes, with growing waits between the tries; (2) use, until that fails;
/// (3) close, and from the beginning. Trouble is health and a line in the log once, not an exception.
/// </summary>
internal sealed class DeviceLoop
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly HealthCell _health;
    private readonly ResiliencePipeline _opening;

    public DeviceLoop(string name, HealthCell health, TimeProvider time, ILogger log)
    {
        (_name, _health, _time, _log) = (name, health, time, log);
        _opening = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = static arguments => ValueTask.FromResult(IsTrouble(arguments.Outcome.Exception)),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstWait,
                MaxDelay = LongestWait,
                OnRetry = arguments =>
                {
                    Fail(arguments.Outcome.Exception!);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Exceptions by which buses, serial lines and GPIO chips say that a device does not answer.</summary>
    public static bool IsTrouble(Exception? exception) => exception is
        IOException or UnauthorizedAccessException or ObjectDisposedException or InvalidOperationException or TimeoutException
        or Boards.BoardUnavailableException;

    /// <param name="open">Opens and identifies the device.</param>
    /// <param name="use">Uses it until it fails, by an exception of <see cref="IsTrouble"/>, or is cancelled.</param>
    public async Task RunAsync<T>(Func<CancellationToken, ValueTask<T>> open, Func<T, CancellationToken, Task> use, CancellationToken cancellationToken)
        where T : IDisposable
    {
        // Transfers block; they must not hold up whoever starts the loops.
        await Task.Yield();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var device = await _opening.ExecuteAsync(open, cancellationToken);
                await use(device, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A bug in one driver must not end its loop unnoticed, with its last state green for ever (STYLE, Errors).
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Fail(exception);
            }

            // A device that opens and fails at once would else keep a core busy.
            await Task.Delay(FirstWait, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Fail(Exception exception)
    {
        var detail = exception is DeviceUnavailableException or Boards.BoardUnavailableException
            ? exception.Message
            : $"The {_name} does not answer: check its plug, its wiring and its address";
        if (_health.Set(DeviceState.Failed, detail))
            Log.DeviceFailed(_log, _name, exception.Message);
    }
}
