using System.Security.Cryptography;

namespace EdgeCheckpoint.Records;

/// <summary>Verifies signatures by algorithm number, so that another algorithm can be added without a new format.</summary>
public static class Signatures
{
    /// <summary>True for a P-256 public key in its one encoding, so that it has one key id and never counts as two signers.</summary>
    public static bool IsPublicKey(ReadOnlySpan<byte> publicKeySpki)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(publicKeySpki, out _);
            return IsPublicKey(key, publicKeySpki);
        }
        catch (Exception fault) when (fault is CryptographicException or PlatformNotSupportedException)
        {
            // OpenSSL's binding calls a point off the curve "not supported on this platform".
            return false;
        }
    }

    /// <summary>True when the signature is that of the key over the message; false for anything else, malformed keys included.</summary>
    public static bool Verify(
        SignatureAlgorithm algorithm, ReadOnlySpan<byte> publicKeySpki, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (algorithm != SignatureAlgorithm.EcdsaP256Sha256)
            return false;
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(publicKeySpki, out _);
            return IsPublicKey(key, publicKeySpki)
                && key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (Exception fault) when (fault is CryptographicException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Signs with ECDSA P-256 and SHA-256, IEEE P1363 form.</summary>
    public static byte[] Sign(ECDsa key, ReadOnlySpan<byte> message) =>
        key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private static bool IsPublicKey(ECDsa key, ReadOnlySpan<byte> spki) =>
        key.KeySize == 256 && key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(spki);
}
