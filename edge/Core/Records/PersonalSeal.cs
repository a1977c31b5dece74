using System.Security.Cryptography;

namespace EdgeCheckpoint.Records;

/// <summary>
/// Seals the personal part of a record under a key of its own (NIST SP 800-38D, AES-256-GCM). The header is the
/// associated data, so a sealed part cannot be moved to another record. Destroying the key erases the part.
/// </summary>
public static class PersonalSeal
{
    /// <summary>Length of a record key, in bytes.</summary>
    public const int KeyLength = 32;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>A fresh random record key.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyLength);

    /// <summary>Nonce, ciphertext and tag in one run of bytes.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> personal)
    {
        var sealedBytes = new byte[NonceLength + personal.Length + TagLength];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(
            nonce,
            personal,
            sealedBytes.AsSpan(NonceLength, personal.Length),
            sealedBytes.AsSpan(NonceLength + personal.Length),
            header);
        return sealedBytes;
    }

    /// <summary>Opens a sealed part; fails when key, header or ciphertext is not the one it was sealed with.</summary>
    public static Result<byte[], RecordFailure> Open(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> sealedBytes)
    {
        if (key.Length != KeyLength)
            return new RecordFailure(RecordStage.Seal, $"a record key has {KeyLength} bytes, this has {key.Length}");
        if (sealedBytes.Length < NonceLength + TagLength)
            return new RecordFailure(RecordStage.Seal, "the sealed part is cut off");
        var personal = new byte[sealedBytes.Length - NonceLength - TagLength];
        try
        {
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(
                sealedBytes[..NonceLength],
                sealedBytes.Slice(NonceLength, personal.Length),
                sealedBytes[(NonceLength + personal.Length)..],
                personal,
                header);
            return personal;
        }
        catch (AuthenticationTagMismatchException)
        {
            return new RecordFailure(RecordStage.Seal, "key, header and sealed part do not belong together");
        }
    }
}
