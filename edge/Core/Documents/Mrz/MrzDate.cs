namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// Reads YYMMDD (Doc 9303-3 §4.8). Unknown parts are filler. The century is not in the MRZ and is inferred from the
/// date of inspection.
/// </summary>
internal static class MrzDate
{
    /// <summary>
    /// Expiry years lie from 50 before to 49 after the inspection. Nothing is valid for longer, and where a doubt is
    /// left (cards "without end" write 99) an expired reading makes the officer look, a valid one would not.
    /// </summary>
    private const int ExpiryYearsBack = 50;

    /// <param name="field">Six characters.</param>
    /// <param name="isBirth">Birth dates never lie in the future; expiry dates lie within the window above.</param>
    /// <param name="inspection">Day of the inspection.</param>
    /// <param name="date">The date; unknown when the method returns false, or when the year is filler.</param>
    /// <param name="usesZeros">True when month or day are unknown and written as zeros: a practice variant.</param>
    /// <returns>False when the characters name no date.</returns>
    public static bool TryRead(
        ReadOnlySpan<char> field, bool isBirth, DateOnly inspection, out PartialDate date, out bool usesZeros)
    {
        date = PartialDate.Unknown;
        usesZeros = false;
        if (!TryPair(field[..2], out var year)
            || !TryPair(field[2..4], out var month)
            || !TryPair(field[4..6], out var day))
        {
            return false;
        }

        usesZeros = isBirth && (month == 0 || day == 0);
        // Only a date of birth may be known in part (Doc 9303-3 §4.8); a card without expiry has filler alone.
        if (!isBirth && (month == 0 || day == 0))
            return false;
        if (!isBirth && !MrzCharacters.IsEmpty(field) && (year < 0 || month < 0 || day < 0))
            return false;
        if (month > 12 || day > 31)
            return false;
        // All zeros say nothing at all, and not the year 2000.
        if (isBirth && field is "000000")
            return true;
        // Without a year, or a day without a month, what is left says nothing a partial date can hold.
        if (year < 0)
            return true;
        var knownMonth = Math.Max(0, month);
        var knownDay = knownMonth == 0 ? 0 : Math.Max(0, day);
        return isBirth
            ? TryBirth(year, knownMonth, knownDay, inspection, out date)
            : PartialDate.TryCreate(ExpiryYear(year, inspection.Year), knownMonth, knownDay, out date);
    }

    private static bool TryBirth(int year, int month, int day, DateOnly inspection, out PartialDate date)
    {
        var fullYear = inspection.Year - inspection.Year % 100 + year;
        // In the first century there is no earlier one to choose; a clock that says so is reported as a birth to come.
        if (PartialDate.TryCreate(fullYear, month, day, out date) && (date.Earliest() <= inspection || fullYear < 100))
            return true;
        // A 29 February that this century lacks may exist in the last one, so a failure above is not final.
        return PartialDate.TryCreate(fullYear - 100, month, day, out date);
    }

    private static int ExpiryYear(int year, int inspectionYear)
    {
        var first = inspectionYear - ExpiryYearsBack;
        var candidate = first - first % 100 + year;
        return candidate < first ? candidate + 100 : candidate;
    }

    /// <summary>Two digits, or two filler for unknown, which gives -1.</summary>
    private static bool TryPair(ReadOnlySpan<char> pair, out int value)
    {
        value = -1;
        if (pair is "<<")
            return true;
        if (!MrzCharacters.IsDigit(pair[0]) || !MrzCharacters.IsDigit(pair[1]))
            return false;
        value = (pair[0] - '0') * 10 + pair[1] - '0';
        return true;
    }
}
