using System.Collections.Immutable;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// Reads machine readable zones: TD1, TD2, TD3, both visas, and the old French identity card (Doc 9303-3 to -7).
/// </summary>
public static class MrzParser
{
    /// <summary>Reads the lines of one zone. Never throws, whatever the lines hold, and allocates nothing.</summary>
    /// <param name="lines">The lines as a reader delivered them, upper case; default, and null elements, count as
    /// empty.</param>
    /// <param name="inspectionDate">Day of the inspection: tells the century of dates and whether the document
    /// expired.</param>
    /// <returns>Always a reading; lines that fit no layout give one of <see cref="MrzFormat.Unknown"/>
    /// format.</returns>
    public static MrzReading Parse(ImmutableArray<string> lines, DateOnly inspectionDate)
    {
        var text = lines.AsSpan();
        if (MrzLayout.Find(text) is not { } layout)
            return new MrzReading(lines, inspectionDate, null, default);
        return new MrzReading(lines, inspectionDate, layout, new MrzFieldReader(layout, text, inspectionDate, null).Read());
    }

    /// <summary>The same for any list of lines, which is copied; null counts as empty.</summary>
    public static MrzReading Parse(IReadOnlyList<string>? lines, DateOnly inspectionDate) =>
        Parse(lines is null ? [] : lines.ToImmutableArray(), inspectionDate);
}
