using System.Security.Cryptography;
using EdgeCheckpoint.Codes;

namespace EdgeCheckpoint.People;

/// <summary>
/// The code on a badge, printed as a bar code or QR code and read by a keyboard wedge or a serial reader: "EB:" and 120
/// random bits as a <see cref="TypedCode"/>. With it a PIN of four digits cannot be tried out by whoever has the card of the
/// appliance alone.
/// </summary>
public static class BadgeCode
{
    private const string Prefix = "EB:";
    private const int Length = 15;

    /// <summary>A fresh code.</summary>
    public static string Create() => Prefix + TypedCode.Encode(RandomNumberGenerator.GetBytes(Length));

    /// <summary>True when a reader's line is meant as a badge, whether or not it was read without error.</summary>
    public static bool IsMeant(string text) => text.TrimStart().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Brings a code into its one form; false when it is none or was misread.</summary>
    public static bool TryNormalise(string? text, out string code)
    {
        code = "";
        if (text is null || !IsMeant(text) || !TypedCode.Decode(text.Trim()[Prefix.Length..], Length).TryGet(out var bytes, out _))
            return false;
        code = Prefix + TypedCode.Encode(bytes);
        return true;
    }
}
