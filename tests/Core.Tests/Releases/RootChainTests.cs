using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

/// <summary>From one root to the next, and what each rotation does to the keys before it.</summary>
public sealed class RootChainTests : IDisposable
{
    private readonly RootFixtures _site = new();
    private readonly RootMetadata _first;

    public RootChainTests() => _first = RootChain.VerifyFirst(_site.Sign(_site.Root())).Value;

    public void Dispose() => _site.Dispose();

    [Fact]
    public void VerifyFirst_OneRootSigner_IsRefused() =>
        AssertRefused("1 of the 2", RootChain.VerifyFirst(_site.Sign(_site.Root(), _site.Keys(SigningRole.Root)[0])));

    [Fact]
    public void VerifyFirst_SignedByReleaseKeys_IsRefused() =>
        AssertRefused("0 of the 2", RootChain.VerifyFirst(_site.Sign(_site.Root(), _site.Keys(SigningRole.Watchlist))));

    [Fact]
    public void VerifyNext_AnyTwoOfThree_IsTaken()
    {
        var keys = _site.Keys(SigningRole.Root);

        Assert.True(RootChain.VerifyNext(_first, _site.Sign(_site.Root(2), keys[1], keys[2])).IsSuccess);
        Assert.True(RootChain.VerifyNext(_first, _site.Sign(_site.Root(2), keys[0], keys[2])).IsSuccess);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(ulong.MaxValue)]
    public void VerifyNext_VersionThatDoesNotFollow_IsRefused(ulong version) =>
        AssertRefused("does not follow version 1", RootChain.VerifyNext(_first, _site.Sign(_site.Root(version))));

    [Fact]
    public void VerifyNext_RootKeysReplaced_NeedsTheOldAndTheNew()
    {
        var old = _site.Replace(SigningRole.Root);
        var now = _site.Keys(SigningRole.Root);
        var next = _site.Root(2);

        Assert.True(RootChain.VerifyNext(_first, _site.Sign(next, [.. old[..2], .. now[..2]])).IsSuccess);
        AssertRefused("by its own keys: 0 of the 2", RootChain.VerifyNext(_first, _site.Sign(next, old[..2])));
        AssertRefused("by the keys of version 1: 0 of the 2", RootChain.VerifyNext(_first, _site.Sign(next, now[..2])));
        AssertRefused("by its own keys: 1 of the 2", RootChain.VerifyNext(_first, _site.Sign(next, [.. old[..2], now[0]])));
    }

    [Fact]
    public void VerifyNext_OldRootKeysAfterTheirRotation_SignNothingMore()
    {
        var old = _site.Replace(SigningRole.Root);
        var second = RootChain.VerifyNext(_first, _site.Sign(_site.Root(2), [.. old[..2], .. _site.Keys(SigningRole.Root)[..2]])).Value;

        AssertRefused("by the keys of version 2: 0 of the 2", RootChain.VerifyNext(second, _site.Sign(_site.Root(3), old[..2])));
        Assert.True(RootChain.VerifyNext(second, _site.Sign(_site.Root(3))).IsSuccess);
    }

    [Theory]
    [InlineData(SigningRole.Watchlist, ReleaseKind.Watchlist)]
    [InlineData(SigningRole.People, ReleaseKind.People)]
    [InlineData(SigningRole.Policy, ReleaseKind.Policy)]
    [InlineData(SigningRole.Suppress, ReleaseKind.Suppression)]
    public void Verify_AfterARotation_TheOldKeysStopAndTheNewWork(SigningRole role, ReleaseKind kind)
    {
        var release = Release(kind);
        Assert.True(Verify(_first, release, kind, _site.Keys(role)).IsSuccess);

        var old = _site.Replace(role);
        var second = RootChain.VerifyNext(_first, _site.Sign(_site.Root(2))).Value;

        Assert.Equal(ReleaseStage.Trust, Verify(second, release, kind, old).Failure.Stage);
        Assert.Equal(ReleaseStage.Trust, Verify(second, release, kind, [old[0], _site.Keys(role)[0]]).Failure.Stage);
        Assert.True(Verify(second, release, kind, _site.Keys(role)).IsSuccess);
        Assert.Equal(ReleaseStage.Trust, Verify(_first, release, kind, _site.Keys(role)).Failure.Stage);
    }

