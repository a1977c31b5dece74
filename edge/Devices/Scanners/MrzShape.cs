namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// Numbers and lengths of lines that make up a whole zone: 3 of 30, 2 of 36, 2 of 44 (Doc 9303-4 to -7).
/// </summary>
internal static class MrzShape
{
    private static readonly (int LineCount, int LineLength)[] Shapes = [(3, 30), (2, 36), (2, 44)];

    /// <summary>Number of lines in a zone with lines of this length; 0 for lengths no zone has.</summary>
    public static int LineCount(int lineLength)
    {
        foreach (var shape in Shapes)
        {
            if (shape.LineLength == lineLength)
                return shape.LineCount;
        }

        return 0;
    }

    public static bool IsComplete(ReadOnlySpan<string> lines)
    {
        if (lines.Length == 0 || lines.Length != LineCount(lines[0].Length))
            return false;
        foreach (var line in lines)
        {
            if (line.Length != lines[0].Length)
                return false;
        }

        return true;
    }

    /// <summary>
    /// True when the unfinished last line completes the zone. Joined lines are never complete before their end: 72
    /// characters may grow to 88, 88 to 90, and 90 may be the beginning of noise.
    /// </summary>
    public static bool IsCompleted(LineBuffer lines) =>
        lines.Count > 0 && lines.Count + 1 == LineCount(lines.UnfinishedLength) && AllHaveLength(lines, lines.UnfinishedLength);

    /// <summary>True when the lines so far, the last one ended or not, make up a zone.</summary>
    public static bool IsWhole(LineBuffer lines) =>
        IsCompleted(lines) || IsJoined(lines)
        || (lines.UnfinishedLength == 0 && lines.Count > 0 && lines.Count == LineCount(lines.Line(0).Length) && AllHaveLength(lines, lines.Line(0).Length));

    /// <summary>True when there is only one line, ended or not, and it is a whole zone joined.</summary>
    public static bool IsJoined(LineBuffer lines) => lines.Count == 1 && lines.UnfinishedLength == 0 && JoinedLineLength(lines.Length) > 0;

    /// <summary>True when whole rows have come, and fewer than a zone has: a reader of single rows may send the next one.</summary>
    public static bool AwaitsRow(LineBuffer lines)
    {
        var length = lines.Count > 0 ? lines.Line(0).Length : lines.UnfinishedLength;
        // Two rows of a card may also have come without anything between them.
        if (lines.Count == 0 && length == 60)
            return true;
        var rowCount = lines.Count + (lines.UnfinishedLength > 0 ? 1 : 0);
        return rowCount > 0 && rowCount < LineCount(length) && AllHaveLength(lines, length)
            && (lines.UnfinishedLength == 0 || lines.UnfinishedLength == length);
    }

    /// <summary>Length of the lines that make up a joined line of this length; 0 when no zone is so long.</summary>
    public static int JoinedLineLength(int length)
    {
        foreach (var shape in Shapes)
        {
            if (shape.LineCount * shape.LineLength == length)
                return shape.LineLength;
        }

        return 0;
    }

    private static bool AllHaveLength(LineBuffer lines, int length)
    {
        for (var index = 0; index < lines.Count; index++)
        {
            if (lines.Line(index).Length != length)
                return false;
        }

        return true;
    }
}
