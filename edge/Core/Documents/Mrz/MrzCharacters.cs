namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// The character set of the MRZ (Doc 9303-3 §4.3) and the marks readers put for what they could not read.
/// </summary>
internal static class MrzCharacters
{
    public const char Filler = '<';

    /// <summary>Substitutes seen in readers' protocols; which one is a matter of configuration.</summary>
    private const string UnknownMarks = "?*^#";

    public static bool IsUnknownMark(char character) => UnknownMarks.Contains(character);

    public static bool IsLetter(char character) => char.IsAsciiLetterUpper(character);

    public static bool IsDigit(char character) => char.IsAsciiDigit(character);

    public static bool IsFiller(char character) => character == Filler;

    public static bool IsEmpty(ReadOnlySpan<char> field) => field.IndexOfAnyExcept(Filler) < 0;

    /// <summary>
    /// Weighted value: digits as they are, A 10 to Z 35, filler 0; -1 outside the set (Doc 9303-3 §4.9).
    /// </summary>
    public static int Value(char character) =>
        char.IsAsciiDigit(character) ? character - '0'
        : char.IsAsciiLetterUpper(character) ? character - 'A' + 10
        : character == Filler ? 0
        : -1;
}
