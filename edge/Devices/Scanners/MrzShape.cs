using System.Diagnostics.CodeAnalysis;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>
/// Numbers and lengths of lines that make up a whole zone: 3 of 30, 2 of 36, 2 of 44 (Doc 9303-4 to -7).
/// </summary>
internal static class MrzShape
{
    private static readonly (int LineCount, int LineLength)[] Shapes = [(3, 30), (2, 36), (2, 44)];

    public static bool IsComplete(List<string> lines)
    {
        foreach (var (lineCount, lineLength) in Shapes)
        {
            if (lines.Count == lineCount && AllHaveLength(lines, lineLength))
                return true;
        }

        return false;
    }

    /// <summary>
    /// True when an unfinished last line of this length completes the zone. Joined lines are never complete before
    /// their end: 72 characters may grow to 88, 88 to 90, and 90 may be the beginning of noise.
    /// </summary>
    public static bool IsCompletedBy(List<string> lines, int lastLength)
    {
        foreach (var (lineCount, lineLength) in Shapes)
        {
            if (lines.Count == lineCount - 1 && lastLength == lineLength && AllHaveLength(lines, lineLength))
                return true;
        }

        return false;
    }

    /// <summary>Cuts joined lines of 90, 72 or 88 characters.</summary>
    public static bool TrySplit(string joined, [NotNullWhen(true)] out string[]? lines)
    {
        lines = null;
        foreach (var (lineCount, lineLength) in Shapes)
        {
            if (joined.Length != lineCount * lineLength)
                continue;
            lines = new string[lineCount];
            for (var index = 0; index < lineCount; index++)
                lines[index] = joined.Substring(index * lineLength, lineLength);
            return true;
        }

        return false;
    }

    private static bool AllHaveLength(List<string> lines, int length)
    {
        foreach (var line in lines)
        {
            if (line.Length != length)
                return false;
        }

        return true;
    }
}
