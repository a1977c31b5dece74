namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// Looks for readings of one field that fit its check digit. Characters that cannot stand in the field must change; up to
/// <see cref="FreeChangesMax"/> others may. Only one reading of all these may fit.
/// </summary>
internal sealed class MrzRepairSearch
{
    /// <summary>
    /// One reading in ten fits a digit by chance: with more changes than these there would always be another that fits.
    /// </summary>
    private const int FreeChangesMax = 2;

    private readonly MrzFieldKind _kind;
    private readonly DateOnly _inspection;
    private readonly int _digit;

    /// <summary>As read, and what each column may be instead.</summary>
    private readonly char[] _original;
    private readonly string[] _others;
    private readonly char[] _trial;
    private readonly List<string> _found = [];

    public MrzRepairSearch(MrzFieldKind kind, char[] row, List<int> columns, char digit, DateOnly inspection)
    {
        _kind = kind;
        _inspection = inspection;
        _digit = digit - '0';
        _original = [.. columns.Select(column => row[column])];
        _others = [.. _original.Select(Others)];
        _trial = [.. _original];
    }

    /// <summary>True when exactly one reading fits.</summary>
    public bool TryFind(out string field)
    {
        // What fits as it stands, but for characters that cannot stand there, needs no other explanation.
        Try(0, 0, 0);
        if (_found.Count == 0)
        {
            for (var changes = 1; changes <= FreeChangesMax; changes++)
                Try(0, changes, 0);
        }

        field = _found.Count == 1 ? _found[0] : "";
        return _found.Count == 1;
    }

    private bool IsDate => _kind is MrzFieldKind.BirthDate or MrzFieldKind.ExpiryDate;

    /// <summary>What a character may have been; empty when it must be what it is.</summary>
    private string Others(char character)
    {
        var digit = IsDate ? (MrzCharacters.IsLetter(character) ? MrzConfusions.DigitFor(character) : '\0') : MrzConfusions.Partner(character);
        var filler = MrzConfusions.MayBeFiller(character) ? "<" : "";
        return digit == '\0' ? filler : digit + filler;
    }

    private bool MayStay(char character) =>
        (MrzCharacters.ClassOf(character) & MrzCharacterRules.ClassesOf(_kind)) != 0;

    private void Try(int index, int changesLeft, int sum)
    {
        // Two are enough to know that the digit does not decide.
        if (_found.Count > 1)
            return;
        if (index == _original.Length)
        {
            if (changesLeft == 0 && sum % 10 == _digit && IsSound())
                _found.Add(new string(_trial));
            return;
        }

        var character = _original[index];
        var weight = MrzWeightedSum.WeightOf(index % 3);
        var isFree = MayStay(character);
        if (isFree)
        {
            _trial[index] = character;
            Try(index + 1, changesLeft, sum + weight * MrzCharacters.Value(character));
        }

        if (isFree && changesLeft == 0)
            return;
        foreach (var other in _others[index])
        {
            _trial[index] = other;
            Try(index + 1, isFree ? changesLeft - 1 : changesLeft, sum + weight * MrzCharacters.Value(other));
        }
    }

    /// <summary>A date must be one; a filler put in must stand at the end of a number.</summary>
    private bool IsSound()
    {
        if (IsDate)
            return MrzDate.TryRead(_trial, _kind == MrzFieldKind.BirthDate, _inspection, out _, out _);
        for (var index = 0; index < _trial.Length; index++)
        {
            if (_trial[index] != _original[index] && MrzCharacters.IsFiller(_trial[index]) && !MrzCharacters.IsEmpty(_trial.AsSpan(index)))
                return false;
        }

        return true;
    }
}
