namespace EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

/// <summary>Which character a key gives, by layout and modifier. Data: one string for each row of keys.</summary>
/// <remarks>
/// The rows are those of linux/input-event-codes.h from left to right. Dead keys give the accent they stand for at once.
/// Checked against the layouts of X (xkb symbols us, gb, fr(azerty), de).
/// </remarks>
internal sealed class KeyMap
{
    private const char Nothing = '\0';
    private const int KeyCount = 128;
    private const string KeypadRows = "789-456+1230.";

    /// <summary>First key of each row: digits, upper, middle, the one beside Enter, lower, the one beside left Shift.</summary>
    private static readonly ushort[] RowStarts =
    [
        InputCodes.Digit1, InputCodes.Q, InputCodes.A, InputCodes.Backslash, InputCodes.Z, InputCodes.Key102,
    ];

    // A space in a row is a key that gives nothing there.
    // The key beside left Shift is not < here, though X has it so: no US keyboard has that key, and a German reader set up
    // as US would else read well but for Y and Z.
    private static readonly KeyMap Us = new(
        ["1234567890-=", "qwertyuiop[]", "asdfghjkl;'`", @"\", "zxcvbnm,./", @"\"],
        ["!@#$%^&*()_+", "QWERTYUIOP{}", "ASDFGHJKL:\"~", "|", "ZXCVBNM<>?", "|"],
        ["", "", "", "", "", ""]);

    private static readonly KeyMap Uk = new(
        ["1234567890-=", "qwertyuiop[]", "asdfghjkl;'`", "#", "zxcvbnm,./", @"\"],
        ["!\"£$%^&*()_+", "QWERTYUIOP{}", "ASDFGHJKL:@¬", "~", "ZXCVBNM<>?", "|"],
        ["", "", "", "", "", ""]);

    private static readonly KeyMap Fr = new(
        ["&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù²", "*", "wxcvbn,;:!", "<"],
        ["1234567890°+", "AZERTYUIOP¨£", "QSDFGHJKLM%²", "µ", "WXCVBN?./§", ">"],
        [" ~#{[|`\\^@]}", "", "", "", "", ""],
        // Typed with Caps Lock the digits are meant, since nothing else of that row is on a document.
        hasDigitsOnCapsLock: true);

    private static readonly KeyMap De = new(
        ["1234567890ß´", "qwertzuiopü+", "asdfghjklöä^", "#", "yxcvbnm,.-", "<"],
        ["!\"§$%&/()=?`", "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ°", "'", "YXCVBNM;:_", ">"],
        [" ²³   {[]}\\", "@          ~", "", "", "", "|"]);

    private readonly char[] _plain;
    private readonly char[] _shifted;
    private readonly char[] _withAltGr;
    private readonly bool _hasDigitsOnCapsLock;

    private KeyMap(string[] plain, string[] shifted, string[] withAltGr, bool hasDigitsOnCapsLock = false)
    {
        _hasDigitsOnCapsLock = hasDigitsOnCapsLock;
        _plain = Lay(plain);
        _shifted = Lay(shifted);
        _withAltGr = Lay(withAltGr);
        foreach (var map in (char[][])[_plain, _shifted])
        {
            map[InputCodes.Space] = ' ';
            KeypadRows.CopyTo(map.AsSpan(InputCodes.Keypad7));
            map[InputCodes.KeypadAsterisk] = '*';
            map[InputCodes.KeypadSlash] = '/';
        }
    }

    public static KeyMap Of(WedgeLayout layout) => layout switch
    {
        WedgeLayout.Us => Us,
        WedgeLayout.Uk => Uk,
        WedgeLayout.Fr => Fr,
        WedgeLayout.De => De,
        _ => throw new ArgumentOutOfRangeException(nameof(layout), layout, "No such layout."),
    };

    /// <returns>False for keys that type nothing.</returns>
    public bool TryGet(ushort key, bool isShifted, bool hasAltGr, bool hasCapsLock, out char character)
    {
        var isDigitRow = key is >= InputCodes.Digit1 and <= InputCodes.Digit0;
        var map = hasAltGr ? _withAltGr
            : isShifted || (hasCapsLock && _hasDigitsOnCapsLock && isDigitRow) ? _shifted
            : _plain;
        character = key < KeyCount ? map[key] : Nothing;
        return character != Nothing;
    }

    /// <summary>Value of a key of the keypad; false for other keys.</summary>
    public static bool TryGetKeypadDigit(ushort key, out int digit)
    {
        digit = key is >= InputCodes.Keypad7 and < InputCodes.KeypadDot ? KeypadRows[key - InputCodes.Keypad7] - '0' : -1;
        return digit is >= 0 and <= 9;
    }

    private static char[] Lay(string[] rows)
    {
        var map = new char[KeyCount];
        for (var row = 0; row < rows.Length; row++)
        {
            for (var index = 0; index < rows[row].Length; index++)
                map[RowStarts[row] + index] = rows[row][index] == ' ' ? Nothing : rows[row][index];
        }

        return map;
    }
}
