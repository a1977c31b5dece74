using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Records;

public sealed class SealedRecordTests : IDisposable
{
    private static readonly byte[] Previous = RecordChain.Genesis(RecordFixtures.ApplianceId, RecordFixtures.Epoch, Lane.Encounters);

    private readonly MemoryKeyAgreement _appliance = new();
    private readonly MemoryKeyAgreement _central = new();
    private readonly MemoryKeyAgreement _stranger = new();

    public void Dispose()
    {
        _appliance.Dispose();
        _central.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public void Open_ApplianceAndCentral_ReadTheSamePart()
    {
        var record = Create();

        Assert.Equal(RecordFixtures.Personal(), Read(_appliance, record.WrappedForAppliance, record));
        Assert.Equal(RecordFixtures.Personal(), Read(_central, record.WrappedForCentral, record));
    }

    [Fact]
    public void Open_AnybodyElse_IsRefused()
    {
        var record = Create();

        Assert.False(SealedRecord.Open(_stranger, record.WrappedForAppliance.Span, record.Header, record.Ciphertext.Span).IsSuccess);
        Assert.False(SealedRecord.Open(_stranger, record.WrappedForCentral.Span, record.Header, record.Ciphertext.Span).IsSuccess);
        Assert.False(SealedRecord.Open(_appliance, record.WrappedForCentral.Span, record.Header, record.Ciphertext.Span).IsSuccess);
    }

    [Fact]
    public void Open_KeyErased_IsRefusedAndTheChainStillVerifies()
    {
        var record = Create();

        var failure = SealedRecord.Open(_central, [], record.Header, record.Ciphertext.Span).Failure;

        Assert.Equal(RecordStage.KeyWrap, failure.Stage);
        // Even with the sealed part gone, its kept hash carries the chain.
        Assert.Equal(
            record.Chain.ToArray(), RecordChain.Next(Previous, record.Header.Span, SHA256.HashData(record.Ciphertext.Span)));
    }

    [Fact]
    public void Open_KeyOfAnotherRecord_IsRefused()
    {
        var first = Create();
        var second = Create(2);

        Assert.Equal(
            RecordStage.KeyWrap,
            SealedRecord.Open(_central, second.WrappedForCentral.Span, first.Header, first.Ciphertext.Span).Failure.Stage);
        Assert.Equal(
            RecordStage.Seal,
            SealedRecord.Open(_central, first.WrappedForCentral.Span, first.Header, second.Ciphertext.Span).Failure.Stage);
    }

    [Fact]
    public void Open_HeaderDamaged_IsRefusedByHeaderOrSeal()
    {
        var record = Create();
        var other = record.Header.ToArray();
        other[^1] ^= 1;

        Assert.Equal(
            RecordStage.Header,
            SealedRecord.Open(_central, record.WrappedForCentral.Span, record.Header[..9], record.Ciphertext.Span).Failure.Stage);
        Assert.Equal(
            RecordStage.Seal,
            SealedRecord.Open(_central, record.WrappedForCentral.Span, other, record.Ciphertext.Span).Failure.Stage);
    }

    [Fact]
    public void Create_WithoutPersonalPart_HasNoKeys()
    {
        var record = SealedRecord.Create(
            RecordFixtures.Header(1, SealAlgorithm.None), [], _appliance.PublicKeySpki.Span, _central.PublicKeySpki.Span, Previous);

        Assert.True(record.Ciphertext.IsEmpty);
        Assert.True(record.WrappedForAppliance.IsEmpty);
        Assert.True(record.WrappedForCentral.IsEmpty);
        Assert.Equal(record.Chain.ToArray(), RecordChain.Next(Previous, record.Header.Span, SHA256.HashData([])));
    }

    [Fact]
    public void Create_HeaderThatDisagreesWithThePart_Throws()
    {
        Assert.Throws<ArgumentException>(() => SealedRecord.Create(
            RecordFixtures.Header(), [], _appliance.PublicKeySpki.Span, _central.PublicKeySpki.Span, Previous));
        Assert.Throws<ArgumentException>(() => SealedRecord.Create(
            RecordFixtures.Header(1, SealAlgorithm.None), [1], _appliance.PublicKeySpki.Span, _central.PublicKeySpki.Span, Previous));
    }

    [Fact]
    public void Create_NameInThePart_IsNowhereInTheStoredBytes()
    {
        var record = Create();

        byte[] stored = [.. record.Header.Span, .. record.Ciphertext.Span, .. record.WrappedForAppliance.Span, .. record.WrappedForCentral.Span];
        Assert.Equal(-1, stored.AsSpan().IndexOf("BRANDVOLD"u8));
        Assert.Equal(-1, stored.AsSpan().IndexOf("UT4471X02"u8));
    }

    private SealedRecord Create(ulong sequence = 1) => SealedRecord.Create(
        RecordFixtures.Header(sequence), RecordFixtures.Personal().Encode(), _appliance.PublicKeySpki.Span, _central.PublicKeySpki.Span, Previous);

    private static PersonalPart Read(MemoryKeyAgreement recipient, ReadOnlyMemory<byte> wrapped, SealedRecord record) =>
        PersonalPart.Decode(SealedRecord.Open(recipient, wrapped.Span, record.Header, record.Ciphertext.Span).Value).Value;
}
