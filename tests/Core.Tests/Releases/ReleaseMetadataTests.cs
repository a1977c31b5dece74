using CsCheck;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class ReleaseMetadataTests
{
    private static readonly Gen<ReleaseMetadata> Any = Gen.Select(
        Gen.Enum<ReleaseKind>(), Gen.Guid, Gen.ULong[1, ulong.MaxValue], Gen.Long, Gen.Long, Gen.Byte.Array[32],
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 0, 12], Gen.Long[0, 1 << 20], Gen.Long[0, 1 << 10], Gen.Byte.Array[32],
            static (name, plain, more, hash) => new ReleaseSegment(name, plain, plain + more, hash)).Array[0, ReleaseMetadata.SegmentsMax],
        static (kind, id, version, issued, expires, root, segments) => new ReleaseMetadata
        {
            Kind = kind,
            ReleaseId = id,
            Version = version,
            IssuedAtUnixMicroseconds = issued,
            ExpiresAtUnixMicroseconds = expires,
            StateRoot = root,
            Segments = [.. segments],
        });

    [Fact]
    public void EncodeThenParse_Any_GivesItBack() => Any.Sample(metadata =>
    {
        var bytes = metadata.Encode();

        var read = ReleaseMetadata.Parse(bytes).Value;

        Assert.Equal(bytes, read.Encode());
        Assert.Equal((metadata.Kind, metadata.ReleaseId, metadata.Version), (read.Kind, read.ReleaseId, read.Version));
        Assert.Equal(metadata.Segments.AsEnumerable(), read.Segments);
    }, iter: 2_000);

    [Fact]
    public void Parse_CutAtEveryByte_IsNeverTheSameRelease()
    {
        var bytes = ReleaseFixtures.Metadata().Encode();

        for (var length = 0; length < bytes.Length; length++)
        {
            if (ReleaseMetadata.Parse(bytes.AsMemory(0, length)).TryGet(out var read, out var failure))
                Assert.True(read.Segments.IsEmpty);
            else
                Assert.Equal(ReleaseStage.Metadata, failure.Stage);
        }
    }

    [Fact]
    public void Parse_AnyBytesChanged_NeverThrows()
    {
        var bytes = ReleaseFixtures.Metadata().Encode();

        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Array[1, 3].Sample(changes =>
        {
            var changed = (byte[])bytes.Clone();
            foreach (var (index, value) in changes)
                changed[index] = value;
            if (ReleaseMetadata.Parse(changed).TryGet(out var read, out var failure))
                Assert.NotEqual(0UL, read.Version);
            else
                Assert.NotEmpty(failure.Reason);
        }, iter: 10_000);
    }

    [Fact]
    public void Parse_Oversized_IsRefusedBeforeReading() =>
        Assert.Contains("more than 65536", ReleaseMetadata.Parse(new byte[ReleaseMetadata.BytesMax + 1]).Failure.Reason, StringComparison.Ordinal);

    [Fact]
    public void Parse_SegmentSealedInAnotherWay_IsRefused()
    {
        var bytes = ReleaseFixtures.Metadata(segments: [ReleaseFixtures.Segment("base")]).Encode();
        // The algorithm is the last field of the last segment.
        Assert.Equal((byte)SegmentSealAlgorithm.Aes256GcmChunks, bytes[^1]);
        bytes[^1] = 2;

        var refused = ReleaseMetadata.Parse(bytes);

        Assert.Contains("sealed", refused.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_EndlessSegments_IsRefused()
    {
        var bytes = ReleaseFixtures.Metadata(segments: [.. Enumerable.Range(0, 65).Select(i => ReleaseFixtures.Segment($"s{i}"))]).Encode();

        Assert.Equal("more than 64 segments", ReleaseMetadata.Parse(bytes).Failure.Reason);
    }

    [Fact]
    public void Parse_SegmentMissing_IsRefusedNotShortened()
    {
        var segment = SegmentBytes(100, 116);
        byte[] bytes = [.. ReleaseFixtures.Metadata(segments: []).Encode(), .. Field(1001, segment)];

        Assert.Equal("segment 0 is missing, and others follow", ReleaseMetadata.Parse(bytes).Failure.Reason);
    }

    [Theory]
    [InlineData(-1, 10)]
    [InlineData(10, -1)]
    [InlineData(11, 10)]
    [InlineData(10, (1L << 30) + 1)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Parse_ImpossibleLengths_NamesTheSegment(long plain, long sealedLength)
    {
        byte[] bytes = [.. ReleaseFixtures.Metadata(segments: []).Encode(), .. Field(1000, SegmentBytes(plain, sealedLength))];

        Assert.Equal("segment 0: impossible lengths", ReleaseMetadata.Parse(bytes).Failure.Reason);
    }

    [Fact]
    public void Parse_RootOfOtherLengthOrVersionZero_IsRefused()
    {
        Assert.Contains("wrong length", ReleaseMetadata.Parse(ReleaseFixtures.Metadata(root: new byte[31]).Encode()).Failure.Reason, StringComparison.Ordinal);
        Assert.Equal("version 0 is no version", ReleaseMetadata.Parse(ReleaseFixtures.Metadata(version: 0).Encode()).Failure.Reason);
    }

    [Fact]
    public void Parse_SegmentDamaged_NamesIt()
    {
        byte[] bytes = [.. ReleaseFixtures.Metadata(segments: []).Encode(), .. Field(1000, [1, 2, 3])];

        Assert.StartsWith("segment 0: the mark", ReleaseMetadata.Parse(bytes).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void SegmentEquals_EachPartChanged_IsFalse()
    {
        var segment = ReleaseFixtures.Segment("base");

        Assert.Equal(segment, ReleaseFixtures.Segment("base"));
        Assert.Equal(segment.GetHashCode(), ReleaseFixtures.Segment("base").GetHashCode());
        Assert.NotEqual(segment, segment with { Name = "other" });
        Assert.NotEqual(segment, segment with { PlainLength = 1 });
        Assert.NotEqual(segment, segment with { SealedLength = 1 });
        Assert.NotEqual(segment, segment with { SealedSha256 = new byte[32] });
        Assert.False(segment.Equals(null));
    }

    private static byte[] SegmentBytes(long plain, long sealedLength) =>
        new CanonicalWriter("ECS\u0001"u8).Text(1, "base").Int64(2, plain).Int64(3, sealedLength).Bytes(4, new byte[32]).ToArray();

    private static byte[] Field(ushort tag, byte[] value) => new CanonicalWriter("none"u8).Bytes(tag, value).ToArray()[4..];
}
