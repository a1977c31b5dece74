using EdgeCheckpoint.Releases;
using Google.Protobuf;
using WireSignature = EdgeCheckpoint.Protos.V1.ReleaseSignature;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>Signed metadata off the wire, as it is verified and kept.</summary>
internal static class WireReleases
{
    internal static SignedMetadata Signed(ByteString metadata, IEnumerable<WireSignature> signatures) => new()
    {
        Metadata = metadata.ToByteArray(),
        Signatures = [.. signatures.Take(SignedMetadata.SignaturesMax).Select(static signature => new StoredSignature
        {
            KeyId = signature.KeyId.ToByteArray(),

            // An algorithm beyond a byte is none that is known, and 0 is none at all.
            Algorithm = signature.Algorithm <= byte.MaxValue ? (byte)signature.Algorithm : (byte)0,
            Value = signature.Signature.ToByteArray(),
        })],
    };
}
