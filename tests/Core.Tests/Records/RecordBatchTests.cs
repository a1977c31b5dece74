using System.Security.Cryptography;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Records;

public sealed class RecordBatchTests
{
    [Theory]
    [InlineData(1, 1UL)]
    [InlineData(4, 900UL)]
    [InlineData(256, 1UL)]
    public void Verify_TrueRun_GivesTheHeaders(int count, ulong first)
    {
        var headers = RecordFixtures.Run(count, first).Verify().Value;

        Assert.Equal(count, headers.Length);
        Assert.Equal(first + (ulong)count - 1, headers[^1].Sequence);
    }

    [Fact]
    public void Verify_TooManyOrNone_IsRefusedBySequence()
    {
        AssertRefused(RecordFixtures.Run(257), RecordStage.Sequence, 0);
        var batch = RecordFixtures.Run(1);
        AssertRefused(batch with { Records = [], Statement = batch.Statement with { Count = 0 } }, RecordStage.Sequence, 0);
        AssertRefused(batch with { Statement = batch.Statement with { Count = -1 } }, RecordStage.Sequence, 0);
    }

    [Fact]
    public void Verify_HeaderChanged_IsRefusedAtItsNumber()
    {
        var batch = RecordFixtures.Run(4);
        var header = batch.Records[2].Header.ToArray();
        header[^1] ^= 1;
        batch.Records[2] = With(batch.Records[2], header: header);

        AssertRefused(batch, RecordStage.Chain, 3);
    }

    [Fact]
    public void Verify_HeaderUnreadable_IsRefusedAtItsNumber()
    {
        var batch = RecordFixtures.Run(4);
        batch.Records[1] = With(batch.Records[1], header: batch.Records[1].Header.ToArray()[..^1]);

        AssertRefused(batch, RecordStage.Header, 2);
    }

    [Fact]
    public void Verify_CiphertextChanged_IsRefusedAtItsNumber()
    {
        var batch = RecordFixtures.Run(4);
        var ciphertext = batch.Records[3].Ciphertext.ToArray();
        ciphertext[20] ^= 1;
        batch.Records[3] = With(batch.Records[3], ciphertext: ciphertext);

        AssertRefused(batch, RecordStage.Chain, 4);
    }

    [Fact]
    public void Verify_CiphertextTakenAway_IsRefusedAtItsNumber()
    {
        // A batch needs the sealed part itself; a stored chain needs only its hash (SealedRecordTests).
        var batch = RecordFixtures.Run(3);
        batch.Records[1] = With(batch.Records[1], ciphertext: []);

        AssertRefused(batch, RecordStage.Chain, 2);
    }

    [Fact]
    public void Verify_WrappedKeysTakenAway_StillHolds()
    {
        var batch = RecordFixtures.Run(3);
        for (var i = 0; i < 3; i++)
            batch.Records[i] = With(batch.Records[i], keepKeys: false);

        Assert.Equal(3, batch.Verify().Value.Length);
    }

    [Fact]
    public void Verify_RecordDropped_IsRefusedByCountAndBySequence()
    {
        var batch = RecordFixtures.Run(4);
        batch.Records.RemoveAt(1);

        AssertRefused(batch, RecordStage.Sequence, 0);
        AssertRefused(batch with { Statement = batch.Statement with { Count = 3 } }, RecordStage.Sequence, 2);
    }

    [Fact]
    public void Verify_LastRecordDropped_IsRefusedByTheStatement()
    {
        var batch = RecordFixtures.Run(4);
        batch.Records.RemoveAt(3);

        AssertRefused(batch with { Statement = batch.Statement with { Count = 3 } }, RecordStage.Chain, 0);
    }

    [Fact]
    public void Verify_RecordsReordered_IsRefusedAtTheFirst()
    {
        var batch = RecordFixtures.Run(4);
        (batch.Records[1], batch.Records[2]) = (batch.Records[2], batch.Records[1]);

        AssertRefused(batch, RecordStage.Sequence, 2);
    }

    [Fact]
    public void Verify_RecordTwice_IsRefusedAtTheSecond()
    {
        var batch = RecordFixtures.Run(4);
        batch.Records[2] = batch.Records[1];

        AssertRefused(batch, RecordStage.Sequence, 3);
    }

