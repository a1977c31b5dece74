using System.Collections.Immutable;

namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>One run over the position table of a layout. Used once; not safe for parallel use.</summary>
internal sealed class MrzFieldReader(MrzLayout layout, ImmutableArray<string> lines, DateOnly inspection)
{
    private readonly ImmutableArray<MrzProblem>.Builder _problems = ImmutableArray.CreateBuilder<MrzProblem>();
    private MrzVerdicts _verdicts;
    private string _code = "";
    private string _issuer = "";
    private string _number = "";
    private string _nationality = "";
    private string _surname = "";
    private string _givenNames = "";
    private string _optional = "";
    private string _secondOptional = "";
    private PartialDate _birth;
    private PartialDate _expiry;
    private char _sex = MrzReading.UnreadSex;
    private bool _namesTruncated;

    /// <summary>
    /// Columns at the start of the optional data that belong to a long document number, separator included.
    /// </summary>
    private int _numberTail;

    public MrzReading Read()
    {
        foreach (var position in layout.Fields)
            ReadField(position);
        CheckComposite();
        return new MrzReading
        {
            Format = layout.Format,
            Lines = lines,
            Verdicts = _verdicts,
            Problems = _problems.ToImmutable(),
            DocumentCode = _code,
            IssuingState = _issuer,
            DocumentNumber = _number,
            Nationality = layout.Format == MrzFormat.FrenchIdentityCard ? _issuer : _nationality,
            BirthDate = _birth,
            ExpiryDate = _expiry,
            Sex = _sex,
            Surname = _surname,
            GivenNames = _givenNames,
            NamesTruncated = _namesTruncated,
            OptionalData = _optional,
            SecondOptionalData = _secondOptional,
            IsExpired = _expiry.Latest() < inspection,
            BirthInFuture = _birth.Earliest() > inspection,
            ExpiryBeforeBirth = _expiry.Latest() < _birth.Earliest(),
        };
    }

    private void ReadField(in MrzFieldPosition position)
    {
        var field = Text(position.Slice);
        var fits = CheckCharacters(position, field);
        switch (position.Kind)
        {
            case MrzFieldKind.Code:
                _code = Bare(field);
                break;
            case MrzFieldKind.State:
                ReadState(position, field);
                break;
            case MrzFieldKind.Number:
                _number = Bare(field);
                CheckPresent(position, field);
                CheckDigit(position, field);
                break;
            case MrzFieldKind.ExtensibleNumber:
                ReadExtensibleNumber(position, field);
                break;
            case MrzFieldKind.BirthDate or MrzFieldKind.ExpiryDate:
                ReadDate(position, field, fits);
                CheckDigit(position, field);
                break;
            case MrzFieldKind.Sex:
                ReadSex(position, field[0]);
                break;
            case MrzFieldKind.Optional:
                ReadOptional(position, field);
                break;
            default:
                ReadNames(position, field);
                break;
        }

        if (position.Kind != MrzFieldKind.Optional)
            Judge(position.Field, FieldVerdict.Ok);
    }

    private void ReadState(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        CheckPresent(position, field);
        if (position.Field == MrzField.IssuingState)
            _issuer = Bare(field);
        else
            _nationality = Bare(field);
    }

    private void ReadExtensibleNumber(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        CheckPresent(position, field);
        var optional = OptionalData(position.Slice.Line);
        if (MrzLongNumber.TryFind(field, lines[position.Slice.Line][position.DigitAt], Text(optional), out var number))
        {
            CheckLongNumber(position, number, optional);
            return;
        }

        _number = Bare(field);
        CheckDigit(position, field);
    }

    private void CheckLongNumber(in MrzFieldPosition position, in MrzLongNumber number, MrzSlice optional)
    {
        _number = Bare(number.ToString());
        _numberTail = Math.Min(number.TailLength + 1, optional.End - optional.Start);
        var digitColumn = optional.Start + number.TailLength - 1;
        // A spoilt character is reported where it stands, in one of the two fields; the number is spoilt with it.
        if (!number.TryComputeDigit(out var expected))
            Judge(position.Field, FieldVerdict.Wrong);
        else if (number.Digit == expected + '0')
            return;
        else if (number.IsDigitWithSeparator())
            Report(MrzProblemCode.FillerCountedInLongNumber, position.Field, optional.Line, digitColumn);
        else
            Report(MrzProblemCode.CheckDigitWrong, position.Field, optional.Line, digitColumn);
    }

    private void ReadDate(in MrzFieldPosition position, ReadOnlySpan<char> field, bool fits)
    {
        var isBirth = position.Kind == MrzFieldKind.BirthDate;
        if (!MrzDate.TryRead(field, isBirth, inspection, out var date, out var usesZeros))
        {
            // A bad character is reported already.
            if (fits)
                Report(MrzProblemCode.NotADate, position.Field, position.Slice.Line, position.Slice.Start);
            return;
        }

        if (usesZeros)
            Report(MrzProblemCode.ZeroForUnknownDatePart, position.Field, position.Slice.Line, position.Slice.Start);
        if (isBirth)
            _birth = date;
        else
            _expiry = date;
    }

