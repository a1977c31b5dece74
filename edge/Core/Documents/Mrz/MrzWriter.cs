using System.Collections.Immutable;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// Writes the lines of TD1, TD2 and TD3 documents with all check digits, for the simulated reader, the demonstration
/// and tests. Names are cut at the right; the shortening rules of Doc 9303-3 §4.6 are not applied.
/// </summary>
public static class MrzWriter
{
    /// <summary>Writes the lines of one document.</summary>
    /// <exception cref="ArgumentException">A field does not fit the format; the message names the field, not its
    /// value.</exception>
    public static ImmutableArray<string> Write(MrzFormat format, MrzFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var layout = format switch
        {
            MrzFormat.Td1 => MrzLayout.Td1,
            MrzFormat.Td2 => MrzLayout.Td2,
            MrzFormat.Td3 => MrzLayout.Td3,
            _ => throw new ArgumentException("Only TD1, TD2 and TD3 can be written.", nameof(format)),
        };

        // 1. All filler. 2. Fields. 3. Their digits. 4. The composite digit, which covers all of them.
        var rows = new char[layout.LineCount][];
        for (var line = 0; line < rows.Length; line++)
        {
            rows[line] = new char[layout.LineLength];
            Array.Fill(rows[line], MrzCharacters.Filler);
        }

        var optional = fields.OptionalData;
        foreach (var position in layout.Fields)
            WriteField(rows, position, fields, ref optional);
        WriteComposite(rows, layout);
        return [.. rows.Select(row => new string(row))];
    }

    private static void WriteField(char[][] rows, in MrzFieldPosition position, MrzFields fields, ref string optional)
    {
        var text = position.Field switch
        {
            MrzField.DocumentCode => fields.DocumentCode,
            MrzField.IssuingState => fields.IssuingState,
            MrzField.Nationality => fields.Nationality,
            MrzField.BirthDate => Date(fields.BirthDate),
            MrzField.ExpiryDate => Date(fields.ExpiryDate),
            MrzField.Sex => fields.Sex == 'X' ? "<" : fields.Sex.ToString(),
            MrzField.Names => Names(fields),
            MrzField.SecondOptionalData => fields.SecondOptionalData,
            MrzField.OptionalData => optional,
            _ => fields.DocumentNumber,
        };

        var place = position.Slice;
        var width = place.End - place.Start;
        if (position.Kind == MrzFieldKind.ExtensibleNumber && text.Length > width)
        {
            var digit = Digit(text);
            optional = optional.Length == 0 ? $"{text[width..]}{digit}" : $"{text[width..]}{digit}<{optional}";
            Put(rows[place.Line], position, text[..width]);
            return;
        }

        Put(rows[place.Line], position, position.Field == MrzField.Names && text.Length > width ? text[..width] : text);
        if (position.DigitAt >= 0)
            rows[place.Line][position.DigitAt] = Digit(rows[place.Line].AsSpan(place.Start, width));
    }

    private static void Put(char[] row, in MrzFieldPosition position, string text)
    {
        var written = text.Replace(' ', MrzCharacters.Filler);
        var width = position.Slice.End - position.Slice.Start;
        if (written.Length > width)
            throw new ArgumentException($"{position.Field} is too long.", nameof(text));
        for (var index = 0; index < written.Length; index++)
        {
            if (!MrzCharacterRules.Allows(position.Kind, written, index))
                throw new ArgumentException($"{position.Field} holds a forbidden character.", nameof(text));
            row[position.Slice.Start + index] = written[index];
        }
    }

    private static void WriteComposite(char[][] rows, MrzLayout layout)
    {
        var covered = string.Concat(
            layout.Composite.Select(slice => new string(rows[slice.Line][slice.Start..slice.End])));
        rows[layout.CompositeDigit.Line][layout.CompositeDigit.Start] = Digit(covered);
    }

    private static char Digit(ReadOnlySpan<char> text) =>
        MrzCheckDigit.TryCompute(text, out var digit)
            ? (char)(digit + '0')
            : throw new ArgumentException("A field holds a character outside the MRZ set.", nameof(text));

    private static string Date(PartialDate date) =>
        Pair(date.HasYear, date.Year % 100) + Pair(date.Month != 0, date.Month) + Pair(date.Day != 0, date.Day);

    private static string Pair(bool known, int value) => known ? $"{value:00}" : "<<";

    private static string Names(MrzFields fields)
    {
        var surname = Letters(fields.Surname);
        var givenNames = Letters(fields.GivenNames);
        return givenNames.Length == 0 ? surname : $"{surname}<<{givenNames}";
    }

    /// <summary>Hyphens and spaces become filler, apostrophes are left out (Doc 9303-3 §4.6).</summary>
    private static string Letters(string name) =>
        name.Trim().Replace("'", "").Replace("\u2019", "")
            .Replace('-', MrzCharacters.Filler).Replace(' ', MrzCharacters.Filler);
}
