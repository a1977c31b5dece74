using System.Collections.Immutable;
using EdgeCheckpoint.Documents.Transliteration;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// Turns fields into the characters of their places, and gathers what stands in the way. Used once for one document.
/// </summary>
internal sealed class MrzFieldText(MrzLayout layout, MrzFields fields, MrzWriterOptions options)
{
    private readonly ImmutableArray<MrzWriteProblem>.Builder _problems =
        ImmutableArray.CreateBuilder<MrzWriteProblem>();

    /// <summary>A number that goes on takes the beginning of the optional data.</summary>
    private string _numberTail = "";

    /// <summary>What was found by the calls so far.</summary>
    public ImmutableArray<MrzWriteProblem> Problems => _problems.ToImmutable();

    /// <summary>True when the number goes on, and a filler stands in place of its check digit.</summary>
    public bool IsNumberLong => _numberTail.Length != 0;

    public void Report(string field, MrzWriteReason reason, int position = 0) =>
        _problems.Add(new MrzWriteProblem(field, reason, position));

    /// <summary>
    /// Characters of one field, without filler behind them; to be asked for in the order of the layout.
    /// </summary>
    public string Of(in MrzFieldPosition position) => position.Kind switch
    {
        MrzFieldKind.Code => Code(position),
        MrzFieldKind.State when position.Field == MrzField.IssuingState =>
            Letters(position, nameof(MrzFields.IssuingState), fields.IssuingState),
        MrzFieldKind.State => Letters(position, nameof(MrzFields.Nationality), fields.Nationality),
        MrzFieldKind.Number or MrzFieldKind.ExtensibleNumber => Number(position),
        MrzFieldKind.BirthDate => Date(position, nameof(MrzFields.BirthDate), fields.BirthDate, fields.BirthDateText),
        MrzFieldKind.ExpiryDate => Date(position, nameof(MrzFields.ExpiryDate), fields.ExpiryDate, fields.ExpiryDateText),
        MrzFieldKind.Sex => Sex(),
        MrzFieldKind.FullName => Names().Full(Width(position)),
        MrzFieldKind.SurnameOnly => Names().FrenchSurname(Width(position)),
        MrzFieldKind.GivenNamesOnly => Names().FrenchGivenNames(Width(position)),
        _ => Optional(position),
    };

    private MrzNameText Names() => new(
        fields,
        options.Transliteration ?? MrzTransliteration.ForIssuingState(Bare(fields.IssuingState)),
        options.Truncation,
        Report);

    private string Code(in MrzFieldPosition position)
    {
        var code = Letters(position, nameof(MrzFields.DocumentCode), fields.DocumentCode);
        var fits = layout.Format switch
        {
            _ when code.Length == 0 => true,
            MrzFormat.Td3 => code[0] == 'P',
            MrzFormat.MrvA or MrzFormat.MrvB => code[0] == 'V',
            // Nothing but this beginning tells the national layout from TD2.
            MrzFormat.FrenchIdentityCard => code == "ID" && Bare(fields.IssuingState) == "FRA",
            // The standard knows A, C and I on cards; P is seen on cards of passport offices and read like them.
            _ => code[0] is 'A' or 'C' or 'I' or 'P',
        };
        if (!fits)
            Report(nameof(MrzFields.DocumentCode), MrzWriteReason.NotInFormat);
        return code;
    }

    private string Letters(in MrzFieldPosition position, string name, string text)
    {
        var bare = Bare(text);
        if (bare.Length == 0)
            Report(name, MrzWriteReason.Missing);
        for (var index = 0; index < bare.Length; index++)
        {
            if (!MrzCharacters.IsLetter(bare[index]))
                Report(name, MrzWriteReason.ForbiddenCharacter, index + 1);
        }

        return Fitting(name, bare, Width(position));
    }

