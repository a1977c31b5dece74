using System.IO.Ports;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// Reader on a serial line or USB serial port. Opens the port, reads, and opens it again when it was pulled out, for as
/// long as it is enumerated.
/// </summary>
public sealed class SerialDocumentScanner : IDocumentScanner
{
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(5);

    private readonly ScannerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SerialDocumentScanner> _log;
    private readonly HealthCell _health;
    private readonly ResiliencePipeline _reopening;
    private int _isRunning;

    public SerialDocumentScanner(ScannerOptions options, TimeProvider time, ILogger<SerialDocumentScanner> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _log = log;
        var isFitted = options.DevicePath.Length > 0;
        _health = isFitted
            ? new HealthCell(time, DeviceState.Attention, "Reader has not been opened yet")
            : new HealthCell(time, DeviceState.NotFitted, "No reader is configured");
        _reopening = Reopening(time);
    }

    /// <inheritdoc/>
    public string Name => $"Reader at {_options.DevicePath}";

    /// <inheritdoc/>
    public DeviceHealth Health => _health.Current;

    /// <inheritdoc/>
    public async IAsyncEnumerable<DocumentScan> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            throw new InvalidOperationException("The reader is being read already.");
        try
        {
            // 1. Open, however long it takes. 2. Read until the reader is gone. 3. From the beginning.
            var framer = new MrzFramer();
            while (await OpenAsync(cancellationToken) is { } port)
            {
                using (port)
                {
                    var connection = new SerialConnection(port.BaseStream, framer, _time, _options.IdleMilliseconds);
                    while (await connection.NextAsync(cancellationToken) is { } scan)
                    {
                        Log.ScanReceived(_log, scan.Lines.Length, Length(scan), scan.Problem);
                        yield return scan;
                    }
                }

                framer.Reset();
                if (cancellationToken.IsCancellationRequested)
                    break;
                if (MarkMissing())
                    Log.ReaderGone(_log, _options.DevicePath);
                // A port that opens and fails at once would else keep a core busy.
                await Task.Delay(FirstRetryDelay, _time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    /// <summary>An open port; null when cancelled.</summary>
    private async Task<SerialPort?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_options.DevicePath.Length == 0)
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
            var port = await _reopening.ExecuteAsync(_ => ValueTask.FromResult(Open()), cancellationToken);
            _health.Set(DeviceState.Ok);
            Log.ReaderOpened(_log, _options.DevicePath, _options.BaudRate);
            return port;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private SerialPort Open()
    {
        var port = new SerialPort(
            _options.DevicePath, _options.BaudRate, _options.Parity, _options.DataBits, _options.StopBits);
        try
        {
            // Touched only when configured: a pseudo terminal answers with an error.
            if (_options.DtrEnable is { } dtr)
                port.DtrEnable = dtr;
            if (_options.RtsEnable is { } rts)
                port.RtsEnable = rts;
            port.Open();
            return port;
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }

    private ResiliencePipeline Reopening(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(SerialConnection.IsGone(arguments.Outcome.Exception)),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstRetryDelay,
                MaxDelay = LongestRetryDelay,
                OnRetry = arguments =>
                {
                    if (MarkMissing())
                        Log.ReaderMissing(_log, _options.DevicePath, arguments.Outcome.Exception!.GetType().Name);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    private bool MarkMissing() =>
        _health.Set(DeviceState.Failed, $"Reader at {_options.DevicePath} is unplugged or missing");

    private static int Length(DocumentScan scan)
    {
        var length = 0;
        foreach (var line in scan.Lines)
            length += line.Length;
        return length;
    }
}
