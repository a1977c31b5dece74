namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>Check digits of the MRZ: weights 7, 3, 1 repeated, modulo 10 (Doc 9303-3 §4.9).</summary>
public static class MrzCheckDigit
{
    /// <summary>Computes the check digit of a field.</summary>
    /// <param name="field">A to Z, 0 to 9 and filler; any length, zero for an empty field.</param>
    /// <param name="digit">0 to 9; zero when the method returns false.</param>
    /// <returns>False when a character is outside the MRZ set.</returns>
    public static bool TryCompute(ReadOnlySpan<char> field, out int digit)
    {
        var sum = new MrzWeightedSum();
        sum.Add(field);
        return sum.TryGetDigit(out digit);
    }
}

/// <summary>The weighted sum behind a check digit, over one stretch of characters or several after another.</summary>
internal struct MrzWeightedSum
{
    private int _sum;
    private int _phase;
    private bool _isSpoilt;

    public void Add(ReadOnlySpan<char> characters)
    {
        foreach (var character in characters)
        {
            var value = MrzCharacters.Value(character);
            _isSpoilt |= value < 0;
            // The sum is kept small, so a text of any length cannot overflow it.
            _sum = (_sum + value * WeightOf(_phase)) % 10;
            _phase = _phase == 2 ? 0 : _phase + 1;
        }
    }

    /// <returns>False when a character was outside the MRZ set.</returns>
    public readonly bool TryGetDigit(out int digit)
    {
        digit = _isSpoilt ? 0 : _sum;
        return !_isSpoilt;
    }

    /// <summary>Weight of the character at an index of the text, taken modulo 3.</summary>
    public static int WeightOf(int phase) => phase switch { 0 => 7, 1 => 3, _ => 1 };
}
