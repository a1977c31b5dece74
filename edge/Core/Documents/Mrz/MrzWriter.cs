using System.Collections.Immutable;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// Writes the lines of a document with all check digits: TD1, TD2, TD3, both visas, and the old French identity card
/// (Doc 9303-3 to -7).
/// </summary>
public static class MrzWriter
{
    /// <summary>Writes the lines of one document.</summary>
    /// <returns>The lines, every one of the format's length.</returns>
    /// <exception cref="ArgumentException">A field does not fit the format; the message names all such fields and no
    /// value.</exception>
    public static ImmutableArray<string> Write(MrzFormat format, MrzFields fields, MrzWriterOptions? options = null) =>
        TryWrite(format, fields, options).TryGet(out var lines, out var failure)
            ? lines
            : throw new ArgumentException(failure.ToString(), nameof(fields));

    /// <summary>Writes the lines of one document, or tells every field that does not fit.</summary>
    public static Result<ImmutableArray<string>, MrzWriteFailure> TryWrite(
        MrzFormat format, MrzFields fields, MrzWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (LayoutOf(format) is not { } layout)
            return new MrzWriteFailure([new MrzWriteProblem("Format", MrzWriteReason.NotInFormat)]);
        options ??= MrzWriterOptions.Default;

        // 1. All filler. 2. Fields. 3. Their digits. 4. The composite digit, which covers all of them.
        var rows = new char[layout.LineCount][];
        for (var line = 0; line < rows.Length; line++)
        {
            rows[line] = new char[layout.LineLength];
            Array.Fill(rows[line], MrzCharacters.Filler);
        }

        var texts = new MrzFieldText(layout, fields, options);
        foreach (var position in layout.Fields)
        {
            var text = texts.Of(position);
            text.CopyTo(rows[position.Slice.Line].AsSpan(position.Slice.Start));
            if (position.DigitAt >= 0 && !StaysWithoutDigit(position, text, texts, options))
                WriteDigit(rows[position.Slice.Line], position);
        }

        if (fields.SecondOptionalData.Length != 0 && layout.Format != MrzFormat.Td1)
            texts.Report(nameof(MrzFields.SecondOptionalData), MrzWriteReason.NotInFormat);
        if (texts.Problems is { IsEmpty: false } problems)
            return new MrzWriteFailure(problems);
        WriteComposite(rows, layout);
        return rows.Select(static row => new string(row)).ToImmutableArray();
    }

    private static MrzLayout? LayoutOf(MrzFormat format) => format switch
    {
        MrzFormat.Td1 => MrzLayout.Td1,
        MrzFormat.Td2 => MrzLayout.Td2,
        MrzFormat.Td3 => MrzLayout.Td3,
        MrzFormat.MrvA => MrzLayout.MrvA,
        MrzFormat.MrvB => MrzLayout.MrvB,
        MrzFormat.FrenchIdentityCard => MrzLayout.FrenchIdentityCard,
        _ => null,
    };

    private static bool StaysWithoutDigit(
        in MrzFieldPosition position, string text, MrzFieldText texts, MrzWriterOptions options) => position.Kind switch
        {
            MrzFieldKind.ExtensibleNumber => texts.IsNumberLong,
            MrzFieldKind.Optional => options.LeavesOutEmptyOptionalDigit && MrzCharacters.IsEmpty(text),
            _ => false,
        };

    private static void WriteDigit(char[] row, in MrzFieldPosition position) =>
        row[position.DigitAt] = Digit(row.AsSpan(position.Slice.Start..position.Slice.End));

    private static void WriteComposite(char[][] rows, MrzLayout layout)
    {
        if (layout.Composite.Length == 0)
            return;
        var covered = string.Concat(
            layout.Composite.Select(slice => new string(rows[slice.Line][slice.Start..slice.End])));
        rows[layout.CompositeDigit.Line][layout.CompositeDigit.Start] = Digit(covered);
    }

    private static char Digit(ReadOnlySpan<char> text) =>
        MrzCheckDigit.TryCompute(text, out var digit)
            ? (char)(digit + '0')
            : throw new InvalidOperationException("A character outside the MRZ set passed the checks of its field.");
}
