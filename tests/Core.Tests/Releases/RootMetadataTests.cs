using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

public sealed class RootMetadataTests : IDisposable
{
    private readonly RootFixtures _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public void EncodeThenParse_GivesEveryField()
    {
        var root = _site.Root(version: 7);

        var read = RootMetadata.Parse(root.Encode()).Value;

        Assert.Equal((7UL, RootFixtures.Issued, RootFixtures.Expires, "Utopia"), (read.Version, read.IssuedAtUnixMicroseconds, read.ExpiresAtUnixMicroseconds, read.SiteName));
        Assert.Equal(root.Encode(), read.Encode());
        Assert.Equal(SHA256.HashData(root.Encode()), read.Pin.ToArray());
        Assert.Equal([(SigningRole.Root, 2, 3), (SigningRole.Watchlist, 2, 2), (SigningRole.People, 2, 2), (SigningRole.Policy, 2, 2), (SigningRole.Suppress, 2, 2), (SigningRole.Timestamp, 1, 1)],
            read.Roles.Select(static role => (role.Role, role.Threshold, role.PublicKeys.Length)));
        Assert.Equal(_site.Authority.RawData, Assert.Single(read.CaCertificates).ToArray());
        Assert.Equal(_site.RecordKeySpki, Assert.Single(read.RecordKeys).ToArray());
    }

    [Fact]
    public void Parse_CutAtEveryByte_IsRefusedAndNeverThrows()
    {
        var bytes = _site.Root().Encode();

        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(ReleaseStage.Root, RootMetadata.Parse(bytes.AsMemory(0, length)).Failure.Stage);
    }

    [Fact]
    public void Parse_BytesBehindTheEnd_AreRefused() =>
        Assert.Contains("cut off", RootMetadata.Parse((byte[])[.. _site.Root().Encode(), 0]).Failure.Reason, StringComparison.Ordinal);

    [Fact]
    public void Parse_Oversized_IsRefusedUnread() =>
        Assert.Contains("32768", RootMetadata.Parse(new byte[RootMetadata.BytesMax + 1]).Failure.Reason, StringComparison.Ordinal);

    [Fact]
    public void Parse_MetadataOfARelease_IsNotARoot() =>
        Assert.Contains("mark", RootMetadata.Parse(ReleaseFixtures.Metadata().Encode()).Failure.Reason, StringComparison.Ordinal);

    [Fact]
    public void Parse_UnknownFieldBehindTheKnownOnes_IsPassedOverAndKeptInThePin()
    {
        var bytes = _site.Root().Encode();
        byte[] longer = [.. bytes, 0xFF, 0xFF, 1, 0, 0, 0, 42];

        var read = RootMetadata.Parse(longer).Value;

        Assert.Equal(SHA256.HashData(longer), read.Pin.ToArray());
    }

    [Fact]
    public void Parse_ThresholdOfOneForPeople_IsRefused() =>
        AssertRefused("Watchlist: 1 signatures are fewer than 2", With(SigningRole.Watchlist, 1, _site.Keys(SigningRole.Watchlist)));

    [Fact]
    public void Parse_ThresholdBeyondTheKeys_IsRefused() =>
        AssertRefused("Root: 3 signatures of 2 keys can never be", With(SigningRole.Root, 3, _site.Keys(SigningRole.Root)[..2]));

    [Fact]
    public void Parse_TwoSignaturesForTime_IsRefused()
    {
        using var second = RootFixtures.NewKey();

        AssertRefused("one signature", With(SigningRole.Timestamp, 2, [.. _site.Keys(SigningRole.Timestamp), second]));
    }

    [Fact]
    public void Parse_KeyTwiceInARole_IsRefused() =>
        AssertRefused("is named twice", With(SigningRole.Policy, 2, [_site.Keys(SigningRole.Policy)[0], _site.Keys(SigningRole.Policy)[0]]));

