using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// Keeps one reader open for as long as it is enumerated, whatever kind of device it is: opens it, reads, and opens it
/// again when it was pulled out. The kinds differ in how they are opened and in nothing else.
/// </summary>
internal sealed class ReaderSupervisor
{
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly Func<OpenedLine>? _open;
    private readonly ReaderProfile _profile;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IReaderTap? _tap;
    private readonly HealthCell _health;
    private readonly NoiseGate _gate;
    private readonly ResiliencePipeline _reopening;
    private int _isRunning;

    /// <param name="path">What the reader is known by on screens and in logs.</param>
    /// <param name="open">Opens it; null when none is fitted. Trouble is any exception of <see cref="ReaderConnection.IsGone"/>.</param>
    public ReaderSupervisor(
        string path, Func<OpenedLine>? open, ReaderProfile profile, TimeProvider time, ILogger log, IReaderTap? tap)
    {
        (_path, _open, _profile, _time, _log, _tap) = (path, open, profile, time, log, tap);
        _health = open is null
            ? new HealthCell(time, DeviceState.NotFitted, "No reader is configured")
            : new HealthCell(time, DeviceState.Attention, "Reader has not been opened yet");
        _gate = new NoiseGate(time);
        _reopening = Reopening(time);
    }

    public DeviceHealth Health => _health.Current;

    public async IAsyncEnumerable<DocumentScan> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            throw new InvalidOperationException("The reader is being read already.");
        try
        {
            // 1. Open, however long it takes. 2. Read until the reader is gone. 3. From the beginning.
            var framer = new MrzFramer(_profile);
            while (await OpenAsync(cancellationToken) is { } line)
            {
                using (line)
                {
                    var connection = new ReaderConnection(line.Stream, framer, _time, _tap);
                    while (await connection.NextAsync(cancellationToken) is { } scan)
                    {
                        Log.ScanReceived(_log, scan.Lines.Length, Length(scan), scan.Problem);
                        if (Admits(scan))
                            yield return scan;
                    }
                }

                framer.Reset();
                if (cancellationToken.IsCancellationRequested)
                    break;
                if (MarkMissing(null))
                    Log.ReaderGone(_log, _path);
                // A reader that opens and fails at once would else keep a core busy.
                await Task.Delay(FirstRetryDelay, _time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    /// <summary>An open reader; null when cancelled.</summary>
    private async Task<OpenedLine?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_open is null)
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
            var line = await _reopening.ExecuteAsync(_ => ValueTask.FromResult(_open!()), cancellationToken);
            _health.Set(DeviceState.Ok);
            Log.ReaderOpened(_log, _path, _profile.Name);
            return line;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private ResiliencePipeline Reopening(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(ReaderConnection.IsGone(arguments.Outcome.Exception)),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstRetryDelay,
                MaxDelay = LongestRetryDelay,
                OnRetry = arguments =>
                {
                    if (MarkMissing(arguments.Outcome.Exception))
                        Log.ReaderMissing(_log, _path, _health.Current.Detail);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    /// <summary>Each scan is journalled, so a babbling reader would fill the card and hold up the documents between.</summary>
    private bool Admits(DocumentScan scan)
    {
        if (_gate.Admits(scan.Problem))
        {
            if (scan.Problem == ScanProblem.None)
                _health.Set(DeviceState.Ok);
            return true;
        }

        if (_health.Set(DeviceState.Attention, $"Reader at {_path} sends noise, which is dropped: check its speed, parity, layout and profile"))
            Log.ReaderNoisy(_log, _path);
        return false;
    }

    private bool MarkMissing(Exception? exception) => _health.Set(
        DeviceState.Failed,
        exception is ReaderUnavailableException ? exception.Message : $"Reader at {_path} is unplugged or missing");

    private static int Length(DocumentScan scan)
    {
        var length = 0;
        foreach (var line in scan.Lines)
            length += line.Length;
        return length;
    }
}
