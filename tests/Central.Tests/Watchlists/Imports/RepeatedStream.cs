namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>One byte again and again after a beginning, as long as asked, without holding it.</summary>
internal sealed class RepeatedStream(byte value, long length, string beginning = "") : Stream
{
    private long _given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _given;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var given = (int)Math.Min(count, length - _given);
        for (var i = 0; i < given; i++)
            buffer[offset + i] = _given + i < beginning.Length ? (byte)beginning[(int)(_given + i)] : value;
        _given += given;
        return given;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
