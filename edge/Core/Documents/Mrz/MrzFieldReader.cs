namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// One run over the position table of a layout. Collects problems only when asked to: without a collector it allocates
/// nothing, and a second run with one gives the same verdicts.
/// </summary>
internal ref struct MrzFieldReader(
    MrzLayout layout, ReadOnlySpan<string?> lines, DateOnly inspection, List<MrzProblem>? problems)
{
    // Taken apart once: going through the array for every field is a third of the time of a parse.
    private readonly ReadOnlySpan<char> _first = lines[0];
    private readonly ReadOnlySpan<char> _second = lines[1];
    private readonly ReadOnlySpan<char> _third = lines.Length > 2 ? lines[2] : default;
    private readonly DateOnly _inspection = inspection;
    private readonly List<MrzProblem>? _problems = problems;
    private MrzVerdicts _verdicts;
    private MrzFindings _findings;
    private PartialDate _birth;
    private PartialDate _expiry;

    /// <summary>
    /// Columns at the start of the optional data that belong to a long document number, separator included.
    /// </summary>
    private int _numberTail;

    public MrzFacts Read()
    {
        foreach (ref readonly var position in layout.Fields.AsSpan())
            ReadField(position);
        CheckComposite();
        if (_expiry.IsBefore(_inspection))
            _findings |= MrzFindings.Expired;
        if (_birth.IsAfter(_inspection))
            _findings |= MrzFindings.BirthInFuture;
        if (_expiry.HasYear && _birth.HasYear && _expiry.Latest() < _birth.Earliest())
            _findings |= MrzFindings.ExpiryBeforeBirth;
        return new MrzFacts(_verdicts, _findings, _birth, _expiry, (byte)_numberTail);
    }

    private void ReadField(in MrzFieldPosition position)
    {
        var field = Text(position.Slice);
        var fits = CheckCharacters(position, field);
        switch (position.Kind)
        {
            case MrzFieldKind.Code:
                break;
            case MrzFieldKind.State:
                ReadState(position, field, fits);
                break;
            case MrzFieldKind.Number:
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
                if (field[0] == 'X')
                    Report(MrzProblemCode.LetterXForSex, position.Field, position.Slice.Line, position.Slice.Start);
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

    private void ReadState(in MrzFieldPosition position, ReadOnlySpan<char> field, bool fits)
    {
        CheckPresent(position, field);
        if (fits && !StateCodes.IsKnown(field))
        {
            _findings |= position.Field == MrzField.IssuingState
                ? MrzFindings.UnknownIssuingState
                : MrzFindings.UnknownNationality;
        }
    }

    private void ReadExtensibleNumber(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        CheckPresent(position, field);
        var optional = layout.Slice(MrzField.OptionalData);
        var digit = Line(position.Slice.Line)[position.DigitAt];
        if (MrzLongNumber.TryFind(field, digit, Text(optional), out var number))
            CheckLongNumber(position, number, optional);
        else
            CheckDigit(position, field);
    }

    private void CheckLongNumber(in MrzFieldPosition position, in MrzLongNumber number, MrzSlice optional)
    {
        _numberTail = Math.Min(number.TailLength + 1, optional.Length);
        var digitColumn = optional.Start + number.TailLength - 1;
        // A spoilt character is reported where it stands, in one of the two fields; the number is spoilt with it.
        if (!number.TryComputeDigit(out var expected))
            MarkUncheckable(position.Field);
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
        if (!MrzDate.TryRead(field, isBirth, _inspection, out var date, out var usesZeros))
        {
            // A bad character is reported already.
            if (fits)
                Report(MrzProblemCode.NotADate, position.Field, position.Slice.Line, position.Slice.Start);
            return;
        }

        // Cards may have no end; booklets and visas expire (Doc 9303-4 and -7).
        if (!isBirth && !date.HasYear && layout.Format is MrzFormat.Td3 or MrzFormat.MrvA or MrzFormat.MrvB)
            CheckPresent(position, field);
        if (usesZeros)
            Report(MrzProblemCode.ZeroForUnknownDatePart, position.Field, position.Slice.Line, position.Slice.Start);
        if (isBirth)
            _birth = date;
        else
            _expiry = date;
    }

    private void ReadOptional(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        if (position.DigitAt >= 0)
            CheckDigit(position, field);
        var own = position.Field == MrzField.OptionalData ? field[_numberTail..] : field;
        if (!MrzCharacters.IsEmpty(own))
            Judge(position.Field, FieldVerdict.Ok);
    }

    private void ReadNames(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        if (MrzNames.IsFull(field))
            _findings |= MrzFindings.NamesMayGoOn;
        // Given names alone, on the French card's second line, may be absent.
        if (position.Kind != MrzFieldKind.GivenNamesOnly)
            CheckPresent(position, field);
    }

    private bool CheckCharacters(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        if (MrzCharacterRules.AllowsAll(position.Kind, field))
            return true;
        var (line, start) = (position.Slice.Line, position.Slice.Start);
        for (var index = 0; index < field.Length; index++)
        {
            if (MrzCharacters.IsUnknownMark(field[index]))
                Report(MrzProblemCode.UnknownCharacter, position.Field, line, start + index);
            else if (!MrzCharacterRules.Allows(position.Kind, field, index))
                Report(MrzProblemCode.ForbiddenCharacter, position.Field, line, start + index);
        }

        return false;
    }

    private void CheckPresent(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        if (MrzCharacters.IsEmpty(field))
            Report(MrzProblemCode.Missing, position.Field, position.Slice.Line, position.Slice.Start);
    }

    private void CheckDigit(in MrzFieldPosition position, ReadOnlySpan<char> field)
    {
        var line = position.Slice.Line;
        var digit = Line(line)[position.DigitAt];
        if (MrzCharacters.IsUnknownMark(digit))
            Report(MrzProblemCode.UnknownCharacter, position.Field, line, position.DigitAt);
        else if (MrzCharacters.IsFiller(digit) && MrzCharacters.IsEmpty(field))
            AcceptFillerDigit(position);
        else if (!MrzCheckDigit.TryCompute(field, out var expected))
            MarkUncheckable(position.Field);
        else if (digit != expected + '0')
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
        var sum = new MrzWeightedSum();
        foreach (var slice in layout.Composite)
            sum.Add(Text(slice));
        var place = layout.CompositeDigit;
        var digit = Text(place)[0];
        // A spoilt character under the digit is reported in its own field.
        if (MrzCharacters.IsUnknownMark(digit))
            Report(MrzProblemCode.UnknownCharacter, MrzField.CompositeCheckDigit, place.Line, place.Start);
        else if (!sum.TryGetDigit(out var expected))
            MarkUncheckable(MrzField.CompositeCheckDigit);
        else if (digit != expected + '0')
            Report(MrzProblemCode.CheckDigitWrong, MrzField.CompositeCheckDigit, place.Line, place.Start);
        Judge(MrzField.CompositeCheckDigit, FieldVerdict.Ok);
    }

    private readonly ReadOnlySpan<char> Line(int line) => line switch { 0 => _first, 1 => _second, _ => _third };

    private readonly ReadOnlySpan<char> Text(MrzSlice slice) => Line(slice.Line)[slice.Start..slice.End];

    private void Report(MrzProblemCode code, MrzField field, int line, int column)
    {
        _problems?.Add(new MrzProblem(code, field, line + 1, column + 1, MrzMessages.For(code)));
        _findings |= MrzProblem.IsOfCheckDigit(code) ? MrzFindings.CheckDigitProblem : MrzFindings.SyntaxProblem;
        Judge(field, MrzProblem.IsVariant(code) ? FieldVerdict.PracticeVariant : FieldVerdict.Wrong);
    }

    /// <summary>A bad character, reported where it stands, leaves nothing to compute a digit from.</summary>
    private void MarkUncheckable(MrzField field)
    {
        _findings |= MrzFindings.CheckDigitProblem;
        Judge(field, FieldVerdict.Wrong);
    }

    private void Judge(MrzField field, FieldVerdict verdict) => _verdicts = _verdicts.With(field, verdict);
}
