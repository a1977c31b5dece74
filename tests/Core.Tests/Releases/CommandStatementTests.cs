using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

public sealed class CommandStatementTests : IDisposable
{
    private static readonly CommandStatement Wipe = new(
        new Guid("5f0d0000-0000-4000-8000-000000000001"), "ap-1", 3, CommandKind.Wipe, 1_000_000, 2_000_000);

    private readonly RootFixtures _site = new();

    [Fact]
    public void Verify_SignedByBothPolicyKeys_IsRead() => Assert.Equal(Wipe, Verify(Wipe.Encode(), SigningRole.Policy).Value);

    [Theory]
    [InlineData(SigningRole.Watchlist)]
    [InlineData(SigningRole.People)]
    [InlineData(SigningRole.Timestamp)]
    [InlineData(SigningRole.Root)]
    public void Verify_SignedByAnotherRole_IsRefused(SigningRole role) =>
        Assert.Equal(ReleaseStage.Trust, Verify(Wipe.Encode(), role).Failure.Stage);

    [Fact]
    public void Verify_OneSignatureOfTwo_IsRefused()
    {
        var bytes = Wipe.Encode();
        var one = RootFixtures.Sign(_site.Keys(SigningRole.Policy).First(), bytes);

        Assert.Equal(ReleaseStage.Trust, CommandStatement.Verify(bytes, [one, one], _site.Root().Trust, "ap-1").Failure.Stage);
    }

    [Fact]
    public void Verify_ForAnotherAppliance_IsRefused() =>
        Assert.Contains("another appliance", Verify((Wipe with { ApplianceId = "ap-2" }).Encode(), SigningRole.Policy).Failure.Reason, StringComparison.Ordinal);

    [Fact]
    public void Verify_UnknownKind_IsRefused() =>
        Assert.Contains("kind 9", Verify((Wipe with { Kind = (CommandKind)9 }).Encode(), SigningRole.Policy).Failure.Reason, StringComparison.Ordinal);

    [Fact]
    public void Verify_EveryTruncation_IsRefused()
    {
        var bytes = Wipe.Encode();

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.False(Verify(bytes[..length], SigningRole.Policy).IsSuccess));
    }

    [Fact]
    public void Verify_ChangedAfterSigning_IsRefused()
    {
        var bytes = Wipe.Encode();
        var signatures = _site.Keys(SigningRole.Policy).Select(key => RootFixtures.Sign(key, bytes)).ToArray();

        Assert.False(CommandStatement.Verify((Wipe with { Number = 4 }).Encode(), signatures, _site.Root().Trust, "ap-1").IsSuccess);
    }

    private Result<CommandStatement, ReleaseFailure> Verify(byte[] bytes, SigningRole role) => CommandStatement.Verify(
        bytes, [.. _site.Keys(role).Select(key => RootFixtures.Sign(key, bytes))], _site.Root().Trust, "ap-1");

    public void Dispose() => _site.Dispose();
}
