using System.Security.Cryptography;

namespace EdgeCheckpoint.Central.People.Identity;

/// <summary>
/// How a passkey stands in the audit: so that whoever verifies an approval years later knows that the key was this
/// account's, whatever the store says by then.
/// </summary>
internal static class PasskeyTrace
{
    public static string Of(ReadOnlySpan<byte> credentialId, ReadOnlySpan<byte> publicKey) =>
        $"credential {Convert.ToHexStringLower(SHA256.HashData(credentialId))}, key {Convert.ToHexStringLower(SHA256.HashData(publicKey))}";
}
