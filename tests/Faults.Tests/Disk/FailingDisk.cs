namespace EdgeCheckpoint.Faults.Tests.Disk;

internal enum DiskOperation
{
    Write,
    Sync,
    Truncate,
}

/// <summary>
/// Fails at one of its operations, so many times. A flush that fails loses what it should have flushed, for good, while the kernel's cache
/// goes on showing it: so Linux behaves.
/// </summary>
internal sealed class FailingDisk(int result, DiskOperation operation, int place, int times) : DiskScript
{
    private int _seen;
    private volatile bool _isOver;

    internal RecordedDisk Durable { get; } = new();

    internal bool HasFailed { get; private set; }

    /// <summary>Operations of its kind so far, since it was begun.</summary>
    internal int Seen => Volatile.Read(ref _seen);

    internal void End() => _isOver = true;

    /// <summary>Counts its places from here on.</summary>
    internal void Begin()
    {
        Volatile.Write(ref _seen, 0);
        _isOver = false;
    }

    internal override int Write(string path, long offset, ReadOnlySpan<byte> content) =>
        Fails(DiskOperation.Write) ? result : Durable.Write(path, offset, content);

    internal override int Truncate(string path, long length) => Fails(DiskOperation.Truncate) ? result : Durable.Truncate(path, length);

    internal override int Sync(string path)
    {
        if (!Fails(DiskOperation.Sync))
            return Durable.Sync(path);
        Durable.Drop(path);
        return result;
    }

    internal override void Delete(string path) => Durable.Delete(path);

    private bool Fails(DiskOperation now)
    {
        if (now != operation || _isOver)
            return false;
        var number = Interlocked.Increment(ref _seen) - 1;
        var fails = number >= place && number < place + times;
        HasFailed |= fails;
        return fails;
    }
}
