using System.Buffers.Binary;
using CsCheck;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class PackedEntryTests
{
    private static readonly WatchlistEntry Cleared = ClearedEntry();

    [Fact]
    public void Read_CutAtEveryLength_IsRefused()
    {
        var room = new PackedRoom(Cleared);

        for (var length = 0; length < room.Packed.Length; length++)
            Assert.Equal(PackageStage.Records, room.Read(room.Packed[..length]).Failure.Stage);
        Assert.False(room.Read([.. room.Packed, 0]).IsSuccess);
    }

    [Fact]
    public void Read_TemplateOrPatternNotThere_IsRefused()
    {
        var room = new PackedRoom(Cleared);

        Assert.Contains("template", room.Read(room.Packed, room.Shared with { Templates = [] }).Failure.Reason, StringComparison.Ordinal);
        Assert.Equal(3, room.Shared.Patterns.Length);
        Assert.Equal("its bytes are damaged", room.Read(room.Packed, room.Shared with { Patterns = room.Shared.Patterns[..2] }).Failure.Reason);
    }

    [Fact]
    public void Read_NameThatIsNotThere_IsRefused()
    {
        var room = new PackedRoom(Cleared);
        var index = room.Package.Index();

        for (var first = 1; first < 5; first++)
            Assert.Equal(PackageStage.Records, PackedEntry.Read(room.Packed, room.Shared, index, index.NameCount - 3 + first).Failure.Stage);
    }

    [Fact]
    public void Read_AnyByteChanged_NeverThrowsAndGivesARecord()
    {
        var room = new PackedRoom(Cleared);
        var verbatim = new PackedRoom(Cleared, [.. EntryRecord.Encode(Cleared), .. Field(99, 1)]);

        Gen.Select(Gen.Bool, Gen.Int[0, 10_000], Gen.Byte).Sample((isVerbatim, at, value) =>
        {
            var changed = (byte[])(isVerbatim ? verbatim : room).Packed.Clone();
            changed[at % changed.Length] = value;
            if (room.Read(changed).TryGet(out var entry, out var failure))
                Assert.NotEmpty(PackedEntry.Record(changed, entry));
            else
                Assert.Equal(PackageStage.Records, failure.Stage);
        }, iter: 30_000);
    }

    [Fact]
    public void Read_AnyBytesAndPatterns_NeverThrows()
    {
        var room = new PackedRoom(Cleared);

        Gen.Select(Gen.Byte.Array[0, 80], Gen.Byte.Array[0, 40].Array[0, 3]).Sample((packed, patterns) =>
        {
            var shared = room.Shared with { Patterns = [.. patterns.Where(static pattern => NamePattern.IsSound(pattern))] };
            room.Read(packed, shared).TryGet(out _, out _);
            _ = PackedEntry.ReadId(packed, shared);
            _ = EntryView.Open(packed, shared, out _);
        }, iter: 30_000);
    }

    [Fact]
    public void DecodeTemplate_CutAtEveryLengthOrAnyByteChanged_IsRefusedOrRead()
    {
        var template = new PackedRoom(Cleared).Shared.Templates[0];
        var bytes = template.Encode();

        Assert.Equal(template, EntryTemplate.Decode(bytes));
        Assert.Null(EntryTemplate.Decode([.. bytes, 0]));
        for (var length = 0; length < bytes.Length; length++)
            Assert.Null(EntryTemplate.Decode(bytes.AsSpan(0, length)));
        Gen.Byte.Array[0, 60].Sample(static any => _ = EntryTemplate.Decode(any), iter: 10_000);
    }

    [Fact]
    public void Read_MoreNationalitiesThanARecordHolds_IsRefused()
    {
        // 65,536 codes: the canonical record counts to 65,535, and computing the state root would overflow.
        var writer = new PackedWriter();
        writer.Number(1).Text("uto:1").Number(0).Number(0).Number(ushort.MaxValue + 1);

        Assert.Equal("its bytes are damaged", new PackedRoom(Cleared).Read([.. writer.Written, .. new byte[ushort.MaxValue + 1]]).Failure.Reason);
    }

    [Fact]
    public void Read_DateOfFiveGroupsOfBits_IsUnknown()
    {
        // 0xffffffff: larger than any date, and than a signed number.
        var writer = new PackedWriter();
        writer.Number(1).Text("uto:1").Number(16).Number(0).Number(uint.MaxValue).Number(0);
        var room = new PackedRoom(ListFixtures.Entry("uto:a", "Signe Maridottir"));

        Assert.Equal(PartialDate.Unknown, Assert.Single(room.Read(writer.Written.ToArray()).Value.BirthDates).From);
    }

    [Fact]
    public void WriteThenRead_AnyEntry_GivesItBackByteForByte() => ListFixtures.AnyEntry.Sample(static entry => AssertRoundTrip(entry), iter: 3_000);

    [Fact]
    public void WriteThenRead_ClearedTravellers_GivesThemBack() => AssertRoundTrip(Cleared);

    [Fact]
    public void WriteThenRead_ExitAlertWithReview_StandsVerbatimAndLapsesWithItsReview()
    {
        var alert = ListFixtures.ExitAlert();
        var room = new PackedRoom(alert);

        Assert.Empty(room.Shared.Templates);
        Assert.Equal(alert, room.Read(room.Packed).Value);
        Assert.Equal(EntryRecord.Encode(alert), PackedEntry.Record(room.Packed, alert));
        AssertView(alert, room);
        var package = ListFixtures.Open(alert, ListFixtures.Several()[1]);
        var ordinal = Enumerable.Range(0, 2).Single(entry => package.EntryId(entry) == alert.EntryId);
        Assert.Equal(alert, package.Entry(ordinal));
    }

    [Fact]
    public void WriteThenRead_AnySexByte_GivesItBack()
    {
        for (var sex = 0; sex <= byte.MaxValue; sex++)
            AssertRoundTrip(ListFixtures.Entry("uto:1", "Signe Maridottir", sex: (char)sex));
    }

    [Theory]
    [InlineData("uto:0", "uto:")]
    [InlineData("uto:17", "uto:")]
    [InlineData("17", "")]
    [InlineData("uto-2026#4294967295", "uto-2026#")]
    [InlineData("uto:4294967296", null)]
    [InlineData("uto:007", null)]
    [InlineData("uto:00", null)]
    [InlineData("uto:17a", null)]
    [InlineData("uto:", null)]
    [InlineData("", null)]
    public void IdPrefixOf_Identifier_IsWhatStandsBeforeACanonicalNumber(string entryId, string? prefix)
    {
        Assert.Equal(prefix, PackedEntry.IdPrefixOf(entryId));

        AssertRoundTrip(ListFixtures.Entry(entryId, "Signe Maridottir"));
    }

    [Theory]
    [InlineData("UTO")]
    [InlineData("AAA")]
    [InlineData("ZZZ")]
    [InlineData("uto")]
    [InlineData("UT")]
    [InlineData("Utopia and its islands")]
    [InlineData("")]
    public void WriteThenRead_Nationality_GivesItBack(string nationality)
    {
        AssertRoundTrip(WithNationalities(nationality));
        AssertRoundTrip(WithNationalities(nationality, "UTO", nationality));
    }

    [Fact]
    public void Write_SameTemplate_IsKeptOnce()
    {
        var templates = new HashSet<EntryTemplate>();

        foreach (var entry in ListFixtures.Several())
            templates.Add(new PackedRoom(entry).Shared.Templates[0]);

        // The fourth asks for another action.
        Assert.Equal(2, templates.Count);
    }

    [Fact]
    public void WriteThenRead_UnknownTag_KeepsTheCanonicalBytes()
    {
        byte[] record = [.. EntryRecord.Encode(Cleared), .. Field(99, 7)];

        var room = new PackedRoom(Cleared, record);

        Assert.Empty(room.Shared.Templates);
        Assert.Null(PackedEntry.ReadId(room.Packed, room.Shared));
        var entry = room.Read(room.Packed).Value;
        Assert.Equal(Cleared, entry);
        Assert.Equal(record, PackedEntry.Record(room.Packed, entry));
        AssertView(entry, room);
    }

    [Fact]
    public void Open_RecordWithUnknownTag_KeepsIdentifierRecordAndRoot()
    {
        byte[] record = [.. EntryRecord.Encode(Cleared), .. Field(99, 7)];
        using var output = new MemoryStream();
        WatchlistPackageWriter.WriteRecords(
            output, [(Cleared, record), (ListFixtures.Several()[3], null)], 12, ListFixtures.CompiledAt, "Utopia", ListFixtures.DocumentKey, overlay: null);

        var package = ListFixtures.Open(output.ToArray()).Value;

        var ordinal = Enumerable.Range(0, 2).Single(entry => package.EntryId(entry) == Cleared.EntryId);
        Assert.Equal(record, package.Record(ordinal));
        Assert.Equal(Cleared, package.Entry(ordinal));
        Assert.Equal(
            StateRoot.Compute([(Cleared.EntryId, record), ("uto:4", EntryRecord.Encode(ListFixtures.Several()[3]))]),
            package.Info.StateRoot.ToArray());
    }

    private static void AssertRoundTrip(WatchlistEntry entry)
    {
        var room = new PackedRoom(entry);

        var read = room.Read(room.Packed).Value;
        Assert.Equal(entry, read);
        Assert.Equal(EntryRecord.Encode(entry), PackedEntry.Record(room.Packed, read));
        Assert.Equal(entry.EntryId, PackedEntry.ReadId(room.Packed, room.Shared));
        var id = new char[entry.EntryId.Length];
        Assert.True(PackedEntry.TryReadId(room.Packed, room.Shared, id, out var length));
        Assert.Equal(entry.EntryId, new string(id, 0, length));
        Assert.True(id.Length == 0 || !PackedEntry.TryReadId(room.Packed, room.Shared, id.AsSpan(1), out _));
        AssertView(entry, room);
    }

    /// <summary>An entry read in place says what the decoded one says.</summary>
    private static void AssertView(WatchlistEntry entry, PackedRoom room)
    {
        Assert.Null(EntryView.Open(room.Packed, room.Shared, out var view));
        Assert.Equal((entry.LapsesOn, entry.Sex), (view.LapsesOn, view.Sex));
        Assert.Equal((entry.Names.Length, entry.Documents.Length), (view.NameCount, view.DocumentCount));
        var dates = view.BirthDates;
        foreach (var birth in entry.BirthDates)
        {
            Assert.True(dates.TryRead(out var read));
            Assert.Equal(birth, read);
        }

        Assert.False(dates.TryRead(out _));
        var travellers = view.Cleared;
        foreach (var cleared in entry.Cleared)
        {
            Assert.True(travellers.TryRead(out var read));
            Assert.Equal(cleared, read.Decode());
        }

        Assert.False(travellers.TryRead(out _));
        foreach (var nationality in (string[])["", "UTO", "uto", "Utopia", .. entry.Nationalities, .. entry.Nationalities.Select(static name => name.ToUpperInvariant())])
            Assert.Equal(entry.Nationalities.Contains(nationality, StringComparer.OrdinalIgnoreCase), view.HasNationality(nationality));
        foreach (var number in (string[])["UT99", "A", .. entry.Documents.Select(static document => document.Number)])
        {
            var normal = DocumentNumber.Parse(number);
            Assert.Equal(entry.Documents.Any(document => DocumentNumber.Parse(document.Number) == normal), view.HasDocument(normal.Value));
        }
    }

    private static WatchlistEntry WithNationalities(params string[] nationalities)
    {
        var entry = ListFixtures.Entry("uto:1", "Signe Maridottir");
        return new WatchlistEntry
        {
            EntryId = entry.EntryId,
            ListName = entry.ListName,
            Owner = entry.Owner,
            LegalBasis = entry.LegalBasis,
            Purpose = entry.Purpose,
            Action = entry.Action,
            Evidence = entry.Evidence,
            ExpiresOn = entry.ExpiresOn,
            Names = entry.Names,
            Nationalities = [.. nationalities],
        };
    }

    /// <summary>A canonical field of one byte.</summary>
    private static byte[] Field(ushort tag, byte value)
    {
        var field = new byte[7];
        BinaryPrimitives.WriteUInt16LittleEndian(field, tag);
        BinaryPrimitives.WriteUInt32LittleEndian(field.AsSpan(2), 1);
        field[6] = value;
        return field;
    }

    private static WatchlistEntry ClearedEntry()
    {
        var source = ListFixtures.Several()[0];
        return new WatchlistEntry
        {
            EntryId = source.EntryId,
            ListName = source.ListName,
            Owner = source.Owner,
            LegalBasis = source.LegalBasis,
            Purpose = source.Purpose,
            Action = source.Action,
            Evidence = source.Evidence,
            ExpiresOn = DateOnly.MaxValue,
            Names = source.Names,
            BirthDates = [ListFixtures.Born("1970", "1975"), ListFixtures.Born("1977-05", isApproximate: true)],
            Cleared =
            [
                new ClearedTraveller("UT99", "UTO", ListFixtures.Date("1991-03-07"), new DateOnly(2027, 1, 1), "redress 7"),
                new ClearedTraveller("UT100", "", ListFixtures.Date("1971-12-31"), DateOnly.MinValue, ""),
            ],
        };
    }

    /// <summary>One entry, packed as if its patterns and the prefix of its identifier were those of many.</summary>
    private sealed class PackedRoom
    {
        private const int Copies = 4;

        internal PackedRoom(WatchlistEntry entry, byte[]? record = null)
        {
            var builder = new NamePatternsBuilder();
            for (var copy = 0; copy < Copies; copy++)
                new NameIndexBuilder().Add(entry, 0, builder);
            var (patterns, names) = builder.Finish();
            var templates = new List<EntryTemplate>();
            var writer = new PackedWriter();
            PackedEntry.Write(
                record ?? EntryRecord.Encode(entry),
                entry,
                PackedEntry.IdPrefixOf(entry.EntryId),
                template =>
                {
                    templates.Add(template);
                    return (uint)templates.Count - 1;
                },
                names.AsSpan(0, entry.Names.Length),
                writer);
            (Packed, Shared, Package) = (writer.Written.ToArray(), new SharedParts([.. templates], patterns), ListFixtures.Open(entry));
        }

        internal byte[] Packed { get; }

        internal SharedParts Shared { get; }

        internal WatchlistPackage Package { get; }

        internal Result<WatchlistEntry, PackageFailure> Read(byte[] packed, SharedParts? shared = null) =>
            PackedEntry.Read(packed, shared ?? Shared, Package.Index(), 0);
    }
}
