using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// What the link carries, as measured: from it follow how long a call may take and how large a batch may be. A batch is as large as
/// about ten seconds of the link, so that an alert never waits behind half a minute of crossings; an expired call halves it.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class LinkPace(SyncOptions options)
{
    /// <summary>Smallest batch, in bytes: three records or so, less than which is all overhead.</summary>
    internal const int BatchBytesMin = 2 * 1024;

    /// <summary>How long a batch should take on this link.</summary>
    private static readonly TimeSpan BatchDuration = TimeSpan.FromSeconds(10);

    /// <summary>How many times what is expected a call may take before it is given up.</summary>
    private const double Patience = 4;

    /// <summary>Weight of the newest measurement.</summary>
    private const double Newest = 0.3;

    /// <summary>Calls below this say how long a round trip takes, calls above it how much the link carries.</summary>
    private const int ProbeBytes = 1024;

    private readonly Lock _gate = new();
    private double _bytesPerSecond;
    private double _roundTripSeconds;
    private int _batchBytes = RecordBatch.BytesMax;

    /// <summary>Most payload bytes of the next batch.</summary>
    internal int BatchBytes
    {
        get
        {
            lock (_gate)
                return _batchBytes;
        }
    }

    /// <summary>Bytes a second; 0 while nothing is known.</summary>
    internal double BytesPerSecond
    {
        get
        {
            lock (_gate)
                return _bytesPerSecond;
        }
    }

    /// <summary>How long a call that carries so many bytes may take.</summary>
    internal TimeSpan Deadline(int bytes)
    {
        lock (_gate)
        {
            // Of a link that is not known yet the slowest is assumed that is still worth a call.
            var carrying = _bytesPerSecond > 0 ? bytes / _bytesPerSecond : bytes / (RecordBatch.BytesMax / options.CallSecondsMax);
            var seconds = Patience * (_roundTripSeconds + carrying);
            return TimeSpan.FromSeconds(Math.Clamp(seconds, options.CallSecondsMin, options.CallSecondsMax));
        }
    }

    /// <summary>A call that carried so many bytes was answered.</summary>
    internal void Answered(int bytes, TimeSpan elapsed)
    {
        var seconds = Math.Max(elapsed.TotalSeconds, 0.001);
        lock (_gate)
        {
            if (bytes < ProbeBytes)
            {
                _roundTripSeconds = Blend(_roundTripSeconds, seconds);
                return;
            }

            // A round trip that was measured while others were under way is too long: at least half of the time was carrying.
            _bytesPerSecond = Blend(_bytesPerSecond, bytes / Math.Max(seconds - _roundTripSeconds, seconds / 2));

            // One step at a time: a link that was fast once is not yet fast.
            var fitting = Math.Min(_bytesPerSecond * BatchDuration.TotalSeconds, RecordBatch.BytesMax);
            _batchBytes = (int)Math.Clamp(Math.Min(fitting, 2.0 * _batchBytes), BatchBytesMin, RecordBatch.BytesMax);
        }
    }

    /// <summary>A call that carried so many bytes was given up after this time.</summary>
    internal void Expired(int bytes, TimeSpan deadline)
    {
        if (bytes < ProbeBytes)
            return;
        lock (_gate)
        {
            _batchBytes = Math.Max(BatchBytesMin, _batchBytes / 2);
            var atMost = bytes / deadline.TotalSeconds;
            _bytesPerSecond = _bytesPerSecond > 0 ? Math.Min(_bytesPerSecond / 2, atMost) : atMost;
        }
    }

    private static double Blend(double known, double measured) => known > 0 ? (known * (1 - Newest)) + (measured * Newest) : measured;
}
