namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>Turns the byte of a reader into the MRZ character it stands for, by the letters of its profile.</summary>
internal sealed class LetterMap
{
    /// <summary>Result for bytes that stand for nothing.</summary>
    public const char Garbled = '\uFFFD';

    /// <summary>What such a byte becomes in the text.</summary>
    public const char UnknownMark = '?';

    public const char Filler = '<';

    /// <summary>Marks that the parser knows; it reports each at its place.</summary>
    private const string KnownMarks = "?*^#";

    private readonly char[] _characters = new char[256];

    public LetterMap(string padding, string unknownMarks)
    {
        Array.Fill(_characters, Garbled);
        for (var letter = 'A'; letter <= 'Z'; letter++)
            _characters[letter] = _characters[char.ToLowerInvariant(letter)] = letter;
        for (var digit = '0'; digit <= '9'; digit++)
            _characters[digit] = digit;
        _characters[Filler] = Filler;
        foreach (var character in padding)
            _characters[(byte)character] = Filler;
        foreach (var character in unknownMarks)
            _characters[(byte)character] = KnownMarks.Contains(character) ? character : UnknownMark;
    }

    public char this[byte value] => _characters[value];

    /// <summary>True for what the MRZ alphabet has: A to Z, 0 to 9 and filler.</summary>
    public static bool IsMrz(char character) =>
        char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character) || character == Filler;
}
