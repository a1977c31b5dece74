using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EdgeCheckpoint.Records;

/// <summary>
/// Writes canonical bytes: a four-byte mark, then fields of (tag: u16, length: u32, value), little-endian, tags strictly
/// rising, absent fields left out. One meaning has one encoding, so the bytes can be hashed and signed as they are.
/// </summary>
/// <remarks>
/// Tags are never reused and never change their type. A reader keeps fields it does not know, because it never writes
/// a record again.
/// </remarks>
public sealed class CanonicalWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private int _lastTag = -1;

    /// <summary>Begins with the mark of the format, such as "ECR" and a version byte.</summary>
    /// <param name="mark">Exactly four bytes.</param>
    public CanonicalWriter(ReadOnlySpan<byte> mark)
    {
        if (mark.Length != CanonicalReader.MarkLength)
            throw new ArgumentException("A mark has four bytes.", nameof(mark));
        _buffer.Write(mark);
    }

    public CanonicalWriter Bytes(ushort tag, ReadOnlySpan<byte> value)
    {
        if (tag <= _lastTag)
            throw new InvalidOperationException($"Tag {tag} after tag {_lastTag}: tags rise.");
        _lastTag = tag;
        var prefix = _buffer.GetSpan(6);
        BinaryPrimitives.WriteUInt16LittleEndian(prefix, tag);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix[2..], (uint)value.Length);
        _buffer.Advance(6);
        _buffer.Write(value);
        return this;
    }

    public CanonicalWriter Text(ushort tag, string value) => Bytes(tag, Encoding.UTF8.GetBytes(value));

    /// <summary>Leaves the field out when the text is null or empty.</summary>
    public CanonicalWriter OptionalText(ushort tag, string? value) => string.IsNullOrEmpty(value) ? this : Text(tag, value);

    public CanonicalWriter Byte(ushort tag, byte value) => Bytes(tag, [value]);

    public CanonicalWriter UInt16(ushort tag, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return Bytes(tag, bytes);
    }

    public CanonicalWriter UInt32(ushort tag, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Bytes(tag, bytes);
    }

    public CanonicalWriter Int64(ushort tag, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Bytes(tag, bytes);
    }

    public CanonicalWriter UInt64(ushort tag, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Bytes(tag, bytes);
    }

    /// <summary>Sixteen bytes in the order in which a Guid is written as text.</summary>
    public CanonicalWriter Guid(ushort tag, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bytes(tag, bytes);
    }

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();
}
