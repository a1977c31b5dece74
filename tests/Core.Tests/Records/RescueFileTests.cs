using System.Collections.Immutable;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Records;

public sealed class RescueFileTests
{
    [Fact]
    public void WriteThenRead_GivesTheRunsBackAndTheyVerify()
    {
        var batch = RecordFixtures.Run(5);
        using var file = new MemoryStream(Write(batch, batch));

        var read = RescueFile.Read(file).ToArray();

        Assert.Equal(2, read.Length);
        Assert.All(read, run => Assert.True(RecordBatch.Verify(
            run.Value.Statement, run.Value.Records, SignatureAlgorithm.EcdsaP256Sha256, run.Value.Signature.Span, batch.SigningKeySpki).IsSuccess));
    }

    [Fact]
    public void Read_CutAtEveryByte_SaysSo()
    {
        var whole = Write(RecordFixtures.Run(2));

        for (var length = 0; length < whole.Length; length++)
        {
            using var file = new MemoryStream(whole, 0, length);
            Assert.Contains(RescueFile.Read(file), static run => !run.IsSuccess);
        }
    }

    [Fact]
    public void Read_AnyByteChanged_IsRefusedOrDoesNotVerify()
    {
        var batch = RecordFixtures.Run(2);
        var whole = Write(batch);

        for (var index = 0; index < whole.Length; index++)
        {
            var changed = (byte[])whole.Clone();
            changed[index] ^= 0x10;
            using var file = new MemoryStream(changed);
            Assert.True(
                RescueFile.Read(file).Any(run => !run.IsSuccess || !RecordBatch.Verify(
                    run.Value.Statement, run.Value.Records, SignatureAlgorithm.EcdsaP256Sha256, run.Value.Signature.Span, batch.SigningKeySpki).IsSuccess)
                || IsOnlyAKey(changed, batch),
                $"byte {index}");
        }
    }

    [Fact]
    public void SalvagedRecord_ToNoteAndBack_IsAsItWas()
    {
        var record = RecordFixtures.Run(1).Records[0];

        var read = SalvagedRecord.FromNote(SalvagedRecord.ToNote(RecordFixtures.Epoch, record)).Value;

        Assert.Equal(record.Header.ToArray(), read.Header.ToArray());
        Assert.Equal(record.Ciphertext.ToArray(), read.Ciphertext.ToArray());
        Assert.Equal(record.WrappedForCentral.ToArray(), read.WrappedForCentral.ToArray());
        Assert.Equal(record.Chain.ToArray(), read.Chain.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64 at all!")]
    [InlineData("RUNIAQ==")]
    public void SalvagedRecord_FromAnythingElse_IsRefused(string note) => Assert.False(SalvagedRecord.FromNote(note).IsSuccess);

    /// <summary>Wrapped keys and the key id are what neither chain nor signature covers.</summary>
    private static bool IsOnlyAKey(byte[] changed, Batch batch)
    {
        using var file = new MemoryStream(changed);
        var run = RescueFile.Read(file).Single().Value;
        return run.Records.Select(static record => Convert.ToHexString(record.Chain.Span)).SequenceEqual(batch.Records.Select(static record => Convert.ToHexString(record.Chain.Span)));
    }

    private static byte[] Write(params ImmutableArray<Batch> batches)
    {
        using var file = new MemoryStream();
        RescueFile.Write(file, batches.Select(static batch => new RescuedRun(
            batch.Statement, [.. batch.Records], batch.Signature, KeyId.Of(batch.SigningKeySpki).ToBytes())));
        return file.ToArray();
    }
}
