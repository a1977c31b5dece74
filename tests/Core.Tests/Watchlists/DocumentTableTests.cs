using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class DocumentTableTests
{
    private const int HeaderHashAt = 128, HeaderLength = 4096, RowLength = 12;

    private static readonly byte[] Sample = DocumentTables.Base();

    [Fact]
    public void Open_CutAtEveryLengthOrLonger_IsRefused()
    {
        for (var length = 0; length < Sample.Length; length++)
            Assert.Equal(DocumentTableStage.Header, DocumentTables.Open(Sample[..length]).Failure.Stage);
        Assert.Equal($"{Sample.Length} bytes were written, {Sample.Length + 1} are there", DocumentTables.Open([.. Sample, 0]).Failure.Reason);
    }

    [Fact]
    public void Open_AnyBitFlipped_IsRefusedOrUnreadableNeverMissed()
    {
        for (var at = 0; at < Sample.Length; at++)
        {
            var changed = (byte[])Sample.Clone();
            changed[at] ^= (byte)(1 << (at % 8));
            if (!DocumentTables.Open(changed).TryGet(out var table, out _))
                continue;

            // Only rows are left to the check of their bucket, and this table has one bucket.
            Assert.InRange(at, HeaderLength, HeaderLength + (4 * RowLength) - 1);
            Assert.Equal(DocumentStanding.Unreadable, table.Find(DocumentTables.Key("UT4471X02")).Standing);
            Assert.Equal(DocumentTableStage.Rows, table.CheckRows()!.Stage);
        }
    }

    [Fact]
    public void Open_BytesChangedBehindMendedHashes_NeverThrows() =>
        Gen.Select(Gen.Int[0, Sample.Length - 1], Gen.OneOf(Gen.Byte, Gen.OneOfConst<byte>(0, 1, 0x7f, 0x80, 0xff))).Sample((at, value) =>
        {
            var changed = (byte[])Sample.Clone();
            changed[at] = value;
            MendHashes(changed);
            if (!DocumentTables.Open(changed).TryGet(out var table, out _))
                return;
            table.CheckRows();
            table.Find(DocumentTables.Key("UT4471X02"));
            Assert.InRange(table.Rows().Count(), 0, 4);
        }, iter: 5_000);

    [Theory]
    [InlineData(8, 2L, DocumentTableStage.Header)] // format
    [InlineData(12, 26L, DocumentTableStage.Header)] // directory bits
    [InlineData(16, -1L, DocumentTableStage.Header)] // rows
    [InlineData(16, 3L, DocumentTableStage.Header)]
    [InlineData(16, 1L << 32, DocumentTableStage.Header)]
    [InlineData(16, long.MaxValue, DocumentTableStage.Header)]
    [InlineData(24, 1L << 40, DocumentTableStage.Header)] // length
    [InlineData(32, 0L, DocumentTableStage.Header)] // version
    [InlineData(40, 12L, DocumentTableStage.Header)] // follows
    [InlineData(48, 0L, DocumentTableStage.ListKey)]
    [InlineData(56, -1L, DocumentTableStage.Header)] // filter length
    [InlineData(56, 0L, DocumentTableStage.Header)]
    [InlineData(56, long.MaxValue, DocumentTableStage.Header)]
    public void Open_ImpossibleHeader_NamesTheStage(int at, long value, DocumentTableStage stage)
    {
        var changed = (byte[])Sample.Clone();
        BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(at), value);
        MendHashes(changed);

        Assert.Equal(stage, DocumentTables.Open(changed).Failure.Stage);
    }

    [Fact]
    public void Open_OtherFormat_NamesBoth()
    {
        var changed = (byte[])Sample.Clone();
        changed[8] = 2;

        Assert.Equal("format 2 is not known; this program reads format 1", DocumentTables.Open(changed).Failure.Reason);
    }

    [Fact]
    public void Open_OtherListKey_IsNamedAndNotAnEmptyList()
    {
        var failure = DocumentTable.Open(new MemorySectionSource(Sample), new byte[16]).Failure;

        Assert.Equal(DocumentTableStage.ListKey, failure.Stage);
    }

    [Fact]
    public void Open_DirectoryPointsOutside_IsRefused()
    {
        var changed = DocumentTables.Of([.. Enumerable.Range(0, 1_000).Select(static i => DocumentTables.HashOf((ulong)i))], static _ => 1);
        var directoryAt = DirectoryAt(changed);
        foreach (var (bucket, first) in ((int, uint)[])[(0, 1), (1, 1_001), (3, uint.MaxValue), (5, 0)])
        {
            var copy = (byte[])changed.Clone();
            BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(directoryAt + (bucket * 8)), first);
            MendHashes(copy);

            Assert.Equal(DocumentTableStage.Directory, DocumentTables.Open(copy).Failure.Stage);
        }
    }

    [Fact]
    public void CheckRows_RowsOutOfOrderBehindMendedChecks_IsRefused()
    {
        var changed = (byte[])Sample.Clone();
        var first = changed.AsSpan(HeaderLength, RowLength).ToArray();
        changed.AsSpan(HeaderLength + RowLength, RowLength).CopyTo(changed.AsSpan(HeaderLength));
        first.CopyTo(changed.AsSpan(HeaderLength + RowLength));
        MendBucket(changed, 4);

        Assert.Equal("bucket 0: rows do not rise", DocumentTables.Open(changed).Value.CheckRows()!.Reason);
    }

    [Fact]
    public void CheckRows_BaseWithdrawsBehindMendedChecks_IsRefused()
    {
        var changed = (byte[])Sample.Clone();
        changed.AsSpan(HeaderLength + 8, 4).Fill(0xff);
        MendBucket(changed, 4);

        Assert.Equal("bucket 0: a base withdraws", DocumentTables.Open(changed).Value.CheckRows()!.Reason);
    }

    [Fact]
    public void CheckRows_RowTheFilterDoesNotKnow_IsRefused()
    {
        var changed = (byte[])Sample.Clone();
        changed[HeaderLength] ^= 1;
        MendBucket(changed, 4);

        Assert.Equal("bucket 0: the filter does not know a row", DocumentTables.Open(changed).Value.CheckRows()!.Reason);
    }

    [Fact]
    public void Writer_ImpossibleArguments_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new DocumentTableWriter(new byte[15], 1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new DocumentTableWriter(DocumentTables.ListKey, 0));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new DocumentTableWriter(DocumentTables.ListKey, 4, follows: 4));
        var writer = new DocumentTableWriter(DocumentTables.ListKey, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add(DocumentTables.Key("UT1"), uint.MaxValue));
        Assert.Throws<InvalidOperationException>(() => writer.Withdraw(DocumentTables.Key("UT1")));
        Assert.Throws<ArgumentException>(static () => DocumentTables.Key(" - "));
    }

    [Fact]
    public void Finish_KeysThatAreNoHashes_ThrowsInsteadOfWritingALongBucket()
    {
        var writer = new DocumentTableWriter(DocumentTables.ListKey, 1);
        for (ulong i = 0; i < 1_000; i++)
            writer.Add(new DocumentKey(i), 1);

        Assert.Throws<InvalidOperationException>(() => writer.Finish(new MemoryStream()));
    }

    [Fact]
    public void Finish_KeyTwice_KeepsTheLesserPayload()
    {
        var writer = new DocumentTableWriter(DocumentTables.ListKey, 1);
        writer.Add(DocumentTables.Key("UT1"), 9);
        writer.Add(DocumentTables.Key("ut-1"), 4);
        using var output = new MemoryStream();

        Assert.Equal(1, writer.Finish(output));
        Assert.Equal(
            new DocumentLookup(DocumentStanding.Listed, 4), DocumentTables.Open(output.ToArray()).Value.Find(DocumentTables.Key("UT1")));
    }

    [Fact]
    public void Find_EmptyTable_ListsNobody()
    {
        var table = DocumentTables.Open(DocumentTables.Of([], static _ => 1)).Value;

        Assert.Equal((0, null), (table.RowCount, table.CheckRows()));
        Assert.Equal(DocumentStanding.NotListed, table.FindRow(DocumentTables.Key("UT4471X02")).Standing);
    }

    [Fact]
    public void Find_AnyTable_EqualsADictionary() =>
        Gen.Select(Gen.UInt.HashSet[0, 3_000], Gen.UInt[0, uint.MaxValue - 1], Gen.UInt.Array[20]).Sample((ordinals, salt, strangers) =>
        {
            var expected = ordinals.ToDictionary(
                static ordinal => DocumentTables.HashOf(ordinal), ordinal => Math.Min(ordinal ^ salt, uint.MaxValue - 1));

            var table = DocumentTables.Open(DocumentTables.Of([.. expected.Keys], key => expected[key])).Value;

            Assert.Null(table.CheckRows());
            Assert.Equal(expected.Keys.Order().Select(key => (new DocumentKey(key), expected[key])), table.Rows());
            foreach (var key in ordinals.Concat(strangers).Select(static ordinal => DocumentTables.HashOf(ordinal)))
            {
                var isListed = expected.TryGetValue(key, out var payload);
                var lookup = new DocumentLookup(isListed ? DocumentStanding.Listed : DocumentStanding.NotListed, payload);
                Assert.Equal((lookup, lookup), (table.Find(new DocumentKey(key)), table.FindRow(new DocumentKey(key))));
            }
        }, iter: 100);

    [Fact]
    public void Finish_WithATemporaryStreamAndAnyOrder_GivesTheSameBytes()
    {
        // 256 shares of blocks of 4,096: more than a million rows, so that blocks do go out.
        ulong[] keys = [.. Enumerable.Range(0, 1_300_000).Select(static i => DocumentTables.HashOf((ulong)i))];
        using var temporary = new MemoryStream();

        var inMemory = DocumentTables.Of(keys, static key => (uint)(key >> 40));
        Array.Reverse(keys);
        var throughTemporary = DocumentTables.Of(keys, static key => (uint)(key >> 40), temporary);

        Assert.True(temporary.Length > 0);
        Assert.True(inMemory.AsSpan().SequenceEqual(throughTemporary));
    }

    [Theory]
    [InlineData("ut 4471<x02<<<", "UTO", true)]
    [InlineData("UT4471X02", "uto", true)]
    [InlineData("UT4471X02", "UTO<", true)]
    [InlineData("UT4471X03", "UTO", false)]
    [InlineData("UT4471X02", "UTP", false)]
    [InlineData("UT4471X02", "", false)]
    public void Key_SpellingsOfOneDocument_AreOne(string number, string issuer, bool isSame) =>
        Assert.Equal(isSame, DocumentTables.Key("UT4471X02") == DocumentTables.Key(number, issuer));

    [Fact]
    public void Key_IssuerAndNumberThatReadTheSameTogether_Differ()
    {
        Assert.NotEqual(DocumentTables.Key("A1", "D"), DocumentTables.Key("1", "DA"));
        Assert.NotEqual(DocumentTables.Key("A1"), DocumentTables.Key("A1", documentClass: DocumentClass.Visa));
        Assert.Equal(DocumentTables.Key("C01X00T47", "D<<"), DocumentTables.Key("C01X00T47", "DEU"));
    }

    [Fact]
    public void Key_OfAVector_StaysTheSame() =>
        // The message is 01 01 "UTO<UT4471X02"; a change would make every table of the field useless.
        Assert.Equal(
            SipHash.Hash(DocumentTables.ListKey, "\u0001\u0001UTO<UT4471X02"u8), DocumentTables.Key("UT4471X02").Hash);

    private static int DirectoryAt(ReadOnlySpan<byte> bytes)
    {
        var bits = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        var rows = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        if (bits is < 0 or > 25 || rows is < 0 or > int.MaxValue)
            return 0;
        return (int)Math.Min((HeaderLength + (rows * (((64 - bits + 7) / 8) + 4)) + 63) / 64 * 64, bytes.Length);
    }

    /// <summary>Makes the hashes of directory, filter and header right again, so that the checks behind them are tried.</summary>
    private static void MendHashes(Span<byte> bytes)
    {
        var directoryAt = DirectoryAt(bytes);
        if (directoryAt > 0)
        {
            var filterAt = Math.Min(directoryAt + (8L << bytes[12]), bytes.Length);
            SHA256.HashData(bytes[directoryAt..(int)filterAt], bytes[64..]);
            SHA256.HashData(bytes[(int)filterAt..], bytes[96..]);
        }

        SHA256.HashData(bytes[..HeaderHashAt], bytes[HeaderHashAt..]);
    }

    /// <summary>Makes the check of the only bucket right again, and the hashes above it.</summary>
    private static void MendBucket(Span<byte> bytes, int rows)
    {
        var check = SipHash.Hash(DocumentTables.ListKey, bytes.Slice(HeaderLength, rows * RowLength));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(DirectoryAt(bytes) + 4)..], (uint)(check & uint.MaxValue));
        MendHashes(bytes);
    }
}
