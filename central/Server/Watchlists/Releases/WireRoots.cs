using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using Google.Protobuf;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Signed metadata as it goes over the wire.</summary>
internal static class WireRoots
{
    /// <summary>Most roots in an answer: with the largest ones it still fits the message an appliance takes.</summary>
    public const int StepsMax = 4;

    public static RootStep ToStep(SignedMetadata root)
    {
        var step = new RootStep { Metadata = ByteString.CopyFrom(root.Metadata) };
        step.Signatures.AddRange(root.ReleaseSignatures.Select(ToWire));
        return step;
    }

    public static Protos.V1.ReleaseSignature ToWire(Releases.ReleaseSignature signature) => new()
    {
        KeyId = ByteString.CopyFrom(signature.KeyId.ToBytes()),
        Algorithm = (uint)signature.Algorithm,
        Signature = ByteString.CopyFrom(signature.Signature.Span),
    };
}
