using System.Buffers.Binary;
using System.Text;
using CsCheck;
using EdgeCheckpoint.Core.Tests.Vectors;
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
        Assert.Equal(
            ListFixtures.Several().Select(static entry => entry.EntryId).Order(),
            Enumerable.Range(0, package.EntryCount).Select(package.EntryId).Order());
        foreach (var entry in ListFixtures.Several())
            Assert.Equal(entry, package.Entry(OrdinalOf(package, entry.EntryId)));
        var index = package.Index();
        var brandvold = OrdinalOf(package, "uto:1");
        var names = 0;
        for (var name = 0; name < index.NameCount; name++)
        {
            if (index.EntryOf(name) != brandvold || names++ > 0)
                continue;
            var texts = new List<string>();
            foreach (var token in index.Tokens(name))
                texts.Add(Encoding.ASCII.GetString(index.Text(NameSlots.Ordinal(token))));
            Assert.Equal(["BRANDVOLD", "ISAURA", "LENE"], texts.Order());
        }

        for (var token = 0; token < index.TokenCount; token++)
        {
            Assert.InRange(index.Weight(token), 0.19f, 1f);
            foreach (var name in ListFixtures.NamesWith(index, token))
            {
                var isThere = false;
                foreach (var packed in index.Tokens(name))
                    isThere |= NameSlots.Ordinal(packed) == token;
                Assert.True(isThere);
            }
        }
    }

    [Fact]
    public void EntriesWithDocument_AnySpelling_FindsTheEntry()
    {
        var package = ListFixtures.Open(Sample).Value;

        Assert.Equal([OrdinalOf(package, "uto:1")], package.EntriesWithDocument(DocumentNumber.Parse("ut4471x02")));
        Assert.Equal([OrdinalOf(package, "uto:2")], package.EntriesWithDocument(DocumentNumber.Parse("ZE-123")));
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
            entries.OrderBy(static entry => entry.EntryId, StringComparer.Ordinal),
            Enumerable.Range(0, entries.Length).Select(package.Entry).OrderBy(static entry => entry.EntryId, StringComparer.Ordinal));
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
        Gen.Select(Gen.OneOfConst(PackageSurgery.All), Gen.Int[0, 100_000], Gen.OneOf(Gen.Byte, Gen.OneOfConst<byte>(0, 0x7f, 0x80, 0xff))).Sample((section, at, value) =>
        {
            var length = PackageSurgery.LengthOf(Sample, section);
            if (length == 0)
                return;
            if (ListFixtures.Open(PackageSurgery.WithSectionBytes(Sample, section, at % length, [value])).TryGet(out var package, out _))
                ReadEverything(package);
        }, iter: 5_000);
    }

    [Fact]
    public void Entry_ChangedBehindMendedHashesAndUncheckedRecords_IsReadOrInvalidData()
    {
        // What an appliance would meet if a list had been signed wrongly: named, never another exception.
        int[] sections = [PackageSurgery.Entries, PackageSurgery.EntryPlaces, PackageSurgery.Templates, PackageSurgery.NamePatterns, PackageSurgery.NameSlots];
        var names = VectorFiles.Read("watchlist-names-3.bin");
        Gen.Select(Gen.OneOfConst(sections), Gen.Int[0, 100_000], Gen.OneOf(Gen.Byte, Gen.OneOfConst<byte>(0, 0x7f, 0x80, 0xff))).Sample((section, at, value) =>
        {
            var changed = PackageSurgery.WithSectionBytes(names, section, at % PackageSurgery.LengthOf(names, section), [value]);
            if (!WatchlistPackage.Open(new MemorySectionSource(changed), checkRecords: false).TryGet(out var package, out var failure))
            {
                Assert.NotEmpty(failure.Reason);
                return;
            }

            for (var entry = 0; entry < package.EntryCount; entry++)
            {
                try
                {
                    Assert.NotNull(package.EntryId(entry));
                    Assert.NotEmpty(package.Record(entry));
                }
                catch (InvalidDataException refusal)
                {
                    Assert.NotEmpty(refusal.Message);
                }
            }
        }, iter: 5_000);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(4u)]
    [InlineData(uint.MaxValue)]
    public void Open_OtherFormat_NamesBoth(uint format)
    {
        var changed = (byte[])Sample.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(8), format);

        Assert.Equal($"format {format} is not known; this program reads formats 1 to 3", ListFixtures.Open(changed).Failure.Reason);
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
        foreach (var section in PackageSurgery.All)
        {
            var failure = ListFixtures.Open(PackageSurgery.WithRow(Sample, section, at, value)).Failure;

            Assert.Equal(PackageStage.SectionTable, failure.Stage);
            Assert.Contains("past the end", failure.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Open_SectionTwiceOrMissing_IsRefused()
    {
        Assert.Contains("stands twice", ListFixtures.Open(PackageSurgery.WithNumber(Sample, PackageSurgery.Postings, PackageSurgery.NameSlots)).Failure.Reason, StringComparison.Ordinal);
        // An unknown number is passed over, but then the known one is missing.
        Assert.Contains("is missing", ListFixtures.Open(PackageSurgery.WithNumber(Sample, PackageSurgery.Postings, 77)).Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PackageSurgery.BirthYears, 4, 0xffffffffu)]
    [InlineData(PackageSurgery.EntryStarts, 0, 0u)]
    [InlineData(PackageSurgery.EntryStarts, 8, 1u)] // entries before the first name
    [InlineData(PackageSurgery.NameSlots, 0, 0x803ffffeu)] // a token beyond the last
    [InlineData(PackageSurgery.NameSlots, 0, 0u)] // a quality that is none
    [InlineData(PackageSurgery.NameSlots, 12, 0x80000000u)] // a long name where there is none
    [InlineData(PackageSurgery.NameSlots, 12, 0xbfffffffu)] // and one far outside
    [InlineData(PackageSurgery.TokenStarts, 0, 1u)]
    [InlineData(PackageSurgery.TokenStarts, 4, 0x7fffffffu)]
    [InlineData(PackageSurgery.PostingCounts, 0, 0x7fffffffu)]
    [InlineData(PackageSurgery.PostingStarts, 4, 0xffffffffu)]
    [InlineData(PackageSurgery.Postings, 0, 0x7fu)]
    [InlineData(PackageSurgery.Postings, 0, 0x80808080u)] // a difference that does not end with its token
    [InlineData(PackageSurgery.Postings, 0, 0xffffffffu)]
    [InlineData(PackageSurgery.Deletions, 0, 29u)] // bits of its directory
    [InlineData(PackageSurgery.Deletions, 4, 1u)]
    [InlineData(PackageSurgery.Keys, 8, 0xffffffffu)]
    [InlineData(PackageSurgery.EntryPlaces, 0, 1u)] // offset of the first entry
    [InlineData(PackageSurgery.EntryPlaces, 0, 0xffffffffu)]
    [InlineData(PackageSurgery.EntryPlaces, 4, 1u)] // its first name
    [InlineData(PackageSurgery.EntryPlaces, 4, 0xffffffffu)]
    [InlineData(PackageSurgery.Entries, 0, 0xffffffffu)] // length of the first entry
    [InlineData(PackageSurgery.Entries, 0, 1u)]
    [InlineData(PackageSurgery.Documents, 8, 0xffffffffu)]
    public void Open_IndexPointsOutside_IsRefusedByIndex(int section, int at, uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);

        Assert.Equal(PackageStage.Index, ListFixtures.Open(PackageSurgery.WithSectionBytes(Sample, section, at, bytes)).Failure.Stage);
    }

    [Theory]
    [InlineData(0, 4u)] // as few as fit a slot
    [InlineData(0, 17u)] // more than any name has
    [InlineData(0, 6u)] // one more than there are
    [InlineData(4, 0x3fffffffu)] // no token
    public void Open_LongNameDamaged_IsRefusedByIndex(int at, uint value)
    {
        var package = ListFixtures.Package([ListFixtures.Entry("uto:1", "Signe Tarik Lene Isaura Obadiah")]);
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);

        var failure = ListFixtures.Open(PackageSurgery.WithSectionBytes(package, PackageSurgery.LongNames, at, bytes)).Failure;

        Assert.Equal(new PackageFailure(PackageStage.Index, "name 0 has a token that is not there"), failure);
    }

    [Theory]
    [InlineData(PackageSurgery.Entries, 1, 0x7fu)] // a template that is not there
    [InlineData(PackageSurgery.Entries, 2, 0x7fu)] // a text longer than the entry
    [InlineData(PackageSurgery.Templates, 0, 0x7fu)]
    [InlineData(PackageSurgery.NamePatterns, 0, 0x7fu)]
    [InlineData(PackageSurgery.Tombstones, 0, 0x7fu)]
    public void Open_EntriesDamaged_IsRefusedByRecords(int section, int at, uint value)
    {
        Assert.Equal(
            PackageStage.Records, ListFixtures.Open(PackageSurgery.WithSectionBytes(Sample, section, at, [(byte)value])).Failure.Stage);
    }

    [Fact]
    public void Open_TextChangedBehindMendedHashes_IsRefusedByStateRoot()
    {
        var owner = Sample.AsSpan(PackageSurgery.OffsetOf(Sample, PackageSurgery.Templates)).IndexOf("Border Agency"u8);

        Assert.Equal(
            PackageStage.StateRoot,
            ListFixtures.Open(PackageSurgery.WithSectionBytes(Sample, PackageSurgery.Templates, owner, "b"u8)).Failure.Stage);
    }

    [Fact]
    public void Open_BitFlippedInAnySection_IsRefusedByItsHashWhateverElseIsWrong()
    {
        // Content is checked while hashes are computed; what it finds never hides that the bytes are not those that were written.
        foreach (var section in PackageSurgery.All)
        {
            for (var at = 0; at < PackageSurgery.LengthOf(Sample, section); at++)
            {
                var changed = (byte[])Sample.Clone();
                changed[PackageSurgery.OffsetOf(Sample, section) + at] ^= 0x80;

                Assert.Equal(PackageStage.Section, WatchlistPackage.Open(new MemorySectionSource(changed), checkRecords: false).Failure.Stage);
            }
        }
    }

    [Fact]
    public void Open_UnknownSectionFlipped_IsRefusedByItsHash()
    {
        // A section under a number that nobody knows: nothing reads it, and still it has to be what was written.
        var sample = VectorFiles.Read("watchlist-package-1.bin");
        var changed = PackageSurgery.WithNumber(sample, 8, 77);
        changed[PackageSurgery.OffsetOf(changed, 77)] ^= 1;

        Assert.Equal(PackageStage.Section, WatchlistPackage.Open(new MemorySectionSource(changed)).Failure.Stage);
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
        var index = package.Index();
        for (var name = 0; name < package.NameCount; name++)
        {
            all.Append(index.EntryOf(name)).Append(index.Quality(name));
            foreach (var token in index.Tokens(name))
                all.Append(token);
        }

        for (var token = 0; token < package.TokenCount; token++)
        {
            all.Append(Encoding.ASCII.GetString(index.Text(token))).Append(index.Weight(token));
            foreach (var name in ListFixtures.NamesWith(index, token))
                all.Append(name);
        }

        Span<uint> hashes = stackalloc uint[TokenDeletions.CountMax];
        foreach (var hash in hashes[..TokenDeletions.Write("BRANDVOLD", hashes)])
        {
            foreach (var entry in index.Deletions.Bucket(hash))
                all.Append(TokenTable.Ordinal(entry));
        }

        return all.Append(package.EntriesWithDocument(DocumentNumber.Parse("UT4471X02")).Count).ToString();
    }

    private static int OrdinalOf(WatchlistPackage package, string entryId) =>
        Enumerable.Range(0, package.EntryCount).Single(entry => package.EntryId(entry) == entryId);
}
