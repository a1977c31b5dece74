namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>Turns the byte of a reader into the MRZ character it stands for.</summary>
internal static class MrzLetters
{
    /// <summary>Result for bytes that stand for nothing.</summary>
    public const char Garbled = '\uFFFD';

    /// <summary>What such a byte becomes in the text.</summary>
    public const char UnknownMark = '?';

    private const char Filler = '<';
    private const byte Utf8LeadOfLatin1 = 0xC2;
    private const byte Guillemet = 0xAB;

    /// <returns>False for bytes that are no text at all: control characters, and the first half of a UTF-8
    /// pair.</returns>
    public static bool TryMap(byte value, out char character)
    {
        character = value switch
        {
            >= (byte)'A' and <= (byte)'Z' or >= (byte)'0' and <= (byte)'9' or (byte)Filler => (char)value,
            >= (byte)'a' and <= (byte)'z' => (char)(value - 32),
            // Padding of readers without filler on their keyboard or in their font.
            (byte)'_' or (byte)' ' or Guillemet => Filler,
            // Marks for characters the reader could not recognise: kept, so that the parser can tell where.
            (byte)'?' or (byte)'*' or (byte)'^' or (byte)'#' => (char)value,
            _ => Garbled,
        };
        return value >= 0x20 && value != Utf8LeadOfLatin1 && value != 0x7F;
    }
}
