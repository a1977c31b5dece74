using System.Security.Cryptography;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>
/// The overlay of a list as it lies on the card, made and sealed here: 32 random bytes, the content key of the base, the overlay. Both are
/// sealed under a key that comes from the content key of the release and the random bytes (HKDF, RFC 5869), so that no key and nonce
/// meet twice though an overlay is made anew. The base's own content key then needs no lease of its own: who holds the newest release's holds both.
/// </summary>
internal static class OverlayFile
{
    private const int SaltLength = 32;
    private const int KeyPlace = 0;
    private const int OverlayPlace = 1;

    private static readonly int SealedKeyLength = (int)SegmentSeal.SealedLength(PersonalSeal.KeyLength);

    /// <summary>The bytes of the file.</summary>
    internal static byte[] Seal(ReadOnlySpan<byte> contentKey, Guid releaseId, ReadOnlySpan<byte> baseKey, ReadOnlySpan<byte> overlay)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var key = LocalKey(contentKey, salt, releaseId);
        try
        {
            return [.. salt, .. SegmentSeal.Seal(key, releaseId, KeyPlace, baseKey), .. SegmentSeal.Seal(key, releaseId, OverlayPlace, overlay)];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Opens the file.</summary>
    /// <param name="overlayLength">As it was when the file was made.</param>
    /// <returns>The content key of the base, to be wiped after use, and the overlay in locked memory.</returns>
    internal static Result<(byte[] BaseKey, LockedMemory Overlay), ReleaseFailure> Open(
        ReadOnlySpan<byte> contentKey, Guid releaseId, ReadOnlySpan<byte> file, int overlayLength)
    {
        if (overlayLength < 0 || file.Length != SaltLength + SealedKeyLength + SegmentSeal.SealedLength(overlayLength))
            return new ReleaseFailure(ReleaseStage.Segment, "the overlay on the card has another length than it was written with");
        var key = LocalKey(contentKey, file[..SaltLength], releaseId);
        var baseKey = new byte[PersonalSeal.KeyLength];
        var overlay = new LockedMemory(overlayLength);
        try
        {
            if (SegmentSeal.Open(key, releaseId, KeyPlace, file.Slice(SaltLength, SealedKeyLength), baseKey).TryGet(out _, out var failure)
                && SegmentSeal.Open(key, releaseId, OverlayPlace, file[(SaltLength + SealedKeyLength)..], overlay.Bytes).TryGet(out _, out failure))
            {
                return (baseKey, overlay);
            }

            CryptographicOperations.ZeroMemory(baseKey);
            overlay.Dispose();
            return new ReleaseFailure(failure.Stage, $"the overlay on the card: {failure.Reason}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] LocalKey(ReadOnlySpan<byte> contentKey, ReadOnlySpan<byte> salt, Guid releaseId)
    {
        var key = new byte[PersonalSeal.KeyLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, contentKey, key, salt, [.. "overlay on the card"u8, .. releaseId.ToByteArray(bigEndian: true)]);
        return key;
    }
}
