using System.Security.Cryptography;
using CsCheck;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Records;

public sealed class SignaturesTests
{
    private static readonly byte[] Message = "a statement"u8.ToArray();

    [Fact]
    public void Verify_EveryByteOfTheSignatureFlipped_IsFalse()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = key.ExportSubjectPublicKeyInfo();
        var signature = Signatures.Sign(key, Message);

        Assert.True(Signatures.Verify(SignatureAlgorithm.EcdsaP256Sha256, spki, Message, signature));
        for (var index = 0; index < signature.Length; index++)
        {
            var changed = (byte[])signature.Clone();
            changed[index] ^= 1;
            Assert.False(Signatures.Verify(SignatureAlgorithm.EcdsaP256Sha256, spki, Message, changed));
        }
    }

    [Fact]
    public void Verify_OtherCurveOrKindOfKey_IsFalse()
    {
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);

        Assert.False(Signatures.Verify(
            SignatureAlgorithm.EcdsaP256Sha256, large.ExportSubjectPublicKeyInfo(), Message, Signatures.Sign(large, Message)));
        Assert.False(Signatures.Verify(
            SignatureAlgorithm.EcdsaP256Sha256, rsa.ExportSubjectPublicKeyInfo(), Message, new byte[64]));
    }

    [Fact]
    public void Verify_KeyWithAnyByteChanged_NeverThrows()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = key.ExportSubjectPublicKeyInfo();
        var signature = Signatures.Sign(key, Message);

        for (var index = 0; index < spki.Length; index++)
        {
            foreach (var change in (byte[])[1, 0x10, 0x80])
            {
                var changed = (byte[])spki.Clone();
                changed[index] ^= change;
                Assert.False(Signatures.Verify(SignatureAlgorithm.EcdsaP256Sha256, changed, Message, signature), $"byte {index}");
            }
        }

        RecordFixtures.AnyBytes.Sample(
            bytes => Assert.False(Signatures.Verify(SignatureAlgorithm.EcdsaP256Sha256, bytes, Message, signature)), iter: 1_000);
    }
}