    [Theory]
    [InlineData(SigningRole.Watchlist)]
    [InlineData(SigningRole.Suppress)]
    public void Parse_RootKeyThatIsAReleaseKeyToo_IsRefused(SigningRole role) =>
        AssertRefused("a key has one use", With(role, 2, [_site.Keys(role)[0], _site.Keys(SigningRole.Root)[0]]));

    [Fact]
    public void Parse_RecordKeyThatSigns_IsRefused()
    {
        var root = _site.Root();
        AssertRefused("a key has one use", Changed(root, recordKeys: [root.Trust.Find(SigningRole.Timestamp)!.PublicKeys[0]]));
    }

    [Fact]
    public void Parse_RoleMissing_IsRefused() =>
        AssertRefused("Suppress keys are missing", _site.Root(roles: [.. _site.Roles().Where(static role => role.Role != SigningRole.Suppress)]));

    [Fact]
    public void Parse_RoleWithoutKeys_IsRefused() => AssertRefused("People keys are missing", With(SigningRole.People, 2, []));

    [Fact]
    public void Parse_NineKeysInARole_AreRefused()
    {
        var keys = Enumerable.Range(0, RootMetadata.KeysMax + 1).Select(static _ => RootFixtures.NewKey()).ToArray();

        AssertRefused("more than 8", With(SigningRole.Root, 2, keys));
    }

    [Fact]
    public void Parse_KeyOfAnotherCurve_IsRefused()
    {
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        AssertRefused("not a P-256 public key", With(SigningRole.Watchlist, 2, [_site.Keys(SigningRole.Watchlist)[0], large]));
    }

    [Fact]
    public void Parse_NoAuthority_IsRefused() => AssertRefused("authorities are missing", Changed(_site.Root(), authorities: []));

    [Fact]
    public void Parse_AuthorityTwice_IsRefused() =>
        AssertRefused("an authority is named twice", Changed(_site.Root(), authorities: [_site.Authority.RawData, _site.Authority.RawData]));

    [Fact]
    public void Parse_AuthorityThatIsNone_IsRefused()
    {
        using var key = RootFixtures.NewKey();
        using var leaf = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=leaf", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(_site.Authority.NotBefore, _site.Authority.NotAfter);

        AssertRefused("not a certificate of a certification authority", Changed(_site.Root(), authorities: [leaf.RawData]));
        AssertRefused("not a certificate of a certification authority", Changed(_site.Root(), authorities: [new byte[] { 0x30, 0 }]));
    }

    [Fact]
    public void Parse_AnyByteChanged_NeverThrowsAndNeverVerifies()
    {
        var signed = _site.Sign(_site.Root());

        for (var index = 0; index < signed.Metadata.Length; index++)
        {
            var changed = new SignedMetadata { Metadata = (byte[])signed.Metadata.Clone(), Signatures = signed.Signatures };
            changed.Metadata[index] ^= 1;
            Assert.False(RootChain.VerifyFirst(changed).IsSuccess, $"byte {index}");
        }
    }

    private RootMetadata With(SigningRole role, int threshold, ECDsa[] keys) =>
        _site.Root(roles: [.. _site.Roles().Select(known => known.Role == role ? RootFixtures.Role(role, threshold, keys) : known)]);

    private static RootMetadata Changed(
        RootMetadata root, ImmutableArray<ReadOnlyMemory<byte>>? authorities = null, ImmutableArray<ReadOnlyMemory<byte>>? recordKeys = null) => new()
        {
            Version = root.Version,
            IssuedAtUnixMicroseconds = root.IssuedAtUnixMicroseconds,
            ExpiresAtUnixMicroseconds = root.ExpiresAtUnixMicroseconds,
            SiteName = root.SiteName,
            Roles = root.Roles,
            CaCertificates = authorities ?? root.CaCertificates,
            RecordKeys = recordKeys ?? root.RecordKeys,
        };

    private static void AssertRefused(string reason, RootMetadata root) =>
        Assert.Contains(reason, RootMetadata.Parse(root.Encode()).Failure.Reason, StringComparison.Ordinal);
}