    private void ReadSex(in MrzFieldPosition position, char letter)
    {
        if (letter == 'X')
            Report(MrzProblemCode.LetterXForSex, position.Field, position.Slice.Line, position.Slice.Start);
        _sex = letter switch
        {
            'M' or 'F' or 'X' => letter,
            MrzCharacters.Filler => 'X',
            _ => MrzReading.UnreadSex,
        };
    }

    private void ReadOptional(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        if (position.DigitAt >= 0)
            CheckDigit(position, field);
        var own = position.Field == MrzField.OptionalData ? field[_numberTail..] : field;
        if (position.Field == MrzField.SecondOptionalData)
            _secondOptional = MrzNames.Spaced(own);
        else
            _optional = MrzNames.Spaced(own);
        if (!MrzCharacters.IsEmpty(own))
            Judge(position.Field, FieldVerdict.Ok);
    }

    private void ReadNames(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        _namesTruncated |= MrzNames.IsFull(field);
        if (position.Kind == MrzFieldKind.GivenNamesOnly)
        {
            _givenNames = MrzNames.Spaced(field);
            return;
        }

        CheckPresent(position, field);
        if (position.Kind == MrzFieldKind.SurnameOnly)
            _surname = MrzNames.Spaced(field);
        else
            MrzNames.Split(field, out _surname, out _givenNames);
    }

    private bool CheckCharacters(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        var problemCount = _problems.Count;
        var (line, start) = (position.Slice.Line, position.Slice.Start);
        for (var index = 0; index < field.Length; index++)
        {
            if (MrzCharacters.IsUnknownMark(field[index]))
                Report(MrzProblemCode.UnknownCharacter, position.Field, line, start + index);
            else if (!MrzCharacterRules.Allows(position.Kind, field, index))
                Report(MrzProblemCode.ForbiddenCharacter, position.Field, line, start + index);
        }

        return _problems.Count == problemCount;
    }

    private void CheckPresent(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        if (MrzCharacters.IsEmpty(field))
            Report(MrzProblemCode.Missing, position.Field, position.Slice.Line, position.Slice.Start);
    }

    private void CheckDigit(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        var line = position.Slice.Line;
        var digit = lines[line][position.DigitAt];
        if (MrzCharacters.IsUnknownMark(digit))
            Report(MrzProblemCode.UnknownCharacter, position.Field, line, position.DigitAt);
        else if (MrzCharacters.IsFiller(digit) && MrzCharacters.IsEmpty(field))
            AcceptFillerDigit(position);
        else if (MrzCheckDigit.TryCompute(field, out var expected) && digit != expected + '0')
            Report(MrzProblemCode.CheckDigitWrong, position.Field, line, position.DigitAt);
    }

    /// <summary>
    /// Only the optional data of a passport may leave its digit out (Doc 9303-4 §4.2.2, position 43).
    /// </summary>
    private void AcceptFillerDigit(in MrzFieldPosition position)
    {
        if (position.Kind != MrzFieldKind.Optional)
            Report(MrzProblemCode.FillerForCheckDigit, position.Field, position.Slice.Line, position.DigitAt);
    }

    private void CheckComposite()
    {
        if (layout.Composite.Length == 0)
            return;
        Span<char> covered = stackalloc char[128];
        var length = 0;
        foreach (var slice in layout.Composite)
        {
            Text(slice).CopyTo(covered[length..]);
            length += slice.End - slice.Start;
        }

        var place = layout.CompositeDigit;
        var digit = Text(place)[0];
        // A spoilt character under the digit is reported in its own field.
        if (MrzCharacters.IsUnknownMark(digit))
            Report(MrzProblemCode.UnknownCharacter, MrzField.CompositeCheckDigit, place.Line, place.Start);
        else if (!MrzCheckDigit.TryCompute(covered[..length], out var expected))
            Judge(MrzField.CompositeCheckDigit, FieldVerdict.Wrong);
        else if (digit != expected + '0')
            Report(MrzProblemCode.CheckDigitWrong, MrzField.CompositeCheckDigit, place.Line, place.Start);
        Judge(MrzField.CompositeCheckDigit, FieldVerdict.Ok);
    }

    private MrzSlice OptionalData(int line)
    {
        foreach (var position in layout.Fields)
        {
            if (position.Field == MrzField.OptionalData && position.Slice.Line == line)
                return position.Slice;
        }

        throw new InvalidOperationException("A layout with extensible numbers has optional data on the same line.");
    }

    private ReadOnlySpan<char> Text(MrzSlice slice) => lines[slice.Line].AsSpan(slice.Start, slice.End - slice.Start);

    private void Report(MrzProblemCode code, MrzField field, int line, int column)
    {
        var problem = new MrzProblem(code, field, line + 1, column + 1, MrzMessages.For(code));
        _problems.Add(problem);
        Judge(field, problem.IsPracticeVariant ? FieldVerdict.PracticeVariant : FieldVerdict.Wrong);
    }

    private void Judge(MrzField field, FieldVerdict verdict) => _verdicts = _verdicts.With(field, verdict);

    /// <summary>The characters that are not filler.</summary>
    private static string Bare(ReadOnlySpan<char> field)
    {
        Span<char> kept = stackalloc char[32];
        var length = 0;
        foreach (var character in field)
        {
            if (character != MrzCharacters.Filler)
                kept[length++] = character;
        }

        return kept[..length].ToString();
    }
}
