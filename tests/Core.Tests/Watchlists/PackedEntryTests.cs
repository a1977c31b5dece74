using System.Buffers.Binary;
using CsCheck;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class PackedEntryTests
{
    private static readonly WatchlistEntry Cleared = ClearedEntry();

    [Fact]
    public void Read_CutAtEveryLength_IsRefused()
    {
        var (packed, templates) = Pack(Cleared);

        for (var length = 0; length < packed.Length; length++)
            Assert.Equal(PackageStage.Records, PackedEntry.Read(packed.AsSpan(0, length), templates).Failure.Stage);
        Assert.False(PackedEntry.Read([.. packed, 0], templates).IsSuccess);
        for (var length = 0; length < templates[0].Length; length++)
            Assert.False(PackedEntry.Read(packed, [templates[0][..length]]).IsSuccess);
        Assert.False(PackedEntry.Read(packed, []).IsSuccess);
    }

    [Fact]
    public void Read_AnyByteChanged_NeverThrowsAndGivesARecord()
    {
        var (packed, templates) = Pack(Cleared);
        var verbatim = Pack(Cleared, [.. EntryRecord.Encode(Cleared), .. Field(99, 1)]).Packed;

        Gen.Select(Gen.Bool, Gen.Int[0, 10_000], Gen.Byte).Sample((isVerbatim, at, value) =>
        {
            var changed = (byte[])(isVerbatim ? verbatim : packed).Clone();
            changed[at % changed.Length] = value;
            if (PackedEntry.Read(changed, templates).TryGet(out var entry, out var failure))
                Assert.NotEmpty(PackedEntry.Record(changed, entry));
            else
                Assert.Equal(PackageStage.Records, failure.Stage);
        }, iter: 30_000);
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows() => Gen.Select(Gen.Byte.Array[0, 80], Gen.Byte.Array[0, 40].Array[0, 3]).Sample(static (packed, templates) =>
    {
        PackedEntry.Read(packed, templates).TryGet(out _, out _);
        _ = PackedEntry.ReadId(packed);
    }, iter: 30_000);

    [Fact]
    public void Read_MoreNationalitiesThanARecordHolds_IsRefused()
    {
        // 65,536 empty texts: the canonical record counts to 65,535, and computing the state root would overflow.
        var writer = new PackedWriter();
        writer.Number(1).Text("uto:1").Text("").Number(0).Number(0).Number(0).Number(ushort.MaxValue + 1);
        var packed = (byte[])[.. writer.Written, .. new byte[ushort.MaxValue + 1 + 2]];

        Assert.Equal("its bytes are damaged", PackedEntry.Read(packed, Pack(Cleared).Templates).Failure.Reason);
    }

    [Fact]
    public void WriteThenRead_AnyEntry_GivesItBackByteForByte() => ListFixtures.AnyEntry.Sample(static entry => AssertRoundTrip(entry), iter: 3_000);

    [Fact]
    public void WriteThenRead_ClearedTravellers_GivesThemBack() => AssertRoundTrip(Cleared);

    [Fact]
    public void WriteThenRead_AnySexByte_GivesItBack()
    {
        for (var sex = 0; sex <= byte.MaxValue; sex++)
            AssertRoundTrip(ListFixtures.Entry("uto:1", "Signe Maridottir", sex: (char)sex));
    }

    [Fact]
    public void Write_SameTemplate_IsKeptOnce()
    {
        var templates = new List<byte[]>();
        uint Number(byte[] template)
        {
            var known = templates.FindIndex(other => other.AsSpan().SequenceEqual(template));
            if (known < 0)
                templates.Add(template);
            return (uint)(known < 0 ? templates.Count - 1 : known);
        }

        foreach (var entry in ListFixtures.Several())
            PackedEntry.Write(EntryRecord.Encode(entry), entry, Number, new PackedWriter());

        // The fourth asks for another action.
        Assert.Equal(2, templates.Count);
    }

    [Fact]
    public void WriteThenRead_UnknownTag_KeepsTheCanonicalBytes()
    {
        byte[] record = [.. EntryRecord.Encode(Cleared), .. Field(99, 7)];

        var (packed, templates) = Pack(Cleared, record);

        Assert.Empty(templates);
        Assert.Null(PackedEntry.ReadId(packed));
        var entry = PackedEntry.Read(packed, templates).Value;
        Assert.Equal(Cleared, entry);
        Assert.Equal(record, PackedEntry.Record(packed, entry));
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
        var (packed, templates) = Pack(entry);

        var read = PackedEntry.Read(packed, templates).Value;
        Assert.Equal(entry, read);
        Assert.Equal(EntryRecord.Encode(entry), PackedEntry.Record(packed, read));
        Assert.Equal(entry.EntryId, PackedEntry.ReadId(packed));
    }

    private static (byte[] Packed, byte[][] Templates) Pack(WatchlistEntry entry, byte[]? record = null)
    {
        var templates = new List<byte[]>();
        var writer = new PackedWriter();
        PackedEntry.Write(
            record ?? EntryRecord.Encode(entry),
            entry,
            template =>
            {
                templates.Add(template);
                return (uint)templates.Count - 1;
            },
            writer);
        return (writer.Written.ToArray(), [.. templates]);
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
}
