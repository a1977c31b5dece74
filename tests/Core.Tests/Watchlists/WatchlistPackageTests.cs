using System.Buffers.Binary;
using System.Text;
using CsCheck;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class WatchlistPackageTests
{
    private static readonly byte[] Sample = ListFixtures.Package(ListFixtures.Several());

    [Fact]
    public void WriteThenOpen_Several_GivesEntriesAndIndexBack()
    {
        var package = ListFixtures.Open(Sample).Value;

        Assert.Equal((12UL, ListFixtures.CompiledAt, "Utopia national list"),
            (package.Info.Version, package.Info.CompiledAtUnixMicroseconds, package.Info.Title));
        Assert.Equal(ListFixtures.Several(), Enumerable.Range(0, package.EntryCount).Select(package.Entry));
        Assert.Equal(6, package.NameCount);
        Assert.Equal(["BRANDVOLD", "ISAURA", "LENE"],
            Enumerable.Range(0, package.NameTokenCount(0)).Select(i => Encoding.ASCII.GetString(package.TokenText(package.NameToken(0, i)))));
        for (var token = 0; token < package.TokenCount; token++)
        {
            Assert.InRange(package.TokenWeight(token), 0.2f, 1f);
            for (var i = 0; i < package.PostingCount(token); i++)
                Assert.Contains(token, Enumerable.Range(0, package.NameTokenCount(package.Posting(token, i))).Select(at => package.NameToken(package.Posting(token, i), at)));
        }
    }

    [Fact]
    public void EntriesWithDocument_AnySpelling_FindsTheEntry()
    {
        var package = ListFixtures.Open(Sample).Value;

        Assert.Equal([0], package.EntriesWithDocument(DocumentNumber.Parse("ut4471x02")));
        Assert.Equal([1], package.EntriesWithDocument(DocumentNumber.Parse("ZE-123")));
        Assert.Empty(package.EntriesWithDocument(DocumentNumber.Parse("ZE124")));
        Assert.Empty(package.EntriesWithDocument(default));
    }

    [Fact]
    public void WriteThenOpen_AnyEntries_GivesThemBackWhateverTheOrder() => ListFixtures.AnyEntry.Array[0, 6].Sample(entries =>
    {
        var bytes = ListFixtures.Package(entries);

        Assert.Equal(bytes, ListFixtures.Package([.. entries.Reverse()]));
        var package = ListFixtures.Open(bytes).Value;
        Assert.Equal(
            entries.OrderBy(static entry => entry.EntryId, StringComparer.Ordinal), Enumerable.Range(0, entries.Length).Select(package.Entry));
    }, iter: 300);

    [Fact]
    public void WriteThenOpen_NoEntries_IsAnEmptyList()
    {
        var package = ListFixtures.Open(ListFixtures.Package()).Value;

        Assert.Equal((0, 0, 0), (package.EntryCount, package.NameCount, package.TokenCount));
        Assert.Empty(package.EntriesWithDocument(DocumentNumber.Parse("UT4471X02")));
    }

    [Fact]
    public void Write_IdentifierTwice_Throws() =>
        Assert.Throws<ArgumentException>(() => ListFixtures.Package(ListFixtures.Entry("uto:1", "A B"), ListFixtures.Entry("uto:1", "C D")));

    [Fact]
    public void Open_CutAtEveryLength_IsRefused()
    {
        for (var length = 0; length < Sample.Length; length++)
            Assert.False(ListFixtures.Open(Sample[..length]).IsSuccess, $"{length} bytes");
        Assert.Equal(PackageStage.Envelope, ListFixtures.Open([.. Sample, 0]).Failure.Stage);
    }

    [Fact]
    public void Open_AnyBitFlipped_IsRefusedOrReadIdentically()
    {
        // Every byte once, then thousands of seeded places: a package with a longer list would miss some bits otherwise.
        for (var index = 0; index < Sample.Length; index++)
            AssertFlip(index, (byte)(1 << (index % 8)));

        Gen.Select(Gen.Int[0, Sample.Length - 1], Gen.Int[0, 7]).Sample((index, bit) => AssertFlip(index, (byte)(1 << bit)), iter: 5_000);
    }

    [Fact]
    public void Open_RandomBytesBehindEnvelope_NeverThrows() => Gen.Byte.Array[0, 400].Sample(tail =>
        Assert.False(ListFixtures.Open([.. Sample.AsSpan(0, 64), .. tail]).IsSuccess), iter: 5_000);

    [Fact]
    public void Open_BytesChangedBehindMendedHashes_NeverThrows()
    {
        // The hashes are right, so every check behind them has to hold on its own, and reading must be safe afterwards.
        Gen.Select(Gen.Int[1, 9], Gen.Int[0, 100_000], Gen.OneOf(Gen.Byte, Gen.OneOfConst<byte>(0, 0x7f, 0x80, 0xff))).Sample((section, at, value) =>
        {
            var length = PackageSurgery.LengthOf(Sample, section);
            if (ListFixtures.Open(PackageSurgery.WithSectionBytes(Sample, section, at % length, [value])).TryGet(out var package, out _))
                ReadEverything(package);
        }, iter: 5_000);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(uint.MaxValue)]
    public void Open_OtherFormat_NamesBoth(uint format)
    {
        var changed = (byte[])Sample.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(8), format);

        Assert.Equal($"format {format} is not known; this program reads format 1", ListFixtures.Open(changed).Failure.Reason);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(65u)]
    [InlineData(uint.MaxValue)]
    public void Open_ImpossibleSectionCount_IsRefused(uint count)
    {
        var changed = (byte[])Sample.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(12), count);

        Assert.Equal(PackageStage.SectionTable, ListFixtures.Open(changed).Failure.Stage);
    }

    [Theory]
    [InlineData(8, -1L)]
    [InlineData(8, long.MaxValue)]
    [InlineData(8, long.MinValue)]
    [InlineData(16, -1L)]
    [InlineData(16, long.MaxValue)]
    [InlineData(16, 1L << 40)]
    public void Open_SectionPastTheEnd_IsRefused(int at, long value)
    {
        for (var section = 1; section <= 9; section++)
        {
            var failure = ListFixtures.Open(PackageSurgery.WithRow(Sample, section, at, value)).Failure;

            Assert.Equal(PackageStage.SectionTable, failure.Stage);
            Assert.Contains("past the end", failure.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Open_SectionTwiceOrMissing_IsRefused()
    {
        Assert.Contains("stands twice", ListFixtures.Open(PackageSurgery.WithNumber(Sample, PackageSurgery.Postings, PackageSurgery.Tokens)).Failure.Reason, StringComparison.Ordinal);
        // An unknown number is passed over, but then the known one is missing.
        Assert.Contains("is missing", ListFixtures.Open(PackageSurgery.WithNumber(Sample, PackageSurgery.Postings, 77)).Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PackageSurgery.Names, 0, 0xffffffffu)] // entry of a name
    [InlineData(PackageSurgery.Names, 0, 4u)]
    [InlineData(PackageSurgery.Names, 4, 0xffffffffu)] // first token of a name
    [InlineData(PackageSurgery.Names, 8, 0x0000ffffu)] // its token count
    [InlineData(PackageSurgery.Names, 8, 0x00090001u)] // its quality
    [InlineData(PackageSurgery.Names, 8, 0x00000001u)]
    [InlineData(PackageSurgery.NameTokens, 0, 0xffffffffu)]
    [InlineData(PackageSurgery.Tokens, 4, 0x7fffffffu)] // text offset, high half
    [InlineData(PackageSurgery.Tokens, 8, 0x7fffffffu)] // text length
    [InlineData(PackageSurgery.Tokens, 8, 0xffffffffu)]
    [InlineData(PackageSurgery.Tokens, 8, 0u)]
    [InlineData(PackageSurgery.Tokens, 12, 0xffffffffu)] // postings of a token
    [InlineData(PackageSurgery.Tokens, 20, 0x7fffffffu)] // first posting, high half
    [InlineData(PackageSurgery.Tokens, 24, 0x7f800000u)] // weight: infinity
    [InlineData(PackageSurgery.Postings, 0, 0xffffffffu)]
    [InlineData(PackageSurgery.Documents, 8, 0xffffffffu)]
    public void Open_IndexPointsOutside_IsRefusedByIndex(int section, int at, uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);

        Assert.Equal(PackageStage.Index, ListFixtures.Open(PackageSurgery.WithSectionBytes(Sample, section, at, bytes)).Failure.Stage);
    }

    [Theory]
    [InlineData(0, -1L)]
    [InlineData(0, long.MaxValue)]
    [InlineData(8, -1L)]
    [InlineData(8, long.MaxValue)]
    [InlineData(8, 1L)]
    public void Open_RecordPointsOutsideOrIsCut_IsRefusedByRecords(int at, long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);

        Assert.Equal(
            PackageStage.Records,
            ListFixtures.Open(PackageSurgery.WithSectionBytes(Sample, PackageSurgery.RecordIndex, at, bytes)).Failure.Stage);
    }

    [Fact]
    public void Open_EntryIdentifierTwice_IsRefused()
    {
        var row = Sample.AsSpan(PackageSurgery.OffsetOf(Sample, PackageSurgery.RecordIndex), 16).ToArray();

        var failure = ListFixtures.Open(PackageSurgery.WithSectionBytes(Sample, PackageSurgery.RecordIndex, 16, row)).Failure;

        Assert.Equal("record 1 repeats an identifier", failure.Reason);
    }

    [Fact]
    public void Open_RecordChangedBehindMendedHashes_IsRefusedByStateRoot()
    {
        var owner = Sample.AsSpan(PackageSurgery.OffsetOf(Sample, PackageSurgery.Records)).IndexOf("Border Agency"u8);

        Assert.Equal(
            PackageStage.StateRoot,
            ListFixtures.Open(PackageSurgery.WithSectionBytes(Sample, PackageSurgery.Records, owner, "b"u8)).Failure.Stage);
    }

    [Fact]
    public void Write_DocumentNumberInList_IsNotInTheDocumentTable()
    {
        var table = Sample.AsSpan(PackageSurgery.OffsetOf(Sample, PackageSurgery.Documents), PackageSurgery.LengthOf(Sample, PackageSurgery.Documents));

        Assert.Equal(-1, table.IndexOf("4471"u8));
        Assert.NotEqual(
            Sample, WatchlistPackageWriter.Write(ListFixtures.Several(), 12, ListFixtures.CompiledAt, "Utopia national list", new byte[16]));
    }

    private static void AssertFlip(int index, byte mask)
    {
        var changed = (byte[])Sample.Clone();
        changed[index] ^= mask;
        if (!ListFixtures.Open(changed).TryGet(out var package, out var failure))
            Assert.NotEmpty(failure.Reason);
        else
            Assert.Equal(ReadEverything(ListFixtures.Open(Sample).Value), ReadEverything(package));
    }

    private static string ReadEverything(WatchlistPackage package)
    {
        var all = new StringBuilder($"{package.Info.Version} {package.Info.Title} ");
        for (var entry = 0; entry < package.EntryCount; entry++)
            all.Append(Convert.ToHexString(EntryRecord.Encode(package.Entry(entry))));
        for (var name = 0; name < package.NameCount; name++)
        {
            all.Append(package.NameEntry(name)).Append(package.NameQuality(name));
            for (var i = 0; i < package.NameTokenCount(name); i++)
                all.Append(package.NameToken(name, i));
        }

        for (var token = 0; token < package.TokenCount; token++)
        {
            all.Append(Encoding.ASCII.GetString(package.TokenText(token))).Append(package.TokenWeight(token));
            for (var i = 0; i < package.PostingCount(token); i++)
                all.Append(package.Posting(token, i));
        }

        return all.Append(package.EntriesWithDocument(DocumentNumber.Parse("UT4471X02")).Count).ToString();
    }
}
