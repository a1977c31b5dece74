namespace EdgeCheckpoint.Watchlists;

/// <summary>What a row of the register keeps of a document: which list names it, or which several, and since when.</summary>
/// <param name="ListNumber">Of the list, or of a <see cref="DocumentListGroup"/>; up to <see cref="DocumentListTerms.NumberMax"/>.</param>
/// <param name="IsDiscreet">Every list that names it asks for discretion.</param>
/// <param name="ReportedOn">Null where the list does not say, and for days that do not fit.</param>
public readonly record struct DocumentMention(ushort ListNumber, bool IsDiscreet, DateOnly? ReportedOn)
{
    private const int DayBits = 16;
    private const uint DiscreetBit = 1u << 31;

    /// <summary>Day 1; 65,535 days reach into the year 2159.</summary>
    private static readonly int DayOne = new DateOnly(1980, 1, 1).DayNumber;

    /// <summary>The payload of a row.</summary>
    public uint ToPayload()
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ListNumber, DocumentListTerms.NumberMax);
        var day = ReportedOn is { } reported ? reported.DayNumber - DayOne + 1 : 0;
        return (IsDiscreet ? DiscreetBit : 0) | ((uint)ListNumber << DayBits) | (day is > 0 and <= ushort.MaxValue ? (uint)day : 0);
    }

    /// <summary>Reads a payload; any number is one.</summary>
    public static DocumentMention FromPayload(uint payload)
    {
        var day = (int)(payload & ushort.MaxValue);
        return new DocumentMention(
            (ushort)((payload & ~DiscreetBit) >> DayBits), (payload & DiscreetBit) != 0, day == 0 ? null : DateOnly.FromDayNumber(DayOne + day - 1));
    }
}
