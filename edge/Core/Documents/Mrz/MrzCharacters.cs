namespace EdgeCheckpoint.Documents.Mrz;

/// <summary>
/// The character set of the MRZ (Doc 9303-3 §4.3) and the marks readers put for what they could not read.
/// </summary>
internal static class MrzCharacters
{
    public const char Filler = '<';

    /// <summary>Substitutes seen in readers' protocols; which one is a matter of configuration.</summary>
    private const string UnknownMarks = "?*^#";

    /// <summary>Classes by character; everything beyond ASCII has none.</summary>
    private static readonly MrzClasses[] Classes = BuildClasses();

    /// <summary>Weighted values by character; -1 outside the set.</summary>
    private static readonly sbyte[] Values = BuildValues();

    public static MrzClasses ClassOf(char character) =>
        character < (uint)Classes.Length ? Classes[character] : MrzClasses.None;

    public static bool IsUnknownMark(char character) => ClassOf(character) == MrzClasses.UnknownMark;

    public static bool IsLetter(char character) => char.IsAsciiLetterUpper(character);

    public static bool IsDigit(char character) => char.IsAsciiDigit(character);

    public static bool IsFiller(char character) => character == Filler;

    public static bool IsEmpty(ReadOnlySpan<char> field) => field.IndexOfAnyExcept(Filler) < 0;

    /// <summary>
    /// Weighted value: digits as they are, A 10 to Z 35, filler 0; -1 outside the set (Doc 9303-3 §4.9).
    /// </summary>
    public static int Value(char character) => character < (uint)Values.Length ? Values[character] : -1;

    private static MrzClasses[] BuildClasses()
    {
        var classes = new MrzClasses[128];
        for (var letter = 'A'; letter <= 'Z'; letter++)
            classes[letter] = MrzClasses.Letter;
        for (var digit = '0'; digit <= '9'; digit++)
            classes[digit] = MrzClasses.Digit;
        classes[Filler] = MrzClasses.Filler;
        foreach (var mark in UnknownMarks)
            classes[mark] = MrzClasses.UnknownMark;
        return classes;
    }

    private static sbyte[] BuildValues()
    {
        var values = new sbyte[128];
        Array.Fill(values, (sbyte)-1);
        for (var letter = 'A'; letter <= 'Z'; letter++)
            values[letter] = (sbyte)(letter - 'A' + 10);
        for (var digit = '0'; digit <= '9'; digit++)
            values[digit] = (sbyte)(digit - '0');
        values[Filler] = 0;
        return values;
    }
}

/// <summary>What a character is; fields allow some of these.</summary>
[Flags]
internal enum MrzClasses : byte
{
    None = 0,
    Letter = 1,
    Digit = 2,
    Filler = 4,
    UnknownMark = 8,
}