    [Fact]
    public void IsSignedTime_AfterARotation_TheOldKeyStopsAndTheNewWorks()
    {
        var statement = new TimeStatement("ap-1", RootFixtures.Issued, new byte[] { 1 });
        var old = _site.Replace(SigningRole.Timestamp);
        var second = RootChain.VerifyNext(_first, _site.Sign(_site.Root(2))).Value;
        var byOld = Signatures.Sign(old[0], statement.Encode());
        var byNew = Signatures.Sign(_site.Keys(SigningRole.Timestamp)[0], statement.Encode());

        Assert.True(_first.Trust.IsSignedTime(statement, byOld));
        Assert.False(_first.Trust.IsSignedTime(statement, byNew));
        Assert.False(second.Trust.IsSignedTime(statement, byOld));
        Assert.True(second.Trust.IsSignedTime(statement, byNew));
        Assert.False(second.Trust.IsSignedTime(statement with { UnixMicroseconds = 1 }, byNew));
    }

    [Theory]
    [InlineData(ReleaseKind.Watchlist, SigningRole.Suppress)]
    [InlineData(ReleaseKind.Watchlist, SigningRole.People)]
    [InlineData(ReleaseKind.Watchlist, SigningRole.Root)]
    [InlineData(ReleaseKind.People, SigningRole.Watchlist)]
    [InlineData(ReleaseKind.Policy, SigningRole.Suppress)]
    [InlineData(ReleaseKind.Suppression, SigningRole.Watchlist)]
    public void Verify_ReleaseSignedByAnotherRole_IsRefused(ReleaseKind kind, SigningRole role) =>
        Assert.Equal(ReleaseStage.Trust, Verify(_first, Release(kind), kind, _site.Keys(role)[..2]).Failure.Stage);

    [Theory]
    [InlineData("base")]
    [InlineData("Removals")]
    [InlineData("")]
    public void Verify_SuppressionThatCouldHoldAnEntry_IsRefused(string segment)
    {
        var release = ReleaseFixtures.Metadata(kind: ReleaseKind.Suppression, segments: [ReleaseFixtures.Segment(segment)]).Encode();

        var failure = Verify(_first, release, ReleaseKind.Suppression, _site.Keys(SigningRole.Suppress)).Failure;

        Assert.Equal("a suppression may hold nothing but removals", failure.Reason);
    }

    [Fact]
    public void Verify_SuppressionWithASecondSegment_IsRefused()
    {
        var release = ReleaseFixtures.Metadata(
            kind: ReleaseKind.Suppression, segments: [ReleaseFixtures.Segment("removals"), ReleaseFixtures.Segment("base")]).Encode();

        Assert.Equal(ReleaseStage.Trust, Verify(_first, release, ReleaseKind.Suppression, _site.Keys(SigningRole.Suppress)).Failure.Stage);
    }

    [Fact]
    public void Verify_ChainWithAMissingStep_IsRefused() =>
        AssertRefused("does not follow", RootChain.Verify([_site.Sign(_site.Root()), _site.Sign(_site.Root(3))]));

    [Fact]
    public void Verify_EmptyChain_IsRefused() => AssertRefused("there is no root", RootChain.Verify([]));

    [Fact]
    public void ReleaseSignatures_FromDamagedFile_LeaveOutWhatCannotBe()
    {
        var signed = _site.Sign(_site.Root());
        var damaged = new SignedMetadata
        {
            Metadata = signed.Metadata,
            Signatures = [null!, new StoredSignature { KeyId = [1], Algorithm = 1, Value = [] }, .. signed.Signatures],
        };

        Assert.True(RootChain.VerifyFirst(damaged).IsSuccess);
    }

    private static byte[] Release(ReleaseKind kind) =>
        ReleaseFixtures.Metadata(kind: kind, segments: [ReleaseFixtures.Segment(kind == ReleaseKind.Suppression ? "removals" : "base")]).Encode();

    private static Result<ReleaseMetadata, ReleaseFailure> Verify(
        RootMetadata root, byte[] release, ReleaseKind kind, System.Security.Cryptography.ECDsa[] signers) =>
        root.Trust.Verify(release, [.. signers.Select(key => RootFixtures.Sign(key, release))], kind, 0, RootFixtures.Issued);

    private static void AssertRefused<T>(string reason, Result<T, ReleaseFailure> result)
        where T : notnull
    {
        Assert.Equal(ReleaseStage.Root, result.Failure.Stage);
        Assert.Contains(reason, result.Failure.Reason, StringComparison.Ordinal);
    }
}
