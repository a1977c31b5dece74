using System.Buffers.Binary;
using CsCheck;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Records;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class RecordHeaderTests
{
    [Fact]
    public void EncodeThenParse_AnyHeader_GivesItBack() => RecordFixtures.AnyHeader.Sample(header =>
    {
        var bytes = header.Encode();

        var read = RecordHeader.Parse(bytes).Value;

        AssertSame(header, read);
        Assert.Equal(bytes, read.Encode());
    }, iter: 5_000);

    [Fact]
    public void Parse_CutAtEveryByte_NeverGivesTheSameRecord()
    {
        var bytes = RecordFixtures.Header().Encode();

        for (var length = 0; length < bytes.Length; length++)
        {
            if (RecordHeader.Parse(bytes.AsMemory(0, length)).TryGet(out var header, out var failure))
                Assert.NotEqual(bytes, header.Encode());
            else
                Assert.Equal(RecordStage.Header, failure.Stage);
        }
    }

    [Fact]
    public void Parse_RandomBytes_NeverThrows() => RecordFixtures.AnyBytes.Sample(tail =>
    {
        byte[] bytes = [(byte)'E', (byte)'C', (byte)'R', 1, .. tail];
        Assert.False(RecordHeader.Parse(bytes).IsSuccess);
    }, iter: 10_000);

    [Fact]
    public void Parse_AnyByteChanged_IsRefusedOrReadAsWritten()
    {
        var bytes = RecordFixtures.Header().Encode();

        for (var index = 0; index < bytes.Length; index++)
        {
            foreach (var change in (byte[])[1, 0x80, 0xff])
            {
                var changed = (byte[])bytes.Clone();
                changed[index] ^= change;
                if (RecordHeader.Parse(changed).TryGet(out var header, out var failure))
                    Assert.True(header.Sequence != 0 && header.ActorId.Length != 0);
                else
                    Assert.NotEmpty(failure.Reason);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public void Parse_CompulsoryFieldMissing_IsRefused(int tag)
    {
        var failure = RecordHeader.Parse(Rewrite(tag, null)).Failure;

        Assert.Equal(RecordStage.Header, failure.Stage);
        Assert.Contains("compulsory field", failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public void Parse_CompulsoryFieldOfWrongLength_IsRefused(int tag) =>
        Assert.Contains("compulsory field", RecordHeader.Parse(Rewrite(tag, new byte[3])).Failure.Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(24)]
    [InlineData(25)]
    public void Parse_OptionalFieldOfWrongLength_IsRefusedNotForgotten(int tag) =>
        Assert.Contains("optional field", RecordHeader.Parse(Rewrite(tag, new byte[3])).Failure.Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData(4, new byte[] { 4 }, "lane 4 is not known")]
    [InlineData(11, new byte[] { 0 }, "clock quality 0 is not known")]
    [InlineData(11, new byte[] { 4 }, "clock quality 4 is not known")]
    [InlineData(5, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 }, "sequence, actor and appliance are never empty")]
    [InlineData(7, new byte[0], "sequence, actor and appliance are never empty")]
    [InlineData(2, new byte[0], "sequence, actor and appliance are never empty")]
    [InlineData(25, new byte[] { 13, 0 }, "only a salvaged record carries another")]
    [InlineData(14, new byte[] { 1, 2, 3 }, "outcome codes have an odd number of bytes")]
    public void Parse_ImpossibleValue_IsNamed(int tag, byte[] value, string reason) =>
        Assert.Equal(reason, RecordHeader.Parse(Rewrite(tag, value)).Failure.Reason);

    [Fact]
    public void Parse_MoreThanTheLargestHeader_IsRefused() =>
        Assert.Contains("more than 4096", RecordHeader.Parse(new byte[RecordHeader.BytesMax + 1]).Failure.Reason, StringComparison.Ordinal);

    [Fact]
    public void Parse_UnknownTag_IsPassedOverAndItsBytesStayHashed()
    {
        var known = RecordFixtures.Header().Encode();
        byte[] later = [.. known, 200, 0, 2, 0, 0, 0, 0xCA, 0xFE];

        var header = RecordHeader.Parse(later).Value;

        AssertSame(RecordFixtures.Header(), header);
        // The chain covers the bytes as they came, the field of a later version included.
        var genesis = RecordChain.Genesis(header.ApplianceId, header.Epoch, header.Lane);
        Assert.NotEqual(
            RecordChain.Next(genesis, known, new byte[32]), RecordChain.Next(genesis, later, new byte[32]));
    }

    [Fact]
    public void Encode_HeaderThatParseWouldRefuse_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => Changed(actor: "").Encode());
        Assert.Throws<InvalidOperationException>(() => Changed(appliance: "").Encode());
        Assert.Throws<InvalidOperationException>(() => Changed(sequence: 0).Encode());
        Assert.Throws<InvalidOperationException>(() => Changed(carried: RecordKind.Hit).Encode());
        Assert.Throws<InvalidOperationException>(() => Changed(actor: new string('x', RecordHeader.BytesMax)).Encode());
    }

    private static RecordHeader Changed(string appliance = "a", string actor = "b", ulong sequence = 1, RecordKind? carried = null) => new()
    {
        RecordId = Guid.Empty,
        ApplianceId = appliance,
        Epoch = Guid.Empty,
        Lane = Lane.Alerts,
        Sequence = sequence,
        Kind = RecordKind.Started,
        CarriedKind = carried,
        ActorId = actor,
        WallUnixMicroseconds = 0,
        MonotonicMicroseconds = 0,
        BootId = Guid.Empty,
        ClockQuality = ClockQuality.Doubtful,
    };

    /// <summary>The sample with one field replaced, added or left out (null).</summary>
    private static byte[] Rewrite(int tag, byte[]? value)
    {
        var bytes = RecordFixtures.Header().Encode();
        var fields = new SortedDictionary<ushort, byte[]>();
        for (var position = 4; position < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(position + 2));
            fields[BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(position))] = bytes[(position + 6)..(position + 6 + length)];
            position += 6 + length;
        }

        if (value is null)
            fields.Remove((ushort)tag);
        else
            fields[(ushort)tag] = value;
        var writer = new CanonicalWriter(bytes.AsSpan(0, 4));
        foreach (var (field, content) in fields)
            writer.Bytes(field, content);
        return writer.ToArray();
    }

    private static void AssertSame(RecordHeader expected, RecordHeader actual)
    {
        foreach (var property in typeof(RecordHeader).GetProperties())
        {
            if (property.Name == nameof(RecordHeader.OutcomeCodes))
                Assert.Equal(expected.OutcomeCodes.AsEnumerable(), actual.OutcomeCodes);
            else
                Assert.Equal(property.GetValue(expected), property.GetValue(actual));
        }
    }
}
