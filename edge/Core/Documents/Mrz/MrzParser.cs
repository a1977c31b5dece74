using System.Collections.Immutable;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// Reads machine readable zones: TD1, TD2, TD3, both visas, and the old French identity card (Doc 9303-3 to -7).
/// </summary>
public static class MrzParser
{
    /// <summary>Reads the lines of one zone. Never throws, whatever the lines hold.</summary>
    /// <param name="lines">The lines as a reader delivered them, upper case; null and null elements count as
    /// empty.</param>
    /// <param name="inspectionDate">Day of the inspection: tells the century of dates and whether the document
    /// expired.</param>
    /// <returns>Always a reading; lines that fit no layout give one of <see cref="MrzFormat.Unknown"/>
    /// format.</returns>
    public static MrzReading Parse(IReadOnlyList<string> lines, DateOnly inspectionDate)
    {
        var kept = Copy(lines);
        var layout = MrzLayout.Find(kept.AsSpan());
        return layout is null ? Unknown(kept) : new MrzFieldReader(layout, kept, inspectionDate).Read();
    }

    private static ImmutableArray<string> Copy(IReadOnlyList<string>? lines)
    {
        if (lines is null)
            return [];
        var copy = ImmutableArray.CreateBuilder<string>(lines.Count);
        foreach (var line in lines)
            copy.Add(line ?? "");
        return copy.DrainToImmutable();
    }

    private static MrzReading Unknown(ImmutableArray<string> lines) => new()
    {
        Format = MrzFormat.Unknown,
        Lines = lines,
        Problems =
        [
            new MrzProblem(
                MrzProblemCode.UnknownFormat, MrzField.Zone, 0, 0,
                "Number or length of the lines fits no travel document."),
        ],
    };
}
