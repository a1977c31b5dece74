using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Storage.Sql;

/// <summary>Signatures in one column: runs of key id (8 bytes), algorithm (1), signature (64).</summary>
internal static class SignatureBytes
{
    private const int SignatureLength = 64;

    public static byte[] Write(IReadOnlyList<ReleaseSignature> signatures) =>
        [.. signatures.SelectMany(static signature =>
            (byte[])[.. signature.KeyId.ToBytes(), (byte)signature.Algorithm, .. signature.Signature.Span])];

    public static IReadOnlyList<ReleaseSignature> Read(byte[] bytes) =>
        [.. bytes.Chunk(KeyId.Length + 1 + SignatureLength).Select(static chunk => new ReleaseSignature(
            KeyId.TryRead(chunk.AsSpan(0, KeyId.Length), out var id) ? id : default,
            (SignatureAlgorithm)chunk[KeyId.Length],
            chunk.AsMemory(KeyId.Length + 1)))];
}
