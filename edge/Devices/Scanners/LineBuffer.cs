namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>Where a line lies in <see cref="LineBuffer.Bytes"/>.</summary>
internal readonly record struct LineBounds(int Start, int Length);

/// <summary>The bytes of one message, cut into lines, in memory that never grows. Empty lines are not kept.</summary>
internal sealed class LineBuffer
{
    public const int BytesMax = 512;

    /// <summary>Three lines, and room to show what a reader sends that adds lines of its own.</summary>
    public const int LinesMax = 16;

    private readonly byte[] _bytes = new byte[BytesMax];
    private readonly int[] _ends = new int[LinesMax];
    private int _length;

    /// <summary>Number of ended lines.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all lines, the unfinished one included.</summary>
    public int Length => _length;

    public int UnfinishedLength => _length - UnfinishedStart;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public ReadOnlySpan<byte> Unfinished => _bytes.AsSpan(UnfinishedStart, UnfinishedLength);

    private int UnfinishedStart => Count == 0 ? 0 : _ends[Count - 1];

    public ReadOnlySpan<byte> Line(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return _bytes.AsSpan(start, _ends[index] - start);
    }

    /// <summary>Gives the place of every ended line.</summary>
    /// <returns>Their number.</returns>
    public int CopyBounds(Span<LineBounds> bounds)
    {
        for (var index = 0; index < Count; index++)
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            bounds[index] = new LineBounds(start, _ends[index] - start);
        }

        return Count;
    }

    /// <returns>False when there is no room left.</returns>
    public bool TryAdd(byte value)
    {
        if (_length == BytesMax || Count == LinesMax)
            return false;
        _bytes[_length++] = value;
        return true;
    }

    /// <summary>Puts another value in place of the last byte.</summary>
    public void ReplaceLast(byte value) => _bytes[_length - 1] = value;

    /// <summary>Takes bytes away from the end of the unfinished line.</summary>
    public void Shorten(int count)
    {
        _bytes.AsSpan(_length - count, count).Clear();
        _length -= count;
    }

    public void EndLine()
    {
        // CR and LF of one line end, and the empty lines some readers send for missing ones, are not lines.
        if (UnfinishedLength > 0)
            _ends[Count++] = _length;
    }

    public void Clear()
    {
        // The characters are personal data; they do not stay in the buffer for the next traveller.
        _bytes.AsSpan(0, _length).Clear();
        (_length, Count) = (0, 0);
    }
}
