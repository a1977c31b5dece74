namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// One opening of a reader: bytes in, scans out, until the line is gone or the reading is cancelled.
/// </summary>
/// <remarks>
/// There is never more than one pending read, and it outlives an idle time-out: cancelling it would risk bytes that are
/// on their way. Reads of SerialPort end with an exception or zero bytes when the cable is pulled, while its IsOpen
/// stays true. Bytes go to the framer one by one and a scan is handed on before the next byte is taken, so that a
/// babbling reader waits on its line, not in memory here.
/// </remarks>
internal sealed class ReaderConnection(Stream stream, MrzFramer framer, TimeProvider time, IReaderTap? tap = null)
{
    private readonly byte[] _buffer = new byte[256];
    private int _start;
    private int _end;
    private long _arrival;
    private Task<int>? _read;

    /// <summary>The next scan; null when the reader is gone or the token is cancelled.</summary>
    public async Task<DocumentScan?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (framer.TryTake(out var scan))
                return scan;
            if (_start < _end)
            {
                PushOne();
                continue;
            }

            try
            {
                _read ??= stream.ReadAsync(_buffer, cancellationToken).AsTask();
                if (framer.IsPending && !await CompletesInTimeAsync(_read, framer.SilenceLimit, cancellationToken))
                {
                    framer.OnIdle();
                    if (!framer.HasCompleted)
                        tap?.Silence();
                    continue;
                }

                var count = await _read;
                _read = null;
                if (count == 0)
                    return null;
                (_start, _end, _arrival) = (0, count, time.GetTimestamp());
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
    /// Exceptions by which System.IO.Ports and input devices say that they are missing or were pulled out (measured).
    /// </summary>
    public static bool IsGone(Exception? exception) => exception is
        IOException or ObjectDisposedException or UnauthorizedAccessException or InvalidOperationException
        or TimeoutException or OperationCanceledException { CancellationToken.IsCancellationRequested: false };

    private void PushOne()
    {
        tap?.Take(_buffer[_start]);
        framer.Push(_buffer.AsSpan(_start, 1), _arrival);
        _buffer[_start++] = 0;
    }

    /// <summary>False when the line stays silent for the time given.</summary>
    private async Task<bool> CompletesInTimeAsync(Task read, TimeSpan silence, CancellationToken cancellationToken)
    {
        if (read.IsCompleted)
            return true;
        // The timer is ended with the read; it would else stay until it fires.
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var idle = Task.Delay(silence, time, timer.Token);
        var first = await Task.WhenAny(read, idle);
        await timer.CancelAsync();
        return first == read || cancellationToken.IsCancellationRequested;
    }
}
