using CsCheck;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Core.Tests.Records;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class CanonicalReaderTests
{
    private static readonly byte[] Mark = "TST\u0001"u8.ToArray();

    private static byte[] Sample() => new CanonicalWriter(Mark)
        .Byte(1, 7).UInt16(2, 700).UInt32(3, 70_000).Int64(4, -7).UInt64(5, ulong.MaxValue)
        .Guid(6, new Guid("00112233-4455-6677-8899-aabbccddeeff")).Text(7, "Ütopia").Bytes(8, [])
        .ToArray();

    [Fact]
    public void TryOpen_Written_GivesEveryValueBack()
    {
        Assert.True(CanonicalReader.TryOpen(Sample(), Mark, out var reader, out var problem));

        Assert.Equal("", problem);
        Assert.True(reader.TryByte(1, out var one) && one == 7);
        Assert.True(reader.TryUInt16(2, out var two) && two == 700);
        Assert.True(reader.TryUInt32(3, out var three) && three == 70_000);
        Assert.True(reader.TryInt64(4, out var four) && four == -7);
        Assert.True(reader.TryUInt64(5, out var five) && five == ulong.MaxValue);
        Assert.True(reader.TryGuid(6, out var six) && six == new Guid("00112233-4455-6677-8899-aabbccddeeff"));
        Assert.Equal("Ütopia", reader.Text(7));
        Assert.True(reader.TryBytes(8, out var eight) && eight.IsEmpty);
        Assert.False(reader.Has(9));
        Assert.Equal(3, reader.CountFrom(6));
    }

    [Fact]
    public void TryOpen_CutAtEveryByte_IsRefusedUnlessBetweenFields()
    {
        var bytes = Sample();
        var ends = FieldEnds(bytes);

        for (var length = 0; length < bytes.Length; length++)
        {
            var opened = CanonicalReader.TryOpen(bytes.AsMemory(0, length), Mark, out _, out var problem);

            Assert.Equal(ends.Contains(length), opened);
            Assert.Equal(opened, problem.Length == 0);
        }
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(2, 1)]
    [InlineData(ushort.MaxValue, 0)]
    public void TryOpen_TagsNotRising_NamesTheTag(int first, int second)
    {
        byte[] bytes = [.. Mark, .. Field(first, 0), .. Field(second, 0)];

        Assert.False(CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem));

        Assert.Null(reader);
        Assert.Equal($"tag {second} at byte 10 does not rise", problem);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(0x7fffffffu)]
    [InlineData(0x80000000u)]
    [InlineData(uint.MaxValue)]
    public void TryOpen_LengthPastEnd_NamesTheTag(uint length)
    {
        Assert.False(CanonicalReader.TryOpen((byte[])[.. Mark, .. Field(3, length)], Mark, out _, out var problem));

        Assert.Equal("tag 3 reaches past the end", problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("TST")]
    [InlineData("TST\u0002")]
    [InlineData("XST\u0001")]
    public void TryOpen_OtherMark_SaysSo(string mark)
    {
        Assert.False(CanonicalReader.TryOpen(System.Text.Encoding.ASCII.GetBytes(mark), Mark, out _, out var problem));

        Assert.StartsWith("the mark", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryOpen_RandomBytesBehindMark_NeverThrows() =>
        Gen.Select(RecordFixtures.AnyBytes, Gen.Bool).Sample((tail, isMarked) =>
        {
            byte[] bytes = isMarked ? [.. Mark, .. tail] : tail;
            var opened = CanonicalReader.TryOpen(bytes, Mark, out var reader, out var problem);
            Assert.Equal(opened, problem.Length == 0);
            Assert.Equal(opened, reader is not null);
        }, iter: 20_000);

    [Fact]
    public void TryOpen_ChangedSample_ReadsAnyFieldWithoutThrowing() =>
        Gen.Select(Gen.Int[4, Sample().Length - 1], Gen.Byte).Sample((index, value) =>
        {
            var bytes = Sample();
            bytes[index] = value;
            if (!CanonicalReader.TryOpen(bytes, Mark, out var reader, out _))
                return;
            for (ushort tag = 0; tag < 10; tag++)
            {
                reader.TryByte(tag, out _);
                reader.TryUInt16(tag, out _);
                reader.TryUInt32(tag, out _);
                reader.TryInt64(tag, out _);
                reader.TryUInt64(tag, out _);
                reader.TryGuid(tag, out _);
                Assert.NotNull(reader.Text(tag));
            }
        }, iter: 5_000);

    [Fact]
    public void TryUInt32_FieldOfOtherLength_IsFalse()
    {
        Assert.True(CanonicalReader.TryOpen(Sample(), Mark, out var reader, out _));

        Assert.False(reader.TryUInt32(2, out var value));

        Assert.Equal(0u, value);
        Assert.True(reader.IsAbsentOr(99, 4));
        Assert.True(reader.IsAbsentOr(3, 4));
        Assert.False(reader.IsAbsentOr(2, 4));
    }

    [Fact]
    public void Writer_TagsNotRising_Throws()
    {
        var writer = new CanonicalWriter(Mark).Byte(2, 1);

        Assert.Throws<InvalidOperationException>(() => writer.Byte(2, 1));
        Assert.Throws<InvalidOperationException>(() => writer.Byte(1, 1));
        Assert.Throws<ArgumentException>(() => new CanonicalWriter("TST"u8));
    }

    private static byte[] Field(int tag, uint length)
    {
        var bytes = new byte[6];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)tag);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(2), length);
        return bytes;
    }

    private static HashSet<int> FieldEnds(byte[] bytes)
    {
        var ends = new HashSet<int> { 4 };
        for (var position = 4; position < bytes.Length;)
        {
            position += 6 + (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(position + 2));
            ends.Add(position);
        }

        return ends;
    }
}
