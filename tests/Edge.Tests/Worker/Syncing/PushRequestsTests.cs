using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Syncing;
using ZstdSharp;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

public sealed class PushRequestsTests : IDisposable
{
    private readonly Bench _bench = new();

    [Fact]
    public void Of_CentralReadsZstandard_CarriesTheSameRecordsInLess()
    {
        for (var i = 0; i < 50; i++)
            _bench.Journal.Append(new RecordDraft(Lane.Audit, RecordKind.ReleaseInstalled, RecordDraft.Appliance));
        var batch = _bench.Journal.ReadUnsent(Lane.Audit)!;

        var plain = PushRequests.Of(batch, _bench.Identity.ApplianceId, _bench.Credentials.InUse, 1, compress: false);
        var packed = PushRequests.Of(batch, _bench.Identity.ApplianceId, _bench.Credentials.InUse, 1, compress: true);

        using var decompressor = new Decompressor();
        var unpacked = RecordList.Parser.ParseFrom(decompressor.Unwrap(packed.CompressedRecords.Span).ToArray());
        Assert.Empty(packed.Records);
        Assert.Equal(plain.Records, unpacked.Records);
        Assert.True(packed.CalculateSize() < 0.8 * plain.CalculateSize(), $"{packed.CalculateSize()} of {plain.CalculateSize()} bytes");
    }

    [Theory]
    [InlineData(2_048)]
    [InlineData(8_192)]
    public void ReadUnsent_SlowLink_HasNoMoreThanItBearsAndAtLeastOne(int bytesMax)
    {
        for (var i = 0; i < 100; i++)
            _bench.Journal.Append(new RecordDraft(Lane.Audit, RecordKind.ReleaseInstalled, RecordDraft.Appliance));

        var batch = _bench.Journal.ReadUnsent(Lane.Audit, bytesMax: bytesMax)!;

        Assert.InRange(batch.Records.Sum(static record => record.Header.Length + record.Chain.Length), 1, bytesMax);
        Assert.Single(_bench.Journal.ReadUnsent(Lane.Audit, bytesMax: 1)!.Records);
    }

    public void Dispose() => _bench.Dispose();
}
