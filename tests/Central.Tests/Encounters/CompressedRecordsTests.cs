using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using Google.Protobuf;
using ZstdSharp;

namespace EdgeCheckpoint.Central.Tests.Encounters;

/// <summary>Batches whose records travel compressed, good and hostile.</summary>
public sealed class CompressedRecordsTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAppliance _appliance = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _appliance = await _site.EnrolAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _appliance.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Push_Compressed_IsStoredLikeAnyOther()
    {
        var answer = await _appliance.PushAsync(Packed(NewBatch(40)));

        Assert.Equal((PushOutcome.Stored, 40UL, true), (answer.Outcome, answer.DurableThrough, answer.TakesZstd));
    }

    [Fact]
    public async Task Push_CompressedAfterThePlainReplyWasLost_IsADuplicate()
    {
        var batch = NewBatch(5);
        await _appliance.PushAsync(batch);

        var answer = await _appliance.PushAsync(Packed(batch));

        Assert.Equal((PushOutcome.Stored, 5UL), (answer.Outcome, answer.DurableThrough));
        Assert.Empty(await _site.Store.Records.CountForksAsync(Token));
    }

    [Fact]
    public async Task Push_FrameThatWouldGiveAGigabyte_IsRefusedWithoutGivingIt()
    {
        var batch = NewBatch(1);
        batch.Records.Clear();
        using var compressor = new Compressor(19);
        batch.CompressedRecords = ByteString.CopyFrom(compressor.Wrap(new byte[64 * 1024 * 1024]));
        Assert.True(batch.CompressedRecords.Length < 16 * 1024);
        var before = GC.GetTotalAllocatedBytes();

        var answer = await _appliance.PushAsync(batch);

        Assert.Equal(PushOutcome.Invalid, answer.Outcome);
        Assert.Contains("Zstandard", answer.Detail, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 8 * 1024 * 1024);
    }

    [Fact]
    public async Task Push_BothAsTheyAreAndCompressed_IsRefused()
    {
        var batch = NewBatch(2);
        batch.CompressedRecords = Packed(batch.Clone()).CompressedRecords;

        Assert.Equal(PushOutcome.Invalid, (await _appliance.PushAsync(batch)).Outcome);
    }

    [Fact]
    public void Unpack_DamagedFrames_NeverThrowsAndNeverGivesOtherRecords()
    {
        var seed = Environment.GetEnvironmentVariable("CHECKPOINT_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : 20261129;
        TestContext.Current.TestOutputHelper?.WriteLine($"CHECKPOINT_SEED={seed}");
        var random = new Random(seed);
        var batch = NewBatch(20);
        var whole = Packed(batch.Clone()).CompressedRecords.ToByteArray();
        var refused = 0;
        for (var i = 0; i < 3_000; i++)
        {
            var damaged = whole.ToArray();
            if (i % 3 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            for (var flips = random.Next(1, 8); flips > 0 && damaged.Length > 0; flips--)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (!CompressedRecords.Unpack(ByteString.CopyFrom(damaged)).IsSuccess)
                refused++;
        }

        Assert.InRange(refused, 1_000, 3_000);
        Assert.Equal(batch.Records, CompressedRecords.Unpack(ByteString.CopyFrom(whole)).Value);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static PushRecordsRequest Packed(PushRecordsRequest batch)
    {
        var list = new RecordList();
        list.Records.Add(batch.Records);
        batch.Records.Clear();
        using var compressor = new Compressor();
        batch.CompressedRecords = ByteString.CopyFrom(compressor.Wrap(list.ToByteArray()));
        return batch;
    }

    private PushRecordsRequest NewBatch(int count)
    {
        var (sequence, chain) = _appliance.Head(Lane.Audit);
        return _appliance.Batch(Lane.Audit, sequence + 1, chain, [.. Enumerable.Range(0, count).Select(_ => _appliance.Next(Lane.Audit, RecordKind.Started))]);
    }
}
