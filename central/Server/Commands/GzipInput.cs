using System.Buffers.Binary;
using System.IO.Compression;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>
/// What a gzip file holds, to its end: a file that was cut off is refused, where the library alone would give a shorter list
/// without a word. RFC 1952 §2.3.1: the last four bytes are the length of the contents.
/// </summary>
internal sealed class GzipInput : ForwardStream
{
    private readonly Tail _file;
    private readonly GZipStream _contents;
    private long _length;

    internal GzipInput(Stream file)
    {
        _file = new Tail(file);
        _contents = new GZipStream(_file, CompressionMode.Decompress);
    }

    /// <exception cref="InvalidDataException">The file ends too early, or is no gzip file.</exception>
    public override int Read(Span<byte> buffer)
    {
        var count = _contents.Read(buffer);
        _length += count;
        if (count == 0 && !buffer.IsEmpty && _file.LastWord != unchecked((uint)_length))
            throw new InvalidDataException("The gzip file is cut off, or is several in one. Fetch it again, or unpack it first.");
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _contents.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Passes a file on and keeps its last four bytes.</summary>
    private sealed class Tail(Stream file) : ForwardStream
    {
        private readonly byte[] _last = new byte[4];

        internal uint LastWord => BinaryPrimitives.ReadUInt32LittleEndian(_last);

        public override int Read(Span<byte> buffer)
        {
            var count = file.Read(buffer);
            foreach (var value in buffer[Math.Max(0, count - _last.Length)..count])
            {
                _last.AsSpan(1).CopyTo(_last);
                _last[^1] = value;
            }

            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>A stream that is read from its beginning to its end, and nothing else.</summary>
internal abstract class ForwardStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
