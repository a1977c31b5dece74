namespace EdgeCheckpoint.Worker.Scanning;

/// <summary>Bytes as a technician reads them on a screen: control bytes by name, the rest as itself or masked.</summary>
internal static class VisibleByte
{
    private const byte Delete = 0x7F;

    /// <summary>Names of ISO/IEC 646, of the bytes 0 to 31.</summary>
    private static readonly string[] Names =
    [
        "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI",
        "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
    ];

    /// <param name="isClear">Shows letters and digits as they are.</param>
    public static string Of(byte value, bool isClear) => value switch
    {
        (byte)'\r' => "\\r",
        (byte)'\n' => "\\n",
        (byte)'\t' => "\\t",
        (byte)'\\' => "\\\\",
        < 0x20 => $"<{Names[value]}>",
        Delete => "<DEL>",
        // With wrong parity a letter looks like this, so its value is masked as well.
        > Delete => isClear ? $"<{value:X2}>" : "<high>",
        _ => (isClear ? (char)value : Mask((char)value)).ToString(),
    };

    /// <summary>x for a letter, 9 for a digit; what is neither tells nothing about a person.</summary>
    public static char Mask(char character) =>
        char.IsLetter(character) ? 'x' : char.IsDigit(character) ? '9' : character;
}
