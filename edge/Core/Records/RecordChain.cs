using System.Security.Cryptography;

namespace EdgeCheckpoint.Records;

/// <summary>
/// The hash chain of a lane: each value covers the one before, the header and the hash of the sealed part, so records can
/// neither be changed, dropped nor put in another order; and the sealed part may be erased and the chain still verifies.
/// </summary>
public static class RecordChain
{
    public const int ValueLength = SHA256.HashSizeInBytes;

    /// <summary>The value before the first record of a lane in an epoch.</summary>
    public static byte[] Genesis(string applianceId, Guid epoch, Lane lane) =>
        SHA256.HashData(
            new CanonicalWriter("ECG\u0001"u8).Text(1, applianceId).Guid(2, epoch).Byte(3, (byte)lane).ToArray());

    /// <summary>The value after a record.</summary>
    /// <param name="previous">32 bytes.</param>
    /// <param name="header">Canonical header.</param>
    /// <param name="ciphertextSha256">SHA-256 of the sealed part; of no bytes when there is none.</param>
    public static byte[] Next(
        ReadOnlySpan<byte> previous, ReadOnlySpan<byte> header, ReadOnlySpan<byte> ciphertextSha256)
    {
        if (previous.Length != ValueLength || ciphertextSha256.Length != ValueLength)
            throw new ArgumentException("Chain values and hashes have 32 bytes.");
        Span<byte> headerHash = stackalloc byte[ValueLength];
        SHA256.HashData(header, headerHash);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("EdgeCheckpoint record chain v1"u8);
        hash.AppendData(previous);
        hash.AppendData(headerHash);
        hash.AppendData(ciphertextSha256);
        return hash.GetHashAndReset();
    }
}
