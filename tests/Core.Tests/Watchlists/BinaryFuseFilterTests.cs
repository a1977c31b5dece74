using System.Buffers.Binary;
using CsCheck;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class BinaryFuseFilterTests
{
    private static readonly byte[] Sample = Write(0, [.. Enumerable.Range(0, 40).Select(static i => DocumentTables.HashOf((ulong)i))]);

    [Fact]
    public void Open_CutAtEveryLengthOrLonger_IsRefused()
    {
        for (var length = 0; length < Sample.Length; length++)
            Assert.Equal(DocumentTableStage.Filter, Open(Sample[..length]).Failure.Stage);
        Assert.Contains("its shards need", Open([.. Sample, 0]).Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0u, "not a filter")]
    [InlineData(8, 2u, "format 2")]
    [InlineData(12, 9u, "impossible")] // shard bits
    [InlineData(12, uint.MaxValue, "impossible")]
    [InlineData(12, 8u, "cut off")]
    [InlineData(20, 0x80000000u, "impossible")] // key count, high half
    [InlineData(24, 1u, "reserved")]
    [InlineData(40, 0u, "segments")] // segment length
    [InlineData(40, 3u, "segments")]
    [InlineData(40, 1u << 19, "segments")]
    [InlineData(40, uint.MaxValue, "segments")]
    [InlineData(44, 0u, "segments")] // segment count
    [InlineData(44, uint.MaxValue, "segments")]
    [InlineData(44, 1000u, "need")]
    public void Open_ImpossibleField_IsNamed(int at, uint value, string reason)
    {
        var changed = (byte[])Sample.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(at), value);

        Assert.Contains(reason, Open(changed).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnyByteChanged_IsRefusedOrAnswers() =>
        Gen.Select(Gen.Int[0, Sample.Length - 1], Gen.Byte, Gen.ULong).Sample((at, value, key) =>
        {
            var changed = (byte[])Sample.Clone();
            changed[at] = value;
            if (Open(changed).TryGet(out var filter, out _))
                filter.MayContain(key);
        }, iter: 5_000);

    [Fact]
    public void AddShard_KeysRepeat_Throws()
    {
        var writer = new BinaryFuseFilterWriter(0);

        Assert.Throws<InvalidOperationException>(() => writer.AddShard([7, 8, 7]));
    }

    [Fact]
    public void AddShard_OneTooMany_Throws()
    {
        var writer = new BinaryFuseFilterWriter(0);
        writer.AddShard([7]);

        Assert.Throws<InvalidOperationException>(() => writer.AddShard([8]));
    }

    [Fact]
    public void WriteTo_ShardMissing_Throws()
    {
        var writer = new BinaryFuseFilterWriter(1);
        writer.AddShard([7]);

        Assert.Throws<InvalidOperationException>(() => writer.WriteTo(Stream.Null));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void MayContain_HandfulOfKeys_FindsEach(int count)
    {
        ulong[] keys = [.. new[] { 0UL, ulong.MaxValue, 1UL }.Take(count)];

        var filter = Open(Write(0, keys)).Value;

        Assert.Equal(count, filter.KeyCount);
        Assert.All(keys, key => Assert.True(filter.MayContain(key)));
    }

    [Fact]
    public void MayContain_AnyKeysInAnyShards_HasNoFalseNegative() =>
        Gen.Select(Gen.ULong.HashSet[0, 3_000], Gen.Int[0, 3]).Sample((keys, shardBits) =>
        {
            var filter = Open(Write(shardBits, [.. keys])).Value;

            foreach (var key in keys)
                Assert.True(filter.MayContain(key));
        }, iter: 300);

    [Fact]
    public void MayContain_NeighbouringNumbersAsKeys_HasNoFalseNegative()
    {
        // Keys are hashes; should they ever not be, the filter loses room, never keys.
        ulong[] keys = [.. Enumerable.Range(0, 100_000).Select(static i => (ulong)i)];

        var filter = Open(Write(0, keys)).Value;

        Assert.All(keys, key => Assert.True(filter.MayContain(key)));
    }

    [Fact]
    public void MayContain_Strangers_PassesOnceIn256()
    {
        const int Keys = 200_000, Strangers = 1_000_000;
        var filter = Open(Write(2, [.. Enumerable.Range(0, Keys).Select(static i => DocumentTables.HashOf((ulong)i))])).Value;

        var passed = 0;
        for (var i = Keys; i < Keys + Strangers; i++)
            passed += filter.MayContain(DocumentTables.HashOf((ulong)i)) ? 1 : 0;

        // 3,906 expected; six standard deviations are 374. The keys are fixed, so the figure is too.
        Assert.InRange(passed, 3_532, 4_280);
    }

    [Fact]
    public void WriteTo_SameKeysInAnotherOrder_AnswersTheSame()
    {
        ulong[] keys = [.. Enumerable.Range(0, 1_000).Select(static i => DocumentTables.HashOf((ulong)i))];

        Assert.Equal(Write(0, keys), Write(0, keys));
        Assert.Equal(Write(0, keys).Length, Write(0, [.. keys.Reverse()]).Length);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2_097_152, 0)]
    [InlineData(2_097_153, 1)]
    [InlineData(4_194_304, 1)]
    [InlineData(10_000_000, 3)]
    [InlineData(100_000_000, 6)]
    [InlineData(4_000_000_000, 8)]
    public void ShardBitsFor_Keys_KeepsShardsAboveAMillionAndSmall(long keys, int expected) =>
        Assert.Equal(expected, BinaryFuseFilterWriter.ShardBitsFor(keys));

    private static byte[] Write(int shardBits, ulong[] keys)
    {
        var writer = new BinaryFuseFilterWriter(shardBits);
        for (var shard = 0; shard < 1 << shardBits; shard++)
            writer.AddShard([.. keys.Where(key => shardBits == 0 || (int)(key >> (64 - shardBits)) == shard)]);
        using var output = new MemoryStream();
        writer.WriteTo(output);
        Assert.Equal(writer.Length, output.Length);
        return output.ToArray();
    }

    private static Result<BinaryFuseFilter, DocumentTableFailure> Open(byte[] bytes) =>
        BinaryFuseFilter.Open(new MemorySectionSource(bytes), 0, bytes.Length);
}
