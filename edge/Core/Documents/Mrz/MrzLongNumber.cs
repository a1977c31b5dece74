namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// A document number too long for its field: nine characters, a filler in place of the check digit, and at the start of
/// the optional data the rest, its check digit and one filler (Doc 9303-5 §4.2.2 note j, and Doc 9303-6 §4.2.2).
/// </summary>
internal readonly ref struct MrzLongNumber
{
    private readonly ReadOnlySpan<char> _head;
    private readonly ReadOnlySpan<char> _rest;

    private MrzLongNumber(ReadOnlySpan<char> head, ReadOnlySpan<char> rest, char digit)
    {
        _head = head;
        _rest = rest;
        Digit = digit;
    }

    /// <summary>The check digit as it stands.</summary>
    public char Digit { get; }

    /// <summary>Columns of the optional data up to and with the check digit.</summary>
    public int TailLength => _rest.Length + 1;

    /// <summary>Tells whether the number goes on.</summary>
    /// <param name="field">The nine characters of the number field.</param>
    /// <param name="digit">The character at the place of its check digit.</param>
    /// <param name="optional">The optional data of the same line.</param>
    /// <param name="number">The number; empty when the method returns false.</param>
    public static bool TryFind(
        ReadOnlySpan<char> field, char digit, ReadOnlySpan<char> optional, out MrzLongNumber number)
    {
        number = default;
        var tailLength = optional.IndexOf(MrzCharacters.Filler);
        if (tailLength < 0)
            tailLength = optional.Length;
        // The field is used up to its last character, and at least one more and the check digit follow.
        if (!MrzCharacters.IsFiller(digit) || MrzCharacters.IsFiller(field[^1]) || tailLength < 2)
            return false;
        number = new MrzLongNumber(field, optional[..(tailLength - 1)], optional[tailLength - 1]);
        return true;
    }

    /// <summary>Check digit of the standard; false when a character is outside the MRZ set.</summary>
    public bool TryComputeDigit(out int digit) => TryCompute("", out digit);

    /// <summary>True when the digit was computed over the separating filler too, as on older Belgian cards.</summary>
    public bool IsDigitWithSeparator() => TryCompute("<", out var digit) && Digit == digit + '0';

    private bool TryCompute(ReadOnlySpan<char> separator, out int digit)
    {
        var sum = new MrzWeightedSum();
        sum.Add(_head);
        sum.Add(separator);
        sum.Add(_rest);
        return sum.TryGetDigit(out digit);
    }
}
