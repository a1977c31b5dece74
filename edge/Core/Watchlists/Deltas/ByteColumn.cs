namespace EdgeCheckpoint.Watchlists.Deltas;

/// <summary>
/// Many values that belong together, in the way of three that a compressor does best with: plain (lengths, then bytes), fixed (one
/// length; all first bytes, all second bytes: dates and numbers), or shared (how much each has of the one before, then the
/// rest: sorted identifiers).
/// </summary>
internal static class ByteColumn
{
    private const uint Plain = 0;
    private const uint Fixed = 1;
    private const uint Shared = 2;

    /// <summary>Longer values of one length are texts that happen to be as long.</summary>
    private const int FixedLengthMax = 8;

    /// <summary>An array and the reference to it.</summary>
    internal const int BytesPerValue = 40;

    internal static void Write(PackedWriter output, ReadOnlySpan<byte[]> values)
    {
        output.Number((uint)values.Length);
        if (values.IsEmpty)
            return;
        if (IsFixed(values))
            WriteFixed(output, values);
        else if (SavesByShared(values))
            WriteShared(output, values);
        else
            WritePlain(output, values);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">Stands before it; damaged afterwards when it is no such thing.</param>
    /// <param name="budget">Bytes of memory that values may still take, their own and those of an array for each: few bytes can
    /// ask for many by sharing.</param>
    internal static byte[][] Read(ref PackedReader reader, ref long budget)
    {
        // A value of no bytes takes its length in the plain and the shared way, and none in the fixed one, which has no such values.
        var count = reader.Count(int.MaxValue);
        if (count == 0)
            return [];
        if ((budget -= count * (long)BytesPerValue) < 0)
        {
            reader.Damage();
            return [];
        }

        var values = new byte[count][];
        switch (reader.Number())
        {
            case Fixed:
                ReadFixed(ref reader, values);
                break;
            case Shared:
                ReadShared(ref reader, values, ref budget);
                break;
            case Plain:
                ReadPlain(ref reader, values);
                break;
            default:
                reader.Damage();
                break;
        }

        return reader.IsDamaged ? [] : values;
    }

    private static bool IsFixed(ReadOnlySpan<byte[]> values)
    {
        var length = values[0].Length;
        if (length is 0 or > FixedLengthMax)
            return false;
        foreach (var value in values)
        {
            if (value.Length != length)
                return false;
        }

        return true;
    }

    /// <summary>True when a third of all bytes stand in the value before.</summary>
    private static bool SavesByShared(ReadOnlySpan<byte[]> values)
    {
        long bytes = values[0].Length, shared = 0;
        for (var i = 1; i < values.Length; i++)
        {
            bytes += values[i].Length;
            shared += values[i - 1].AsSpan().CommonPrefixLength(values[i]);
        }

        return shared * 3 > bytes;
    }

    private static void WriteFixed(PackedWriter output, ReadOnlySpan<byte[]> values)
    {
        var length = values[0].Length;
        output.Number(Fixed).Number((uint)length);
        var turned = new byte[values.Length * length];
        for (var i = 0; i < values.Length; i++)
        {
            for (var place = 0; place < length; place++)
                turned[(place * values.Length) + i] = values[i][place];
        }

        output.Bytes(turned);
    }

    private static void ReadFixed(ref PackedReader reader, byte[][] values)
    {
        var length = reader.Number();
        var turned = reader.Bytes();
        if (length is 0 or > FixedLengthMax || turned.Length != values.Length * (long)length)
        {
            reader.Damage();
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = new byte[length];
            for (var place = 0; place < (int)length; place++)
                values[i][place] = turned[(place * values.Length) + i];
        }
    }

    private static void WriteShared(PackedWriter output, ReadOnlySpan<byte[]> values)
    {
        output.Number(Shared);
        var rest = new PackedWriter();
        ReadOnlySpan<byte> before = [];
        foreach (var value in values)
        {
            var shared = before.CommonPrefixLength(value);
            output.Number((uint)shared);
            rest.Bytes(value.AsSpan(shared));
            before = value;
        }

        output.Bytes(rest.Written);
    }

    private static void ReadShared(ref PackedReader reader, byte[][] values, ref long budget)
    {
        var shared = new uint[values.Length];
        for (var i = 0; i < values.Length; i++)
            shared[i] = reader.Number();
        var rest = new PackedReader(reader.Bytes());
        byte[] before = [];
        for (var i = 0; i < values.Length && !reader.IsDamaged; i++)
        {
            var tail = rest.Bytes();
            if (rest.IsDamaged || shared[i] > (uint)before.Length || (budget -= shared[i]) < 0)
            {
                reader.Damage();
                return;
            }

            values[i] = before = [.. before.AsSpan(0, (int)shared[i]), .. tail];
        }

        if (!rest.IsAtEnd)
            reader.Damage();
    }

    private static void WritePlain(PackedWriter output, ReadOnlySpan<byte[]> values)
    {
        output.Number(Plain);
        var bytes = new byte[values.ToArray().Sum(static value => value.Length)];
        var at = 0;
        foreach (var value in values)
        {
            output.Number((uint)value.Length);
            value.CopyTo(bytes, at);
            at += value.Length;
        }

        output.Bytes(bytes);
    }

    private static void ReadPlain(ref PackedReader reader, byte[][] values)
    {
        var lengths = new uint[values.Length];
        for (var i = 0; i < values.Length; i++)
            lengths[i] = reader.Number();
        var bytes = new PackedReader(reader.Bytes());
        for (var i = 0; i < values.Length; i++)
            values[i] = bytes.Bytes(lengths[i]).ToArray();
        if (bytes.IsDamaged || !bytes.IsAtEnd)
            reader.Damage();
    }
}
