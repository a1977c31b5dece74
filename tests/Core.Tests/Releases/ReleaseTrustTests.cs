using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

public sealed class ReleaseTrustTests : IDisposable
{
    private readonly ReleaseFixtures _site = new();
    private readonly byte[] _metadata = ReleaseFixtures.Metadata().Encode();

    public void Dispose() => _site.Dispose();

    [Fact]
    public void Verify_BothSigners_GivesTheMetadata() => Assert.Equal(12UL, Verify(Both()).Value.Version);

    [Fact]
    public void Verify_VersionAlreadyInstalled_IsARenewalNotARollback() => Assert.True(Verify(Both(), highest: 12).IsSuccess);

    [Fact]
    public void Verify_OlderVersion_IsRefusedAsRollback()
    {
        var failure = Verify(Both(), highest: 13).Failure;

        Assert.Equal(ReleaseStage.Version, failure.Stage);
        Assert.Contains("older than 13", failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReleaseFixtures.Expires)]
    [InlineData(long.MaxValue)]
    public void Verify_ExpiredUnderTrustedClock_IsRefused(long now) =>
        Assert.Equal(ReleaseStage.Expiry, Verify(Both(), now: now).Failure.Stage);

    [Fact]
    public void Verify_ExpiredUnderDoubtfulClock_IsTaken() => Assert.True(Verify(Both(), now: null).IsSuccess);

    [Fact]
    public void Verify_ForeignSigner_DoesNotCount() => AssertUntrusted(Sign(_site.Authority), Sign(_site.Stranger));

    [Fact]
    public void Verify_OneSignerOfTwo_IsRefused() => AssertUntrusted(Sign(_site.Authority));

    [Fact]
    public void Verify_NoSignature_IsRefused() => AssertUntrusted();

    [Fact]
    public void Verify_SameSignerTwice_CountsOnce() => AssertUntrusted(Sign(_site.Authority), Sign(_site.Authority));

    [Fact]
    public void Verify_RoleNamesAKeyTwice_CountsOnce()
    {
        var trust = new ReleaseTrust([ReleaseFixtures.Role(2, _site.Authority, _site.Authority)]);

        Assert.Equal(ReleaseStage.Trust, Verify([Sign(_site.Authority)], trust: trust).Failure.Stage);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Verify_ThresholdBelowOne_TrustsNobody(int threshold) =>
        Assert.Equal(ReleaseStage.Trust, Verify([], trust: _site.Trust(threshold)).Failure.Stage);

    [Fact]
    public void Verify_StrangerUnderATrustedKeyId_DoesNotCount() =>
        AssertUntrusted(Sign(_site.Authority), Sign(_site.Stranger) with { KeyId = Sign(_site.Operator).KeyId });

    [Fact]
    public void Verify_BrokenSignatureBeforeTheTrueOne_DoesNotHideIt()
    {
        var broken = Sign(_site.Operator) with { Signature = new byte[64] };

        Assert.True(Verify([broken, .. Both()]).IsSuccess);
    }

    [Fact]
    public void Verify_UnknownAlgorithm_DoesNotCount() =>
        AssertUntrusted(Sign(_site.Authority), Sign(_site.Operator) with { Algorithm = (SignatureAlgorithm)9 });

    [Fact]
    public void Verify_AnyByteOfTheMetadataChanged_IsRefused()
    {
        var signatures = Both();

        for (var index = 0; index < _metadata.Length; index++)
        {
            var changed = (byte[])_metadata.Clone();
            changed[index] ^= 1;
            Assert.False(Verify(signatures, metadata: changed).IsSuccess, $"byte {index}");
        }
    }

    [Fact]
    public void Verify_OtherKindThanAskedFor_IsRefused()
    {
        var failure = _site.Trust().Verify(_metadata, Both(), ReleaseKind.People, 0, null).Failure;

        Assert.Equal("this is a Watchlist release, asked for was People", failure.Reason);
    }

    [Fact]
    public void Verify_KindWithoutTrustedKeys_IsRefused()
    {
        var metadata = ReleaseFixtures.Metadata(kind: ReleaseKind.Policy).Encode();

        var failure = _site.Trust().Verify(
            metadata, [ReleaseFixtures.Sign(_site.Authority, metadata)], ReleaseKind.Policy, 0, null).Failure;

        Assert.Equal(ReleaseStage.Trust, failure.Stage);
    }

    [Fact]
    public void Verify_OversizedMetadata_IsRefusedBeforeAnySignatureIsTried() =>
        Assert.Equal(ReleaseStage.Metadata, Verify(Both(), metadata: new byte[ReleaseMetadata.BytesMax + 1]).Failure.Stage);

    private ReleaseSignature Sign(System.Security.Cryptography.ECDsa key) => ReleaseFixtures.Sign(key, _metadata);

    private ReleaseSignature[] Both() => [Sign(_site.Authority), Sign(_site.Operator)];

    private Result<ReleaseMetadata, ReleaseFailure> Verify(
        ReleaseSignature[] signatures, ulong highest = 0, long? now = ReleaseFixtures.Issued, byte[]? metadata = null, ReleaseTrust? trust = null) =>
        (trust ?? _site.Trust()).Verify(metadata ?? _metadata, signatures, ReleaseKind.Watchlist, highest, now);

    private void AssertUntrusted(params ReleaseSignature[] signatures) =>
        Assert.Equal(ReleaseStage.Trust, Verify(signatures).Failure.Stage);
}
