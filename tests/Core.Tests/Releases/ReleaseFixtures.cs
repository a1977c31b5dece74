using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

/// <summary>An invented release of Utopia, and the two people who sign it.</summary>
internal sealed class ReleaseFixtures : IDisposable
{
    internal static readonly Guid ReleaseId = new("9d6b1c1e-6c8e-4a53-8c5e-1c7a5a1f2b04");

    internal const long Issued = 1_795_400_000_000_000;
    internal const long Expires = 1_796_000_000_000_000;

    internal ECDsa Authority { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal ECDsa Operator { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal ECDsa Stranger { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal ReleaseTrust Trust(int threshold = 2) => new([Role(threshold, Authority, Operator)]);

    internal static TrustedRole Role(int threshold, params ECDsa[] keys) =>
        new(SigningRole.Watchlist, threshold, [.. keys.Select(static key => new ReadOnlyMemory<byte>(key.ExportSubjectPublicKeyInfo()))]);

    internal static ReleaseSignature Sign(ECDsa key, byte[] metadata) =>
        new(KeyId.Of(key.ExportSubjectPublicKeyInfo()), SignatureAlgorithm.EcdsaP256Sha256, Signatures.Sign(key, metadata));

    internal static ReleaseMetadata Metadata(
        ulong version = 12, ReleaseKind kind = ReleaseKind.Watchlist, ImmutableArray<ReleaseSegment>? segments = null, byte[]? root = null) => new()
        {
            Kind = kind,
            ReleaseId = ReleaseId,
            Version = version,
            IssuedAtUnixMicroseconds = Issued,
            ExpiresAtUnixMicroseconds = Expires,
            StateRoot = root ?? SHA256.HashData("root"u8),
            Segments = segments ?? [Segment("base")],
        };

    internal static ReleaseSegment Segment(string name, long plain = 100, long sealedLength = 116) =>
        new(name, plain, sealedLength, SHA256.HashData("sealed"u8));

    public void Dispose()
    {
        Authority.Dispose();
        Operator.Dispose();
        Stranger.Dispose();
    }
}
