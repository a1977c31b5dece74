using System.Globalization;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Key identifiers as people type them.</summary>
internal static class KeyIds
{
    private const int DigitsOfId = 2 * KeyId.Length;

    /// <summary>Null for anything but 16 hexadecimal digits.</summary>
    public static KeyId? Parse(string text) =>
        text.Length == DigitsOfId && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? new KeyId(value)
            : null;
}
