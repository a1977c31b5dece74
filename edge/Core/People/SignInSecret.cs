using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeCheckpoint.People;

/// <summary>How a sign-in secret is stretched; recorded with each account, so that it can be raised later.</summary>
/// <param name="Iterations">Rounds of PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2).</param>
/// <param name="Salt">16 random bytes.</param>
public sealed record KeyStretching(int Iterations, ReadOnlyMemory<byte> Salt)
{
    /// <summary>
    /// OWASP's figure for PBKDF2 with HMAC-SHA-256 (Password Storage Cheat Sheet). Some tenths of a second on a board without
    /// SHA instructions, which an officer waits for twice a shift.
    /// </summary>
    public const int IterationsDefault = 600_000;

    /// <summary>A release that asks for fewer, or for so many that a board would stand still, is refused.</summary>
    public const int IterationsMin = 300_000;
    public const int IterationsMax = 6_000_000;

    public const int SaltLength = 16;

    public static KeyStretching Create() => new(IterationsDefault, RandomNumberGenerator.GetBytes(SaltLength));
}

/// <summary>What a person proves to be somebody with, and the key that is made of it.</summary>
public static class SignInSecret
{
    public const int PassphraseLengthMin = 12;
    public const int PassphraseLengthMax = 256;
    public const int PinLengthMin = 4;
    public const int PinLengthMax = 12;

    private const int KeyLength = 32;

    /// <summary>
    /// True when the text can be a secret of this method. A passphrase is printable ASCII: what keyboards send for other
    /// letters differs from one to the next, and nobody should be locked out by that.
    /// </summary>
    public static bool IsSecret(SignInMethod method, string secret) => method switch
    {
        SignInMethod.Passphrase => secret.Length is >= PassphraseLengthMin and <= PassphraseLengthMax && secret.All(static c => c is >= ' ' and <= '~'),
        SignInMethod.PinAndBadge => secret.Length is >= PinLengthMin and <= PinLengthMax && secret.All(char.IsAsciiDigit),
        _ => false,
    };

    /// <summary>Makes the key. Takes the same time whatever is entered.</summary>
    /// <param name="secret">Passphrase or PIN.</param>
    /// <param name="badge">The badge's code in its one form; empty for a passphrase.</param>
    /// <returns>32 bytes; the caller wipes them.</returns>
    public static byte[] ToKey(KeyStretching stretching, string secret, string badge)
    {
        // The length keeps the two parts apart.
        var password = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{secret.Length}:{secret}:{badge}"));
        try
        {
            return Rfc2898DeriveBytes.Pbkdf2(password, stretching.Salt.Span, stretching.Iterations, HashAlgorithmName.SHA256, KeyLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }
}
