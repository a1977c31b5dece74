namespace EdgeCheckpoint.Documents;

/// <summary>
/// A document number in the form in which two spellings of one number are equal: upper case, and only A to Z and 0 to 9.
/// Lists write "AB 123-456", the MRZ writes "AB123456" and filler.
/// </summary>
/// <remarks>The default value is empty and equals no number on a list.</remarks>
public readonly record struct DocumentNumber
{
    private readonly string? _value;

    private DocumentNumber(string value) => _value = value;

    /// <summary>Letters and digits only; empty for the default value.</summary>
    public string Value => _value ?? "";

    /// <summary>True when nothing is left after normalisation.</summary>
    public bool IsEmpty => Value.Length == 0;

    /// <summary>Normalises any spelling. Never fails; a text without letters and digits gives the empty number.</summary>
    public static DocumentNumber Parse(ReadOnlySpan<char> text)
    {
        Span<char> kept = text.Length <= 128 ? stackalloc char[text.Length] : new char[text.Length];
        var count = 0;
        foreach (var character in text)
        {
            if (TryNormalise(character, out var normal))
                kept[count++] = normal;
        }

        return new DocumentNumber(kept[..count].ToString());
    }

    /// <summary>True when a text, as UTF-8, is a spelling of a number.</summary>
    /// <param name="utf8">As a list writes it.</param>
    /// <param name="number">In the form of <see cref="Value"/>.</param>
    internal static bool IsSpelling(ReadOnlySpan<byte> utf8, ReadOnlySpan<char> number)
    {
        var count = 0;
        foreach (var unit in utf8)
        {
            // What is not ASCII is left out whole: none of its bytes is a letter.
            if (TryNormalise((char)unit, out var kept) && (count == number.Length || number[count++] != kept))
                return false;
        }

        return count == number.Length;
    }

    public override string ToString() => Value;

    private static bool TryNormalise(char character, out char normal)
    {
        normal = char.IsAsciiLetterLower(character) ? (char)(character - 32) : character;
        return char.IsAsciiLetterUpper(normal) || char.IsAsciiDigit(normal);
    }
}
