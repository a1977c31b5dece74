using System.Security.Cryptography;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Reads back what was published: a newer release is compared with it.</summary>
internal sealed class ReleaseContents(ICentralStore store, SiteKeys keys)
{
    private const int PieceLength = 16 * 1024 * 1024;

    /// <summary>Opens a segment of a release.</summary>
    /// <returns>Its bytes, or in words why there are none.</returns>
    public async Task<Result<byte[], string>> OpenAsync(Release release, ReleaseMetadata metadata, string name, CancellationToken cancellationToken)
    {
        if (metadata.Find(name) is not var (place, segment))
            return $"it has no segment {name}";
        var sealedBytes = new byte[segment.SealedLength];
        for (var read = 0; read < sealedBytes.Length;)
        {
            var piece = await store.Releases.ReadSegmentAsync(segment.SealedSha256, read, Math.Min(PieceLength, sealedBytes.Length - read), cancellationToken);
            if (piece is not { Length: > 0 })
                return "its segment is not in the store";
            piece.CopyTo(sealedBytes, read);
            read += piece.Length;
        }

        if (!KeyWrap.Unwrap(keys.RecordKey, release.WrappedContentKey, SegmentSeal.KeyContext(release.ReleaseId)).TryGet(out var key, out var unwrapped))
            return unwrapped.Reason;
        var plain = new byte[segment.PlainLength];
        var opened = SegmentSeal.Open(key, release.ReleaseId, place, sealedBytes, plain);
        CryptographicOperations.ZeroMemory(key);
        return opened.TryGet(out _, out var failure) ? plain : failure.ToString();
    }
}
