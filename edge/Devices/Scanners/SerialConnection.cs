namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// One opening of a serial line: bytes in, scans out, until the line is gone or the reading is cancelled.
/// </summary>
/// <remarks>
/// There is never more than one pending read, and it outlives an idle time-out: cancelling it would risk bytes that are
/// on their way. Reads of SerialPort end with an exception or zero bytes when the cable is pulled, while its IsOpen
/// stays true.
/// </remarks>
internal sealed class SerialConnection(Stream stream, MrzFramer framer, TimeProvider time, int idleMilliseconds)
{
    private readonly byte[] _buffer = new byte[256];
    private Task<int>? _read;

    /// <summary>The next scan; null when the reader is gone or the token is cancelled.</summary>
    public async Task<DocumentScan?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (framer.TryTake(out var scan))
                return scan;
            try
            {
                _read ??= stream.ReadAsync(_buffer, cancellationToken).AsTask();
                if (framer.IsPending && !await CompletesInTimeAsync(_read, cancellationToken))
                {
                    framer.OnIdle();
                    continue;
                }

                var count = await _read;
                _read = null;
                if (count == 0)
                    return null;
                framer.Push(_buffer.AsSpan(0, count), time.GetTimestamp());
                Array.Clear(_buffer, 0, count);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception exception) when (IsGone(exception) || cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// Exceptions by which System.IO.Ports says that a device is missing or was pulled out (measured).
    /// </summary>
    public static bool IsGone(Exception? exception) => exception is
        IOException or ObjectDisposedException or UnauthorizedAccessException or InvalidOperationException
        or TimeoutException or OperationCanceledException { CancellationToken.IsCancellationRequested: false };

    /// <summary>False when the line stays silent for the idle time.</summary>
    private async Task<bool> CompletesInTimeAsync(Task read, CancellationToken cancellationToken)
    {
        if (read.IsCompleted)
            return true;
        // The timer is ended with the read; it would else stay until it fires.
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var idle = Task.Delay(TimeSpan.FromMilliseconds(idleMilliseconds), time, timer.Token);
        var first = await Task.WhenAny(read, idle);
        await timer.CancelAsync();
        return first == read || cancellationToken.IsCancellationRequested;
    }
}
