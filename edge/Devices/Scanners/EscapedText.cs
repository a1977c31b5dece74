using System.Globalization;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>Text of settings in which bytes that cannot be typed are escaped: \r, \n, \t, \\ and \xHH.</summary>
public static class EscapedText
{
    /// <returns>False when an escape is unknown or unfinished, or a character is not of Latin-1.</returns>
    public static bool TryParse(string escaped, out string text)
    {
        ArgumentNullException.ThrowIfNull(escaped);
        text = "";
        var characters = new List<char>(escaped.Length);
        for (var index = 0; index < escaped.Length; index++)
        {
            if (escaped[index] > 0xFF)
                return false;
            if (escaped[index] != '\\')
            {
                characters.Add(escaped[index]);
                continue;
            }

            if (!TryUnescape(escaped.AsSpan(index + 1), out var character, out var used))
                return false;
            characters.Add(character);
            index += used;
        }

        text = string.Concat(characters);
        return true;
    }

    private static bool TryUnescape(ReadOnlySpan<char> rest, out char character, out int used)
    {
        (character, used) = rest switch
        {
            ['r', ..] => ('\r', 1),
            ['n', ..] => ('\n', 1),
            ['t', ..] => ('\t', 1),
            ['\\', ..] => ('\\', 1),
            ['x', _, _, ..] when byte.TryParse(rest[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) => ((char)value, 3),
            _ => ('\0', 0),
        };
        return used > 0;
    }
}
