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
        digit = 0;
        var sum = 0;
        var phase = 0;
        foreach (var character in field)
        {
            var value = MrzCharacters.Value(character);
            if (value < 0)
                return false;
            // The sum is kept small, so a text of any length cannot overflow it.
            sum = (sum + value * (phase == 0 ? 7 : phase == 1 ? 3 : 1)) % 10;
            phase = phase == 2 ? 0 : phase + 1;
        }

        digit = sum;
        return true;
    }
}
