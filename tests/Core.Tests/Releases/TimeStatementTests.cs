using System.Security.Cryptography;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

public sealed class TimeStatementTests
{
    private static readonly TimeStatement Statement = new("uto-north-1", 1_795_459_200_000_000, new byte[] { 1, 2, 3 });

    [Fact]
    public void Encode_SameStatement_GivesTheSameBytes() => Assert.Equal(Statement.Encode(), (Statement with { }).Encode());

    [Fact]
    public void Verify_StatementForOtherApplianceTimeOrNonce_IsFalse()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signature = Signatures.Sign(key, Statement.Encode());

        Assert.True(IsSigned(Statement));
        Assert.False(IsSigned(Statement with { ApplianceId = "uto-north-2" }));
        Assert.False(IsSigned(Statement with { UnixMicroseconds = Statement.UnixMicroseconds + 1 }));
        Assert.False(IsSigned(Statement with { Nonce = new byte[] { 1, 2, 4 } }));
        Assert.False(IsSigned(Statement with { Nonce = default }));

        bool IsSigned(TimeStatement statement) => Signatures.Verify(
            SignatureAlgorithm.EcdsaP256Sha256, key.ExportSubjectPublicKeyInfo(), statement.Encode(), signature);
    }
}
