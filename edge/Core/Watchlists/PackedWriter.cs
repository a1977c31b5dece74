using System.Buffers;
using System.Text;

namespace EdgeCheckpoint.Watchlists;

/// <summary>Writes numbers in groups of seven bits and texts with their length before them.</summary>
internal sealed class PackedWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    internal ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    internal void Clear() => _buffer.ResetWrittenCount();

    internal PackedWriter Number(uint value)
    {
        var bytes = _buffer.GetSpan(5);
        var count = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[count++] = unchecked((byte)(value | 0x80));
        bytes[count++] = (byte)value;
        _buffer.Advance(count);
        return this;
    }

    internal PackedWriter Bytes(ReadOnlySpan<byte> value)
    {
        Number((uint)value.Length);
        _buffer.Write(value);
        return this;
    }

    /// <summary>Writes a text.</summary>
    /// <param name="value">As UTF-8.</param>
    /// <param name="offset">Added to its length: numbers below mean something else in this place.</param>
    internal PackedWriter Text(string value, uint offset = 0)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Number((uint)length + offset);
        Encoding.UTF8.GetBytes(value, _buffer.GetSpan(length));
        _buffer.Advance(length);
        return this;
    }
}

/// <summary>
/// Reads what <see cref="PackedWriter"/> wrote. Damage does not throw: everything after it reads as zero or empty, and
/// <see cref="IsDamaged"/> tells.
/// </summary>
internal ref struct PackedReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    internal bool IsDamaged { get; private set; }

    internal readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Bytes not read yet.</summary>
    internal readonly int Left => _rest.Length;

    internal uint Number()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (_rest.IsEmpty)
                break;
            var group = _rest[0];
            _rest = _rest[1..];
            value |= (uint)(group & 0x7F) << shift;
            if (group < 0x80)
                return value;
        }

        return Damage();
    }

    internal ReadOnlySpan<byte> Bytes() => Bytes(Number());

    internal string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>
    /// A number of things to follow. Each takes at least one byte, so damage cannot ask for millions of them; the limit is
    /// that of a list in a canonical record.
    /// </summary>
    internal int Count(int max = ushort.MaxValue)
    {
        var count = Number();
        return count <= Math.Min((uint)_rest.Length, (uint)max) ? (int)count : (int)Damage();
    }

    /// <summary>Says that what was read cannot be; nothing more is read.</summary>
    internal uint Damage()
    {
        IsDamaged = true;
        _rest = [];
        return 0;
    }

    /// <summary>Reads a section that is a count and so many pieces, each with its length before it.</summary>
    internal static bool TryReadAll(ReadOnlySpan<byte> section, out byte[][] pieces)
    {
        var reader = new PackedReader(section);
        pieces = new byte[reader.Count(int.MaxValue)][];
        for (var i = 0; i < pieces.Length; i++)
            pieces[i] = reader.Bytes().ToArray();
        return !reader.IsDamaged && reader.IsAtEnd;
    }

    /// <summary>Bytes whose number was read before.</summary>
    internal ReadOnlySpan<byte> Bytes(uint length)
    {
        if (length > (uint)_rest.Length)
        {
            Damage();
            return [];
        }

        var value = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return value;
    }
}
