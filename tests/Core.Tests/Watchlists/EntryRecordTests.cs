using System.Collections.Immutable;
using CsCheck;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class EntryRecordTests
{
    private static readonly byte[] ItemMark = "ECI\u0001"u8.ToArray();

    [Fact]
    public void EncodeThenDecode_AnyEntry_GivesItBack() => ListFixtures.AnyEntry.Sample(entry =>
    {
        var bytes = EntryRecord.Encode(entry);

        var read = EntryRecord.Decode(bytes).Value;

        Assert.Equal(entry, read);
        Assert.Equal(entry.GetHashCode(), read.GetHashCode());
        Assert.Equal(entry.Names.AsEnumerable(), read.Names);
        Assert.Equal(entry.BirthDates.AsEnumerable(), read.BirthDates);
        Assert.Equal(entry.Documents.AsEnumerable(), read.Documents);
    }, iter: 3_000);

    [Fact]
    public void Encode_EntryThatSaysNothingOfExitAndReview_HasTheBytesOfBefore() => ListFixtures.AnyEntry.Sample(static entry =>
    {
        Assert.True(CanonicalReader.TryOpen(EntryRecord.Encode(entry), "ECW\u0001"u8, out var reader, out _));

        Assert.Equal(0, reader.CountFrom(17));
    }, iter: 200);

    [Fact]
    public void EncodeThenDecode_ExitAlertWithReview_GivesItBack()
    {
        var read = EntryRecord.Decode(EntryRecord.Encode(ListFixtures.ExitAlert())).Value;

        Assert.Equal(ListFixtures.ExitAlert(), read);
        Assert.Equal(
            (CrossingDirection.Exit, "Utopia District Court 3 K 14/26", "Head of shift, North Gate", new DateOnly(2027, 3, 1)),
            (read.Direction, read.CourtReference, read.Supervisor, read.ReviewOn));
    }

    [Theory]
    [InlineData("2027-03-01", "2027-03-01")]
    [InlineData("2031-01-01", "2028-01-01")]
    [InlineData(null, "2028-01-01")]
    public void LapsesOn_ReviewDue_IsTheSoonerDay(string? review, string lapses)
    {
        var entry = ListFixtures.ExitAlert(review is null ? null : DateOnly.Parse(review, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(DateOnly.Parse(lapses, System.Globalization.CultureInfo.InvariantCulture), entry.LapsesOn);
    }

    [Fact]
    public void Equals_EachPropertyChanged_IsFalse()
    {
        var properties = typeof(WatchlistEntry).GetProperties().Where(static property => property.CanWrite).ToArray();
        Assert.True(properties.Length >= 15);

        foreach (var property in properties)
        {
            var changed = ListFixtures.Several()[0];
            property.SetValue(changed, Other(property.PropertyType));

            Assert.False(ListFixtures.Several()[0].Equals(changed), property.Name);
        }

        Assert.True(ListFixtures.Several()[0].Equals((object)ListFixtures.Several()[0]));
        Assert.False(ListFixtures.Several()[0].Equals(null));
    }

    [Fact]
    public void Decode_CutAtEveryByte_IsRefused()
    {
        var bytes = EntryRecord.Encode(ListFixtures.Several()[0]);

        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(PackageStage.Records, EntryRecord.Decode(bytes.AsMemory(0, length)).Failure.Stage);
    }

    [Fact]
    public void Decode_AnyBytesChanged_NeverThrows()
    {
        var bytes = EntryRecord.Encode(ListFixtures.Several()[2]);

        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Array[1, 4].Sample(changes =>
        {
            var changed = (byte[])bytes.Clone();
            foreach (var (index, value) in changes)
                changed[index] = value;
            if (EntryRecord.Decode(changed).TryGet(out var entry, out var failure))
                Assert.True(Enum.IsDefined(entry.Action) && Enum.IsDefined(entry.Evidence));
            else
                Assert.NotEmpty(failure.Reason);
        }, iter: 10_000);
    }

    [Theory]
    [InlineData(7, new byte[] { 0 }, "action 0 is not known")]
    [InlineData(7, new byte[] { 9 }, "action 9 is not known")]
    [InlineData(8, new byte[] { 0 }, "evidence grade 0 is not known")]
    [InlineData(8, new byte[] { 4 }, "evidence grade 4 is not known")]
    [InlineData(9, new byte[] { 255, 255, 255, 255 }, "the expiry is not a date")]
    [InlineData(9, new byte[] { 1 }, "a compulsory field is missing or has the wrong length")]
    [InlineData(12, new byte[] { 1 }, "a list of names, dates, nationalities or documents is damaged")]
    [InlineData(17, new byte[] { 0 }, "the direction is not known")]
    [InlineData(17, new byte[] { 4 }, "the direction is not known")]
    [InlineData(17, new byte[] { 1, 0 }, "the direction is not known")]
    [InlineData(20, new byte[] { 255, 255, 255, 255 }, "the day of review is not a date")]
    [InlineData(20, new byte[] { 1 }, "the day of review is not a date")]
    public void Decode_ImpossibleValue_IsNamed(int tag, byte[] value, string reason) =>
        Assert.Equal(reason, EntryRecord.Decode(Raw((tag, value))).Failure.Reason);

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Decode_NameOfUnknownQuality_IsRefused(byte quality)
    {
        var name = new CanonicalWriter(ItemMark).Text(1, "Brandvold").Byte(2, quality).ToArray();

        Assert.False(EntryRecord.Decode(Raw((12, Items((1, name))))).IsSuccess);
    }

    [Fact]
    public void Decode_BirthDateThatIsNone_IsRefused()
    {
        // 31 February 1990.
        byte[] day = [0xC6, 0x07, 2, 31];
        var birth = new CanonicalWriter(ItemMark).Bytes(1, day).Bytes(2, day).Byte(3, 0).ToArray();

        Assert.False(EntryRecord.Decode(Raw((13, Items((1, birth))))).IsSuccess);
    }

    [Fact]
    public void Decode_NamesWithAGap_IsRefusedNotShortened()
    {
        var name = new CanonicalWriter(ItemMark).Text(1, "Brandvold").Byte(2, 1).ToArray();

        Assert.True(EntryRecord.Decode(Raw((12, Items((1, name), (2, name))))).IsSuccess);
        Assert.False(EntryRecord.Decode(Raw((12, Items((1, name), (3, name))))).IsSuccess);
        Assert.False(EntryRecord.Decode(Raw((12, Items((0, name))))).IsSuccess);
    }

    [Fact]
    public void Decode_AsManyItemsAsThereAreTags_DoesNotThrow()
    {
        var empty = new CanonicalWriter(ItemMark).ToArray();
        var items = Items([.. Enumerable.Range(1, ushort.MaxValue).Select(tag => (tag, empty))]);

        Assert.Equal(ushort.MaxValue, EntryRecord.Decode(Raw((14, items))).Value.Nationalities.Length);
    }

    private static object Other(Type type) =>
        type == typeof(string) ? "other"
        : type == typeof(char) ? 'X'
        : type == typeof(DateOnly) || type == typeof(DateOnly?) ? new DateOnly(2031, 5, 5)
        : type == typeof(CrossingDirection) ? CrossingDirection.Exit
        : type == typeof(RequestedAction) ? RequestedAction.Refuse
        : type == typeof(EvidenceGrade) ? EvidenceGrade.Reported
        : type == typeof(ImmutableArray<ListedName>) ? ImmutableArray.Create(new ListedName("Brandvold, Isaura Lene", NameQuality.Good))
        : type == typeof(ImmutableArray<ListedBirthDate>) ? ImmutableArray.Create(ListFixtures.Born("1991-03-07", isApproximate: true))
        : type == typeof(ImmutableArray<string>) ? ImmutableArray.Create("UTX")
        : type == typeof(ImmutableArray<ListedDocument>) ? ImmutableArray.Create(new ListedDocument("Passport", "UT 4471-X02", "UTX"))
        : type == typeof(ImmutableArray<ClearedTraveller>)
            ? ImmutableArray.Create(new ClearedTraveller("UT999", "UTO", PartialDate.From(new DateOnly(1991, 3, 7)), new DateOnly(2027, 1, 1), "R-1"))
        : throw new InvalidOperationException($"Say what another {type} is.");

    private static byte[] Items(params (int Tag, byte[] Content)[] items)
    {
        var writer = new CanonicalWriter(ItemMark);
        foreach (var (tag, content) in items)
            writer.Bytes((ushort)tag, content);
        return writer.ToArray();
    }

    /// <summary>A smallest entry with one field replaced.</summary>
    private static byte[] Raw((int Tag, byte[] Value) replaced)
    {
        var fields = new SortedDictionary<int, byte[]>
        {
            [1] = [65],
            [7] = [1],
            [8] = [1],
            [9] = [0, 0, 0, 0],
            [12] = ItemMark,
            [13] = ItemMark,
            [14] = ItemMark,
            [15] = ItemMark,
        };
        fields[replaced.Tag] = replaced.Value;
        var writer = new CanonicalWriter("ECW\u0001"u8);
        foreach (var (tag, value) in fields)
            writer.Bytes((ushort)tag, value);
        return writer.ToArray();
    }
}
