using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

public sealed class SegmentSealTests
{
    private const int Chunk = SegmentSeal.ChunkLength;
    private const int SealedChunk = Chunk + 16;

    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(Chunk - 1, 1)]
    [InlineData(Chunk, 1)]
    [InlineData(Chunk + 1, 2)]
    [InlineData(2 * Chunk, 2)]
    [InlineData(3 * Chunk, 3)]
    public void SealThenOpen_AnyLength_GivesTheSegmentBack(int length, long chunks)
    {
        var plain = Plain(length);

        var sealedBytes = Seal(plain);

        Assert.Equal(SegmentSeal.SealedLength(length), sealedBytes.Length);
        var opened = new byte[length];
        Assert.Equal(chunks, SegmentSeal.Open(Key, ReleaseFixtures.ReleaseId, 0, sealedBytes, opened).Value);
        Assert.Equal(plain, opened);
    }

    [Fact]
    public void Open_ChunksExchanged_IsRefusedAtTheFirst()
    {
        var sealedBytes = Seal(Plain(3 * Chunk));
        byte[] moved = [.. sealedBytes[SealedChunk..(2 * SealedChunk)], .. sealedBytes[..SealedChunk], .. sealedBytes[(2 * SealedChunk)..]];

        AssertRefused(moved, 3 * Chunk, "chunk 0");
    }

    [Fact]
    public void Open_MiddleChunkDropped_IsRefusedAtItsPlace()
    {
        var sealedBytes = Seal(Plain(3 * Chunk));

        AssertRefused([.. sealedBytes[..SealedChunk], .. sealedBytes[(2 * SealedChunk)..]], 2 * Chunk, "chunk 1");
    }

    [Fact]
    public void Open_LastChunkCutOff_IsRefusedEvenWhereTheLengthsFit()
    {
        var sealedBytes = Seal(Plain(3 * Chunk));

        AssertRefused(sealedBytes[..(2 * SealedChunk)], 2 * Chunk, "chunk 1");
        AssertRefused(sealedBytes[..SealedChunk], Chunk, "chunk 0");
    }

    [Fact]
    public void Open_ChunkTwice_IsRefused()
    {
        var sealedBytes = Seal(Plain(2 * Chunk));

        AssertRefused([.. sealedBytes[..SealedChunk], .. sealedBytes], 3 * Chunk, "chunk 1");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(16)]
    public void Open_LengthsThatDoNotFit_AreRefused(int difference)
    {
        var sealedBytes = Seal(Plain(100));

        var failure = SegmentSeal.Open(Key, ReleaseFixtures.ReleaseId, 0, sealedBytes, new byte[100 + difference]).Failure;

        Assert.Equal("the sealed length does not fit the plain length", failure.Reason);
    }

    [Fact]
    public void Open_EveryByteFlipped_IsRefused()
    {
        var sealedBytes = Seal(Plain(40));

        for (var index = 0; index < sealedBytes.Length; index++)
        {
            var changed = (byte[])sealedBytes.Clone();
            changed[index] ^= 0x40;
            AssertRefused(changed, 40, "chunk 0");
        }
    }

    [Fact]
    public void Open_OtherReleaseSegmentOrKey_IsRefused()
    {
        var sealedBytes = Seal(Plain(10));

        Assert.False(SegmentSeal.Open(Key, Guid.Empty, 0, sealedBytes, new byte[10]).IsSuccess);
        Assert.False(SegmentSeal.Open(Key, ReleaseFixtures.ReleaseId, 1, sealedBytes, new byte[10]).IsSuccess);
        Assert.False(SegmentSeal.Open(new byte[32], ReleaseFixtures.ReleaseId, 0, sealedBytes, new byte[10]).IsSuccess);
        Assert.Equal(
            ReleaseStage.ContentKey, SegmentSeal.Open(new byte[16], ReleaseFixtures.ReleaseId, 0, sealedBytes, new byte[10]).Failure.Stage);
    }

    private static byte[] Plain(int length) => [.. Enumerable.Range(0, length).Select(static i => (byte)(((i * 7L) + (i >> 16)) % 251))];

    private static byte[] Seal(byte[] plain) => SegmentSeal.Seal(Key, ReleaseFixtures.ReleaseId, 0, plain);

    private static void AssertRefused(byte[] sealedBytes, int plainLength, string place)
    {
        var failure = SegmentSeal.Open(Key, ReleaseFixtures.ReleaseId, 0, sealedBytes, new byte[plainLength]).Failure;

        Assert.Equal(ReleaseStage.Segment, failure.Stage);
        Assert.StartsWith(place + " ", failure.Reason, StringComparison.Ordinal);
    }
}
