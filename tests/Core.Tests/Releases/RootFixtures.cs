using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

/// <summary>The people of Utopia who hold its keys, and the roots they sign. Also compiled into Edge.Tests.</summary>
internal sealed class RootFixtures : IDisposable
{
    internal const long Issued = 1_795_400_000_000_000;
    internal const long Expires = 1_826_936_000_000_000;

    private readonly ECDsa _authorityKey = NewKey();
    private readonly ECDiffieHellman _recordKey;
    private readonly Dictionary<SigningRole, ECDsa[]> _keys = [];

    /// <param name="recordKey">Central's record key; a fresh one when left out. Owned from now on.</param>
    internal RootFixtures(ECDiffieHellman? recordKey = null)
    {
        _recordKey = recordKey ?? ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        foreach (var role in SigningRoles.All)
            _keys[role] = [.. Enumerable.Range(0, role == SigningRole.Root ? 3 : SigningRoles.ThresholdMin(role)).Select(static _ => NewKey())];
        Authority = NewAuthority("Utopia site authority");
    }

    internal X509Certificate2 Authority { get; }

    internal byte[] RecordKeySpki => _recordKey.ExportSubjectPublicKeyInfo();

    internal ECDsa[] Keys(SigningRole role) => _keys[role];

    /// <summary>A root of the present keys.</summary>
    internal RootMetadata Root(ulong version = 1, ImmutableArray<TrustedRole>? roles = null) => new()
    {
        Version = version,
        IssuedAtUnixMicroseconds = Issued,
        ExpiresAtUnixMicroseconds = Expires,
        SiteName = "Utopia",
        Roles = roles ?? Roles(),
        CaCertificates = [Authority.RawData],
        RecordKeys = [RecordKeySpki],
    };

    internal ImmutableArray<TrustedRole> Roles() =>
        [.. SigningRoles.All.ToArray().Select(role => Role(role, SigningRoles.ThresholdMin(role), _keys[role]))];

    /// <summary>Puts fresh keys into a role, as after a rotation; the old ones are given back.</summary>
    internal ECDsa[] Replace(SigningRole role)
    {
        var old = _keys[role];
        _keys[role] = [.. old.Select(static _ => NewKey())];
        return old;
    }

    internal static TrustedRole Role(SigningRole role, int threshold, params ECDsa[] keys) =>
        new(role, threshold, [.. keys.Select(static key => new ReadOnlyMemory<byte>(key.ExportSubjectPublicKeyInfo()))]);

    /// <summary>A root signed by these; by two of the present root keys when nobody is named.</summary>
    internal SignedMetadata Sign(RootMetadata root, params ECDsa[] signers) =>
        SignedMetadata.From(root.Bytes.Span, (signers.Length == 0 ? _keys[SigningRole.Root][..2] : signers).Select(key => Sign(key, root.Bytes.Span)));

    internal static ReleaseSignature Sign(ECDsa key, ReadOnlySpan<byte> message) =>
        new(KeyId.Of(key.ExportSubjectPublicKeyInfo()), SignatureAlgorithm.EcdsaP256Sha256, Signatures.Sign(key, message));

    internal static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _authorityKey.Dispose();
        _recordKey.Dispose();
        Authority.Dispose();
        foreach (var key in _keys.Values.SelectMany(static keys => keys))
            key.Dispose();
    }

    private X509Certificate2 NewAuthority(string name)
    {
        var request = new CertificateRequest($"CN={name}", _authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(
            new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2036, 11, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
