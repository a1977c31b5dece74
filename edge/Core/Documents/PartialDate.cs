using System.Globalization;

namespace EdgeCheckpoint.Documents;

/// <summary>
/// A date of which the day, or month and day, or everything may be unknown. Doc 9303-3 §4.8 allows travel documents
/// to leave parts of a date of birth unknown; lists often give a year alone. Unknown is a state, not 1 January.
/// </summary>
/// <remarks>The default value is <see cref="Unknown"/>. Immutable and safe for parallel use.</remarks>
public readonly record struct PartialDate : IComparable<PartialDate>
{
    private PartialDate(short year, byte month, byte day) => (Year, Month, Day) = (year, month, day);

    /// <summary>Nothing is known.</summary>
    public static PartialDate Unknown => default;

    /// <summary>Year, 1 to 9999; 0 when unknown.</summary>
    public short Year { get; }

    /// <summary>Month, 1 to 12; 0 when unknown.</summary>
    public byte Month { get; }

    /// <summary>Day, 1 to 31; 0 when unknown. Known only when the month is.</summary>
    public byte Day { get; }

    /// <summary>True when at least the year is known.</summary>
    public bool HasYear => Year != 0;

    /// <summary>True when year, month and day are known.</summary>
    public bool IsComplete => Day != 0;

    /// <summary>Makes a date from its parts.</summary>
    /// <param name="year">0 (unknown) to 9999.</param>
    /// <param name="month">0 (unknown) to 12; must be 0 when the year is.</param>
    /// <param name="day">0 (unknown) to the length of the month; must be 0 when the month is.</param>
    /// <param name="date">The date; <see cref="Unknown"/> when the method returns false.</param>
    /// <returns>False when the parts do not make a date.</returns>
    public static bool TryCreate(int year, int month, int day, out PartialDate date)
    {
        date = default;
        if (year is < 0 or > 9999 || month is < 0 or > 12 || day < 0)
            return false;
        if ((year == 0 && month != 0) || (month == 0 && day != 0))
            return false;
        if (month != 0 && day > DateTime.DaysInMonth(year, month))
            return false;
        date = new PartialDate((short)year, (byte)month, (byte)day);
        return true;
    }

    /// <summary>A complete date.</summary>
    public static PartialDate From(DateOnly date) => new((short)date.Year, (byte)date.Month, (byte)date.Day);

    /// <summary>Reads <c>YYYY</c>, <c>YYYY-MM</c> or <c>YYYY-MM-DD</c>; unknown parts may be <c>XX</c>, <c>??</c> or 00.</summary>
    /// <returns>False when the text has another shape or names no date.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out PartialDate date)
    {
        date = default;
        text = text.Trim();
        if (text.Length is not (4 or 7 or 10))
            return false;
        if (text.Length >= 7 && text[4] != '-' || text.Length == 10 && text[7] != '-')
            return false;
        return TryPart(text[..4], out var year)
            && TryPart(text.Length >= 7 ? text[5..7] : default, out var month)
            && TryPart(text.Length == 10 ? text[8..10] : default, out var day)
            && TryCreate(year, month, day, out date);
    }

    /// <summary>First day the date may mean; null when the year is unknown.</summary>
    public DateOnly? Earliest() => HasYear ? new DateOnly(Year, Math.Max(1, (int)Month), Math.Max(1, (int)Day)) : null;

    /// <summary>Last day the date may mean; null when the year is unknown.</summary>
    public DateOnly? Latest()
    {
        if (!HasYear)
            return null;
        var month = Month == 0 ? 12 : Month;
        return new DateOnly(Year, month, Day == 0 ? DateTime.DaysInMonth(Year, month) : Day);
    }

    /// <summary>True when every day the date may mean lies before the day given; false when the year is unknown.</summary>
    public bool IsBefore(DateOnly day) => Latest() < day;

    /// <summary>True when every day the date may mean lies after the day given; false when the year is unknown.</summary>
    public bool IsAfter(DateOnly day) => Earliest() > day;

    /// <summary>Orders by year, month, day; unknown parts come first.</summary>
    public int CompareTo(PartialDate other) =>
        Year != other.Year ? Year.CompareTo(other.Year)
        : Month != other.Month ? Month.CompareTo(other.Month)
        : Day.CompareTo(other.Day);

    /// <summary><c>1974-08-12</c>, <c>1974-08</c>, <c>1974</c>, or an empty text when nothing is known.</summary>
    public override string ToString() =>
        !HasYear ? ""
        : Month == 0 ? Year.ToString("0000", CultureInfo.InvariantCulture)
        : Day == 0 ? string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}-{Day:00}");

    public static bool operator <(PartialDate left, PartialDate right) => left.CompareTo(right) < 0;

    public static bool operator <=(PartialDate left, PartialDate right) => left.CompareTo(right) <= 0;

    public static bool operator >(PartialDate left, PartialDate right) => left.CompareTo(right) > 0;

    public static bool operator >=(PartialDate left, PartialDate right) => left.CompareTo(right) >= 0;

    private static bool TryPart(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        if (text.IsEmpty || text is "XX" or "??" or "XXXX" or "????")
            return true;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