    /// <summary>
    /// A number too long for its place goes on in the optional data, followed by its check digit and a filler (Doc
    /// 9303-5 §4.2.2 note j, Doc 9303-6 §4.2.2 note j). Passports and visas have no such rule.
    /// </summary>
    private string Number(in MrzFieldPosition position)
    {
        const string Name = nameof(MrzFields.DocumentNumber);
        var number = Alphanumeric(Name, fields.DocumentNumber).TrimEnd(MrzCharacters.Filler);
        var width = Width(position);
        if (MrzCharacters.IsEmpty(number))
            Report(Name, MrzWriteReason.Missing);
        if (position.Kind != MrzFieldKind.ExtensibleNumber || number.Length <= width)
            return Fitting(Name, number, width);

        var room = width + OptionalWidth() - 2;
        if (number.Length > room || !MrzCheckDigit.TryCompute(number, out var digit))
            return Fitting(Name, number, room);
        // A filler within the tail would read as the end of the number.
        if (number.IndexOf(MrzCharacters.Filler, width - 1) is >= 0 and var filler)
            Report(Name, MrzWriteReason.ForbiddenCharacter, filler + 1);
        _numberTail = $"{number[width..]}{(char)('0' + digit)}{MrzCharacters.Filler}";
        return number[..width];
    }

    private int OptionalWidth() =>
        Width(layout.Fields.First(static position => position.Field == MrzField.OptionalData));

    private string Optional(in MrzFieldPosition position)
    {
        if (position.Field == MrzField.SecondOptionalData)
        {
            const string Second = nameof(MrzFields.SecondOptionalData);
            return Fitting(Second, Alphanumeric(Second, fields.SecondOptionalData), Width(position));
        }

        const string First = nameof(MrzFields.OptionalData);
        var own = Alphanumeric(First, fields.OptionalData);
        return _numberTail + Fitting(First, own, Width(position) - _numberTail.Length);
    }

    /// <summary>Capitals, digits and filler; special characters and spaces are filler (Doc 9303-7 §4.2.2.2).</summary>
    private string Alphanumeric(string name, string text) => string.Create(text.Length, text, (span, from) =>
    {
        for (var index = 0; index < span.Length; index++)
        {
            var character = from[index];
            span[index] = char.IsAsciiLetterOrDigit(character)
                ? char.ToUpperInvariant(character)
                : MrzCharacters.Filler;
            // A reader's mark for what it could not read is no special character of the number.
            if (character is < ' ' or > '~' || MrzCharacters.IsUnknownMark(character))
                Report(name, MrzWriteReason.ForbiddenCharacter, index + 1);
        }
    });

    private string Sex()
    {
        switch (char.ToUpperInvariant(fields.Sex))
        {
            case 'M':
                return "M";
            case 'F':
                return "F";
            case 'X' or MrzCharacters.Filler:
                return "<";
            default:
                Report(nameof(MrzFields.Sex), MrzWriteReason.ForbiddenCharacter);
                return "<";
        }
    }

    private string Fitting(string name, string text, int width)
    {
        if (text.TrimEnd(MrzCharacters.Filler).Length > width)
            Report(name, MrzWriteReason.TooLong);
        return text.Length <= width ? text : text[..width];
    }

    private static string Bare(string text) => text.TrimEnd(' ', MrzCharacters.Filler).ToUpperInvariant();

    private static int Width(in MrzFieldPosition position) => position.Slice.End - position.Slice.Start;

    private string Date(in MrzFieldPosition position, string name, PartialDate date, string text)
    {
        if (text.Length == 0)
            return Date(date);
        if (text.Length != Width(position))
            Report(name, MrzWriteReason.TooLong);
        for (var index = 0; index < text.Length; index++)
        {
            if (!MrzCharacters.IsDigit(text[index]) && !MrzCharacters.IsFiller(text[index]))
                Report(name, MrzWriteReason.ForbiddenCharacter, index + 1);
        }

        return Fitting(name, text, Width(position));
    }

    private static string Date(PartialDate date) =>
        Pair(date.HasYear, date.Year % 100) + Pair(date.Month != 0, date.Month) + Pair(date.Day != 0, date.Day);

    private static string Pair(bool known, int value) => known ? $"{value:00}" : "<<";
}
