using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeCheckpoint.Records;

/// <summary>
/// Reads canonical bytes (<see cref="CanonicalWriter"/>) strictly: wrong mark, tags that do not rise, a length past the
/// end or a value of the wrong length are refused. Unknown tags are skipped.
/// </summary>
public sealed class CanonicalReader
{
    public const int MarkLength = 4;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly Dictionary<ushort, Range> _fields;

    private CanonicalReader(ReadOnlyMemory<byte> bytes, Dictionary<ushort, Range> fields) =>
        (_bytes, _fields) = (bytes, fields);

    /// <summary>Checks the shape and finds the fields.</summary>
    /// <param name="bytes">Untrusted bytes.</param>
    /// <param name="mark">The mark expected in front.</param>
    /// <param name="reader">The reader; null when the method returns false.</param>
    /// <param name="problem">What is wrong and at which byte; empty when nothing is.</param>
    public static bool TryOpen(
        ReadOnlyMemory<byte> bytes,
        ReadOnlySpan<byte> mark,
        [NotNullWhen(true)] out CanonicalReader? reader,
        out string problem)
    {
        reader = null;
        var span = bytes.Span;
        if (span.Length < MarkLength || !span[..MarkLength].SequenceEqual(mark))
        {
            problem = "the mark at byte 0 is not that of this format and version";
            return false;
        }

        var fields = new Dictionary<ushort, Range>();
        var position = MarkLength;
        var lastTag = -1;
        while (position < span.Length)
        {
            if (span.Length - position < 6)
            {
                problem = $"cut off at byte {position}";
                return false;
            }

            var tag = BinaryPrimitives.ReadUInt16LittleEndian(span[position..]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(span[(position + 2)..]);
            if (tag <= lastTag)
            {
                problem = $"tag {tag} at byte {position} does not rise";
                return false;
            }

            position += 6;
            if (length > (uint)(span.Length - position))
            {
                problem = $"tag {tag} reaches past the end";
                return false;
            }

            fields.Add(tag, position..(position + (int)length));
            position += (int)length;
            lastTag = tag;
        }

        reader = new CanonicalReader(bytes, fields);
        problem = "";
        return true;
    }

    public bool Has(ushort tag) => _fields.ContainsKey(tag);

    /// <summary>Fields at this tag and above; shows whether a numbered list was read to its end or has a gap.</summary>
    public int CountFrom(ushort tag) => _fields.Keys.Count(field => field >= tag);

    /// <summary>True when the field is absent or has this length: an optional field is never passed over for its shape.</summary>
    public bool IsAbsentOr(ushort tag, int length) => !_fields.ContainsKey(tag) || TryBytes(tag, length, out _);

    public bool TryBytes(ushort tag, out ReadOnlyMemory<byte> value)
    {
        var found = _fields.TryGetValue(tag, out var range);
        value = found ? _bytes[range] : default;
        return found;
    }

    /// <summary>A field of exactly this length; false when it is absent or has another.</summary>
    public bool TryBytes(ushort tag, int length, out ReadOnlyMemory<byte> value) =>
        TryBytes(tag, out value) && value.Length == length;

    /// <summary>Text; empty when the field is absent. Invalid UTF-8 becomes replacement characters.</summary>
    public string Text(ushort tag) => TryBytes(tag, out var value) ? Encoding.UTF8.GetString(value.Span) : "";

    public bool TryByte(ushort tag, out byte value)
    {
        var found = TryBytes(tag, 1, out var bytes);
        value = found ? bytes.Span[0] : default;
        return found;
    }

    public bool TryUInt16(ushort tag, out ushort value)
    {
        var found = TryBytes(tag, 2, out var bytes);
        value = found ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.Span) : default;
        return found;
    }

    public bool TryUInt32(ushort tag, out uint value)
    {
        var found = TryBytes(tag, 4, out var bytes);
        value = found ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span) : default;
        return found;
    }

    public bool TryInt64(ushort tag, out long value)
    {
        var found = TryBytes(tag, 8, out var bytes);
        value = found ? BinaryPrimitives.ReadInt64LittleEndian(bytes.Span) : default;
        return found;
    }

    public bool TryUInt64(ushort tag, out ulong value)
    {
        var found = TryBytes(tag, 8, out var bytes);
        value = found ? BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span) : default;
        return found;
    }

    public bool TryGuid(ushort tag, out Guid value)
    {
        var found = TryBytes(tag, 16, out var bytes);
        value = found ? new Guid(bytes.Span, bigEndian: true) : default;
        return found;
    }
}
