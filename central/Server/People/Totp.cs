using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace EdgeCheckpoint.Central.People;

/// <summary>
/// Codes of an authenticator app (RFC 6238): HMAC-SHA-1, steps of 30 s, six digits, which is what every app does without
/// being told. SHA-1 is sound here: HMAC does not rest on collisions.
/// </summary>
internal static class Totp
{
    /// <summary>RFC 4226 §4 recommends 160 bits or more; 32 bytes are what a wrapped key holds.</summary>
    public const int KeyLength = 32;

    public const int Digits = 6;

    private const int StepSeconds = 30;

    /// <summary>Steps before and after the present one that count: a clock may be half a minute off (RFC 6238 §5.2).</summary>
    private const int Drift = 1;

    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyLength);

    public static long StepAt(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step (RFC 4226 §5.3).</summary>
    public static string Code(ReadOnlySpan<byte> key, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6238 as the apps do it; see above.
        HMACSHA1.HashData(key, counter, mac);
#pragma warning restore CA5350
        var offset = mac[^1] & 0x0F;
        var number = (BinaryPrimitives.ReadUInt32BigEndian(mac[offset..]) & 0x7FFF_FFFF) % 1_000_000;
        return number.ToString("000000", CultureInfo.InvariantCulture);
    }

    /// <summary>The step whose code this is, among those that count now; null for none. All are compared, in equal time.</summary>
    public static long? Find(ReadOnlySpan<byte> key, string code, DateTimeOffset now)
    {
        long? found = null;
        var present = StepAt(now);
        var typed = System.Text.Encoding.ASCII.GetBytes(code);
        for (var step = present - Drift; step <= present + Drift; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(Code(key, step)), typed))
                found = step;
        }

        return found;
    }

    /// <summary>The key as people type it into an app (RFC 4648 §6, without padding).</summary>
    public static string ToBase32(ReadOnlySpan<byte> key)
    {
        var text = new System.Text.StringBuilder();
        int bits = 0, value = 0;
        foreach (var octet in key)
        {
            value = (value << 8 | octet) & 0xFFFF;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text.Append(Base32[value >> bits & 31]);
            }
        }

        if (bits > 0)
            text.Append(Base32[value << (5 - bits) & 31]);
        return text.ToString();
    }
}
