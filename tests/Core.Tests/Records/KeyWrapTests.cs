using System.Security.Cryptography;
using CsCheck;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Records;

public sealed class KeyWrapTests
{
    private static readonly byte[] Context = SealedRecord.KeyContext(RecordFixtures.Epoch);

    [Fact]
    public void WrapThenUnwrap_SameRecipientAndContext_GivesTheKeyBack()
    {
        using var recipient = new MemoryKeyAgreement();
        var key = PersonalSeal.NewKey();

        var wrapped = KeyWrap.Wrap(recipient.PublicKeySpki.Span, key, Context);

        Assert.Equal(KeyWrap.Length, wrapped.Length);
        Assert.Equal(key, KeyWrap.Unwrap(recipient, wrapped, Context).Value);
        Assert.True(KeyWrap.TryReadRecipient(wrapped, out var id));
        Assert.Equal(KeyId.Of(recipient.PublicKeySpki.Span), id);
    }

    [Fact]
    public void Unwrap_EveryByteFlipped_IsRefusedWithoutThrowing()
    {
        using var recipient = new MemoryKeyAgreement();
        var wrapped = KeyWrap.Wrap(recipient.PublicKeySpki.Span, PersonalSeal.NewKey(), Context);

        for (var index = 0; index < wrapped.Length; index++)
        {
            var changed = (byte[])wrapped.Clone();
            changed[index] ^= 1;
            Assert.Equal(RecordStage.KeyWrap, KeyWrap.Unwrap(recipient, changed, Context).Failure.Stage);
        }
    }

    [Fact]
    public void Unwrap_EveryOtherLength_IsRefused()
    {
        using var recipient = new MemoryKeyAgreement();
        var wrapped = KeyWrap.Wrap(recipient.PublicKeySpki.Span, PersonalSeal.NewKey(), Context);

        for (var length = 0; length < wrapped.Length; length++)
            Assert.False(KeyWrap.Unwrap(recipient, wrapped.AsSpan(0, length), Context).IsSuccess);
        Assert.False(KeyWrap.Unwrap(recipient, (byte[])[.. wrapped, 0], Context).IsSuccess);
    }

    [Fact]
    public void Unwrap_OtherContext_IsRefused()
    {
        using var recipient = new MemoryKeyAgreement();
        var wrapped = KeyWrap.Wrap(recipient.PublicKeySpki.Span, PersonalSeal.NewKey(), Context);

        var failure = KeyWrap.Unwrap(recipient, wrapped, SealedRecord.KeyContext(Guid.Empty)).Failure;

        Assert.Equal("the wrapped key does not open in this context", failure.Reason);
    }

    [Fact]
    public void Unwrap_OtherRecipient_NamesTheKeyItIsFor()
    {
        using var recipient = new MemoryKeyAgreement();
        using var other = new MemoryKeyAgreement();
        var wrapped = KeyWrap.Wrap(recipient.PublicKeySpki.Span, PersonalSeal.NewKey(), Context);

        var failure = KeyWrap.Unwrap(other, wrapped, Context).Failure;

        Assert.Contains(KeyId.Of(recipient.PublicKeySpki.Span).ToString(), failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Unwrap_RelabelledToOtherRecipient_IsRefused()
    {
        using var recipient = new MemoryKeyAgreement();
        using var other = new MemoryKeyAgreement();
        var wrapped = KeyWrap.Wrap(recipient.PublicKeySpki.Span, PersonalSeal.NewKey(), Context);
        KeyId.Of(other.PublicKeySpki.Span).ToBytes().CopyTo(wrapped, 1);

        Assert.False(KeyWrap.Unwrap(other, wrapped, Context).IsSuccess);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public void Unwrap_PointOffTheCurve_IsRefusedWithoutThrowing(byte coordinate)
    {
        using var recipient = new MemoryKeyAgreement();
        var wrapped = KeyWrap.Wrap(recipient.PublicKeySpki.Span, PersonalSeal.NewKey(), Context);
        wrapped.AsSpan(1 + KeyId.Length + 1, 64).Fill(coordinate);

        Assert.False(KeyWrap.Unwrap(recipient, wrapped, Context).IsSuccess);
    }

    [Fact]
    public void Unwrap_RandomBytes_NeverThrows()
    {
        using var recipient = new MemoryKeyAgreement();
        var id = KeyId.Of(recipient.PublicKeySpki.Span).ToBytes();

        Gen.Byte.Array[KeyWrap.Length - 1 - KeyId.Length].Sample(tail =>
            Assert.False(KeyWrap.Unwrap(recipient, (byte[])[1, .. id, .. tail], Context).IsSuccess), iter: 300);
    }

    [Fact]
    public void Wrap_RecipientThatIsNoP256Key_ThrowsCryptographicException()
    {
        using var large = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);

        Assert.ThrowsAny<CryptographicException>(() => KeyWrap.Wrap(large.ExportSubjectPublicKeyInfo(), PersonalSeal.NewKey(), Context));
        Assert.ThrowsAny<CryptographicException>(() => KeyWrap.Wrap(rsa.ExportSubjectPublicKeyInfo(), PersonalSeal.NewKey(), Context));
        Assert.ThrowsAny<CryptographicException>(() => KeyWrap.Wrap([1, 2, 3], PersonalSeal.NewKey(), Context));
    }

    [Fact]
    public void Wrap_KeyOfOtherLength_Throws()
    {
        using var recipient = new MemoryKeyAgreement();

        Assert.Throws<ArgumentException>(() => KeyWrap.Wrap(recipient.PublicKeySpki.Span, new byte[16], Context));
    }
}