    [Fact]
    public void Verify_ChainValueChanged_IsRefusedAtItsNumber()
    {
        var batch = RecordFixtures.Run(3);
        var chain = batch.Records[1].Chain.ToArray();
        chain[0] ^= 1;
        batch.Records[1] = With(batch.Records[1], chain: chain);

        AssertRefused(batch, RecordStage.Chain, 2);
    }

    [Fact]
    public void Verify_StatementOfOtherApplianceEpochOrLane_IsRefusedAtTheFirst()
    {
        var batch = RecordFixtures.Run(2);

        AssertRefused(batch with { Statement = batch.Statement with { ApplianceId = "uto-north-2" } }, RecordStage.Header, 1);
        AssertRefused(batch with { Statement = batch.Statement with { Epoch = Guid.Empty } }, RecordStage.Header, 1);
        AssertRefused(batch with { Statement = batch.Statement with { Lane = Lane.Audit } }, RecordStage.Header, 1);
    }

    [Fact]
    public void Verify_StatementWithOtherNumbers_IsRefused()
    {
        var batch = RecordFixtures.Run(2);

        AssertRefused(batch with { Statement = batch.Statement with { FirstSequence = 2 } }, RecordStage.Sequence, 2);
        AssertRefused(batch with { Statement = batch.Statement with { FirstSequence = ulong.MaxValue } }, RecordStage.Sequence, 0);
        AssertRefused(batch with { Statement = batch.Statement with { PreviousChain = new byte[32] } }, RecordStage.Chain, 1);
        AssertRefused(batch with { Statement = batch.Statement with { PreviousChain = new byte[31] } }, RecordStage.Chain, 0);
        AssertRefused(batch with { Statement = batch.Statement with { LastChain = new byte[32] } }, RecordStage.Chain, 0);
        AssertRefused(batch with { Statement = batch.Statement with { LastChain = default } }, RecordStage.Chain, 0);
    }

    [Fact]
    public void Verify_SignatureChangedOrOfOtherKey_IsRefused()
    {
        var batch = RecordFixtures.Run(2);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        AssertRefused(batch with { Signature = [] }, RecordStage.Signature, 0);
        AssertRefused(batch with { Signature = new byte[64] }, RecordStage.Signature, 0);
        AssertRefused(batch with { Signature = Signatures.Sign(other, batch.Statement.Encode()) }, RecordStage.Signature, 0);
        AssertRefused(batch with { SigningKeySpki = other.ExportSubjectPublicKeyInfo() }, RecordStage.Signature, 0);
        AssertRefused(batch with { SigningKeySpki = [1, 2, 3] }, RecordStage.Signature, 0);
    }

    [Fact]
    public void Verify_UnknownAlgorithm_IsRefused()
    {
        var batch = RecordFixtures.Run(1);

        var failure = RecordBatch.Verify(
            batch.Statement, batch.Records, (SignatureAlgorithm)2, batch.Signature, batch.SigningKeySpki).Failure;

        Assert.Equal(RecordStage.Signature, failure.Stage);
    }

    [Fact]
    public void Genesis_AnyPartDiffers_Differs()
    {
        byte[][] values =
        [
            RecordChain.Genesis("a", RecordFixtures.Epoch, Lane.Audit),
            RecordChain.Genesis("b", RecordFixtures.Epoch, Lane.Audit),
            RecordChain.Genesis("a", Guid.Empty, Lane.Audit),
            RecordChain.Genesis("a", RecordFixtures.Epoch, Lane.Health),
        ];

        Assert.Equal(values.Length, values.Select(Convert.ToHexString).Distinct().Count());
    }

    private static void AssertRefused(Batch batch, RecordStage stage, ulong sequence)
    {
        var failure = batch.Verify().Failure;

        Assert.Equal((stage, sequence), (failure.Stage, failure.Sequence));
        Assert.NotEmpty(failure.Reason);
    }

    private static SealedRecord With(
        SealedRecord record, byte[]? header = null, byte[]? ciphertext = null, byte[]? chain = null, bool keepKeys = true) => new()
        {
            Header = header ?? record.Header,
            Ciphertext = ciphertext ?? record.Ciphertext,
            WrappedForAppliance = keepKeys ? record.WrappedForAppliance : default,
            WrappedForCentral = keepKeys ? record.WrappedForCentral : default,
            Chain = chain ?? record.Chain,
        };
}
