using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Releases;

/// <summary>How a segment is sealed. Numbers are part of the format; another algorithm is another number.</summary>
public enum SegmentSealAlgorithm : byte
{
    /// <summary>Chunks of 64 KiB under AES-256-GCM, as <see cref="SegmentSeal"/> describes.</summary>
    Aes256GcmChunks = 1,
}

/// <summary>
/// Seals a segment in chunks of 64 KiB under the release's content key (AES-256-GCM), so that it can be opened piece by
/// piece. Release, segment, chunk number and "last" are bound in: chunks cannot be moved, dropped or cut off.
/// </summary>
/// <remarks>
/// A content key belongs to one release; the nonce is segment number (4 bytes) and chunk number (8), so it never repeats.
/// Each sealed chunk is ciphertext followed by a 16-byte tag. An empty segment is one empty chunk.
/// </remarks>
public static class SegmentSeal
{
    public const int ChunkLength = 64 * 1024;

    private const int TagLength = 16;

    /// <summary>Length after sealing.</summary>
    public static long SealedLength(long plainLength) =>
        checked(plainLength + (Math.Max(1, (plainLength + ChunkLength - 1) / ChunkLength) * TagLength));

    /// <summary>Seals a whole segment.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> contentKey, Guid releaseId, int segment, ReadOnlySpan<byte> plain)
    {
        var sealedBytes = new byte[SealedLength(plain.Length)];
        using var aes = new AesGcm(contentKey, TagLength);
        Span<byte> nonce = stackalloc byte[12];
        var written = 0;
        for (long chunk = 0; ; chunk++)
        {
            var length = Math.Min(ChunkLength, plain.Length);
            var isLast = length == plain.Length;
            WriteNonce(nonce, segment, chunk);
            aes.Encrypt(
                nonce,
                plain[..length],
                sealedBytes.AsSpan(written, length),
                sealedBytes.AsSpan(written + length, TagLength),
                AssociatedData(releaseId, segment, chunk, isLast));
            written += length + TagLength;
            plain = plain[length..];
            if (isLast)
                return sealedBytes;
        }
    }

    /// <summary>Opens a whole segment into the buffer given (locked memory on the appliance).</summary>
    /// <param name="plain">Exactly the plain length that the signed metadata names.</param>
    /// <returns>The number of chunks, or which chunk does not open.</returns>
    public static Result<long, ReleaseFailure> Open(
        ReadOnlySpan<byte> contentKey, Guid releaseId, int segment, ReadOnlySpan<byte> sealedBytes, Span<byte> plain)
    {
        if (contentKey.Length != PersonalSeal.KeyLength)
            return new ReleaseFailure(ReleaseStage.ContentKey, "a content key has 32 bytes");
        if (sealedBytes.Length != SealedLength(plain.Length))
            return new ReleaseFailure(ReleaseStage.Segment, "the sealed length does not fit the plain length");
        using var aes = new AesGcm(contentKey, TagLength);
        Span<byte> nonce = stackalloc byte[12];
        for (long chunk = 0; ; chunk++)
        {
            var length = Math.Min(ChunkLength, plain.Length);
            var isLast = length == plain.Length;
            WriteNonce(nonce, segment, chunk);
            try
            {
                aes.Decrypt(
                    nonce,
                    sealedBytes[..length],
                    sealedBytes.Slice(length, TagLength),
                    plain[..length],
                    AssociatedData(releaseId, segment, chunk, isLast));
            }
            catch (AuthenticationTagMismatchException)
            {
                return new ReleaseFailure(ReleaseStage.Segment, $"chunk {chunk} was changed or belongs elsewhere");
            }

            sealedBytes = sealedBytes[(length + TagLength)..];
            plain = plain[length..];
            if (isLast)
                return chunk + 1;
        }
    }

    /// <summary>The context to which a wrapped content key is bound (<see cref="KeyWrap"/>).</summary>
    public static byte[] KeyContext(Guid releaseId)
    {
        byte[] context = [.. "release"u8, .. releaseId.ToByteArray(bigEndian: true)];
        return context;
    }

    private static void WriteNonce(Span<byte> nonce, int segment, long chunk)
    {
        BinaryPrimitives.WriteInt32LittleEndian(nonce, segment);
        BinaryPrimitives.WriteInt64LittleEndian(nonce[4..], chunk);
    }

    private static byte[] AssociatedData(Guid releaseId, int segment, long chunk, bool isLast)
    {
        var data = new byte[16 + 4 + 8 + 1];
        releaseId.TryWriteBytes(data, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(16), segment);
        BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(20), chunk);
        data[28] = isLast ? (byte)1 : (byte)0;
        return data;
    }
}
