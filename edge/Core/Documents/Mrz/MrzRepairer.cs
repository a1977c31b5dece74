using System.Collections.Immutable;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// Repairs what optical recognition confuses, where a check digit can decide: only inside a field with a check digit, only
/// when exactly one reading fits it, and only when the composite digit agrees afterwards. Names,
/// codes and sex have no digit and are never touched; characters the reader marked as unknown stay unknown.
/// </summary>
public static class MrzRepairer
{
    /// <summary>Tries to repair a reading.</summary>
    /// <returns>The reading unchanged when it has no wrong field, or when the digits do not decide.</returns>
    public static RepairedReading Repair(in MrzReading reading)
    {
        if (reading.Layout is not { } layout || reading.PracticeValid)
            return new RepairedReading(reading, reading, []);

        // 1. Each field with a digit by itself. 2. The composite digit's own character. 3. All digits must agree now.
        var lines = reading.Lines;
        var rows = new char[lines.Length][];
        for (var line = 0; line < rows.Length; line++)
            rows[line] = lines[line].ToCharArray();
        foreach (ref readonly var position in layout.Fields.AsSpan())
        {
            if (position.DigitAt >= 0 && reading.Verdicts[position.Field] == FieldVerdict.Wrong)
                RepairField(reading, position, rows);
        }

        RepairCompositeDigit(layout, rows);
        var repairs = Differences(layout, reading, rows);
        if (repairs.IsEmpty)
            return new RepairedReading(reading, reading, []);
        var repaired = MrzParser.Parse([.. rows.Select(static row => new string(row))], reading.InspectionDate);
        return IsConfirmed(repaired, repairs)
            ? new RepairedReading(reading, repaired, repairs)
            : new RepairedReading(reading, reading, []);
    }

    private static void RepairField(in MrzReading reading, in MrzFieldPosition position, char[][] rows)
    {
        var row = rows[position.Slice.Line];
        var place = position.Slice;
        var columns = Enumerable.Range(place.Start, place.Length).ToList();
        var digitAt = position.DigitAt;
        if (position.Kind == MrzFieldKind.ExtensibleNumber && reading.HasLongNumber)
        {
            var rest = reading.Layout!.Slice(MrzField.OptionalData).Start;
            columns.AddRange(Enumerable.Range(rest, reading.NumberRestLength));
            digitAt = rest + reading.NumberRestLength;
        }

        var digit = row[digitAt];
        if (!MrzCharacters.IsDigit(digit))
            digit = MrzConfusions.DigitFor(digit);
        if (digit == '\0' || !new MrzRepairSearch(position.Kind, row, columns, digit, reading.InspectionDate).TryFind(out var found))
            return;
        for (var index = 0; index < columns.Count; index++)
            row[columns[index]] = found[index];
        row[digitAt] = digit;
    }

    private static void RepairCompositeDigit(MrzLayout layout, char[][] rows)
    {
        if (layout.CompositeDigit.Length == 0)
            return;
        ref var digit = ref rows[layout.CompositeDigit.Line][layout.CompositeDigit.Start];
        if (MrzCharacters.IsLetter(digit) && MrzConfusions.DigitFor(digit) is not '\0' and var meant)
            digit = meant;
    }

    private static ImmutableArray<MrzRepair> Differences(MrzLayout layout, in MrzReading reading, char[][] rows)
    {
        var repairs = ImmutableArray.CreateBuilder<MrzRepair>();
        for (var line = 0; line < rows.Length; line++)
        {
            for (var column = 0; column < rows[line].Length; column++)
            {
                var before = reading.Lines[line][column];
                if (before != rows[line][column])
                    repairs.Add(new MrzRepair(FieldAt(layout, line, column, reading.HasLongNumber), line + 1, column + 1, before, rows[line][column]));
            }
        }

        return repairs.ToImmutable();
    }

    private static MrzField FieldAt(MrzLayout layout, int line, int column, bool hasLongNumber)
    {
        foreach (var position in layout.Fields)
        {
            var isInside = position.Slice.Line == line
                && ((column >= position.Slice.Start && column < position.Slice.End) || column == position.DigitAt);
            if (isInside)
                return hasLongNumber && position.DigitAt < 0 ? MrzField.DocumentNumber : position.Field;
        }

        return MrzField.CompositeCheckDigit;
    }

    /// <summary>No repaired field is wrong any more, and neither is the composite digit, where there is one.</summary>
    private static bool IsConfirmed(in MrzReading repaired, ImmutableArray<MrzRepair> repairs)
    {
        if (repaired.Verdicts[MrzField.CompositeCheckDigit] == FieldVerdict.Wrong)
            return false;
        foreach (var repair in repairs)
        {
            if (repaired.Verdicts[repair.Field] == FieldVerdict.Wrong)
                return false;
        }

        return true;
    }
}
