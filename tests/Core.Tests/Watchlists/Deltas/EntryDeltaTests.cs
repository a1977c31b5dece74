using System.Buffers.Binary;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Watchlists.Deltas;

namespace EdgeCheckpoint.Core.Tests.Watchlists.Deltas;

public sealed class EntryDeltaTests
{
    private static readonly byte[] Mark = [(byte)'E', (byte)'C', (byte)'D', 1];

    [Fact]
    public void Encode_OfEveryKindOfChange_DecodesToTheSame()
    {
        var before = ListFixtures.Open(ListFixtures.Several());
        var after = ListFixtures.Several().Where(static entry => entry.EntryId != "uto:2")
            .Select(static entry => entry.EntryId == "uto:3" ? ListFixtures.Entry("uto:3", "Maridottir, Signe Changed", "1970") : entry)
            .Append(ListFixtures.Entry("uto:9", "ADDED PERSON", "1971-02-03", "UTO", 'F', "AB12"));

        var delta = Decoded(EntryDelta.Between(before, Records(after)).Encode(ZstdFrames.Pack));

        Assert.Equal(12UL, delta.FromVersion);
        Assert.Equal(before.Info.StateRoot.ToArray(), delta.FromStateRoot.ToArray());
        Assert.Equal(["uto:2"], delta.Removed);
        Assert.Equal(["uto:3", "uto:9"], delta.Put.Select(static put => put.Entry.EntryId));
        Assert.Equal("Maridottir, Signe Changed", delta.Put[0].Entry.DisplayName);
        Assert.Equal(EntryRecord.Encode(delta.Put[1].Entry), delta.Put[1].Record);
    }

    [Fact]
    public void Encode_OfNoChange_IsEmptyAndSmall()
    {
        var entries = ListFixtures.Several();

        var bytes = EntryDelta.Between(ListFixtures.Open(entries), Records(entries)).Encode(ZstdFrames.Pack);

        Assert.True(bytes.Length < 128, $"{bytes.Length} bytes");
        var delta = Decoded(bytes);
        Assert.Empty(delta.Removed);
        Assert.Empty(delta.Put);
    }

    /// <summary>A later program adds fields; an earlier one hands them on as they are, so that the state root still agrees.</summary>
    [Fact]
    public void Encode_OfARecordWithAFieldOfALaterProgram_KeepsItsBytes()
    {
        byte[] more = [0x84, 0x03, 3, 0, 0, 0, 1, 2, 3];
        byte[] record = [.. EntryRecord.Encode(ListFixtures.Several()[0]), .. more];

        var delta = Decoded(Delta([], record).Encode(ZstdFrames.Pack));

        Assert.Equal(record, delta.Put[0].Record);
    }

    /// <summary>Texts that look like a branch, identifiers that do not share, values of no bytes, fields of one length.</summary>
    [Fact]
    public void Encode_OfContrivedRecords_KeepsTheirBytes()
    {
        string[] texts = ["", "EC", "ECI\u0001", "ECI\u0001\u0001\0\u0001\0\0\0X", new string('x', 300), "ÄÖÜ", "12345678"];
        byte[][] records = [.. texts.Select((text, i) => EntryRecord.Encode(
            ListFixtures.Entry($"uto:{i}", "Brandvold, Isaura", document: text, aliases: [.. texts.Select(static alias => new ListedName(alias, NameQuality.Weak))])))];

        var delta = Decoded(Delta([], records).Encode(ZstdFrames.Pack));

        Assert.Equal(records, delta.Put.Select(static put => put.Record));
    }

    [Fact]
    public void Decode_CutAnywhere_IsRefused()
    {
        var bytes = Delta(["uto:1", "uto:2"], [.. ListFixtures.Several().Skip(2).Select(EntryRecord.Encode)]).Encode(ZstdFrames.Pack);

        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(PackageStage.Delta, EntryDelta.Decode(bytes.AsMemory(0, length), ZstdFrames.TryUnpack).Failure.Stage);
    }

    /// <summary>The seal and the state root find such damage first; a reader that is asked all the same neither throws nor takes what is not there.</summary>
    [Fact]
    public void Decode_UnpackedBytesChangedAnywhere_IsRefusedOrReadsOtherRecords()
    {
        var plain = Unpacked(Delta(["uto:1", "uto:2"], [.. ListFixtures.Several().Skip(2).Select(EntryRecord.Encode)]).Encode(ZstdFrames.Pack));

        for (var at = 0; at < plain.Length; at++)
        {
            foreach (var flip in new byte[] { 1, 0x80, 0xFF })
            {
                var changed = plain.ToArray();
                changed[at] ^= flip;
                var read = EntryDelta.Decode(Packed(changed), ZstdFrames.TryUnpack);
                if (read.IsSuccess)
                    Assert.NotEqual(plain, Unpacked(read.Value.Encode(ZstdFrames.Pack)));
                else
                    Assert.Equal(PackageStage.Delta, read.Failure.Stage);
            }
        }
    }

    /// <summary>A thousand million bytes of nothing pack into some thirty thousand: the length that is named bounds what is unpacked.</summary>
    [Fact]
    public void Decode_FrameOfMoreThanItNames_IsRefusedWithoutUnpackingIt()
    {
        var bomb = ZstdFrames.Pack(new byte[256 * 1024 * 1024]);
        Assert.True(bomb.Length < 32 * 1024, $"{bomb.Length} bytes");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var read = EntryDelta.Decode(Frame(bomb, 1000), ZstdFrames.TryUnpack);

        Assert.Contains("does not unpack to the length it names", read.Failure.Reason, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [Fact]
    public void Decode_NamesMoreThanAnyDelta_IsRefusedWithoutUnpackingIt()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        var read = EntryDelta.Decode(Frame(ZstdFrames.Pack(new byte[1000]), uint.MaxValue), ZstdFrames.TryUnpack);

        Assert.Contains($"more than {EntryDelta.UnpackedBytesMax}", read.Failure.Reason, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    /// <summary>One long identifier, then a million that share it: a megabyte would become sixty thousand.</summary>
    [Fact]
    public void Decode_IdentifiersThatShareWithoutEnd_IsRefused()
    {
        const int Count = 1_000_000;
        var writer = new PackedWriter();
        writer.Number(Count).Number(2);
        for (var i = 0; i < Count; i++)
            writer.Number(i == 0 ? 0u : 60_000);
        var rest = new PackedWriter();
        rest.Bytes(new byte[60_000]);
        for (var i = 1; i < Count; i++)
            rest.Bytes([]);
        writer.Bytes(rest.Written);

        Assert.Equal(PackageStage.Delta, EntryDelta.Decode(Packed(writer.Written.ToArray()), ZstdFrames.TryUnpack).Failure.Stage);
    }

    [Fact]
    public void Decode_IdentifierThatGoesAndComes_IsRefused() =>
        Assert.Contains("both goes and comes", Refusal(["uto:1"], EntryRecord.Encode(ListFixtures.Several()[0])), StringComparison.Ordinal);

    [Fact]
    public void Decode_IdentifierTwice_IsRefused() =>
        Assert.Contains("do not rise", Refusal([], EntryRecord.Encode(ListFixtures.Several()[0]), EntryRecord.Encode(ListFixtures.Several()[0])), StringComparison.Ordinal);

    [Fact]
    public void Decode_RecordThatIsNoEntry_IsRefused() =>
        Assert.Contains("entry 0", Refusal([], new CanonicalWriter("ECZ\u0001"u8).Text(1, "x").ToArray()), StringComparison.Ordinal);

    private static string Refusal(string[] removed, params byte[][] records)
    {
        var writer = new PackedWriter();
        ByteColumn.Write(writer, removed.Select(System.Text.Encoding.UTF8.GetBytes).ToArray());
        RecordColumns.Write(writer, records);
        return EntryDelta.Decode(Packed(writer.Written.ToArray()), ZstdFrames.TryUnpack).Failure.Reason;
    }

    private static EntryDelta Decoded(byte[] bytes)
    {
        var read = EntryDelta.Decode(bytes, ZstdFrames.TryUnpack);
        Assert.True(read.IsSuccess, read.IsSuccess ? "" : read.Failure.ToString());
        return read.Value;
    }

    private static EntryDelta Delta(string[] removed, params byte[][] records) => new()
    {
        FromVersion = 12,
        FromStateRoot = new byte[32],
        Removed = [.. removed],
        Put = [.. records.Select(static record => new DeltaEntry(EntryRecord.Decode(record).Value, record))],
    };

    private static Dictionary<string, byte[]> Records(IEnumerable<WatchlistEntry> entries) =>
        entries.ToDictionary(static entry => entry.EntryId, EntryRecord.Encode);

    private static byte[] Packed(byte[] plain) => Frame(ZstdFrames.Pack(plain), (uint)plain.Length);

    private static byte[] Frame(byte[] frame, uint length) =>
        new CanonicalWriter(Mark).UInt64(1, 12).Bytes(2, new byte[32]).UInt32(3, length).Bytes(4, frame).ToArray();

    private static byte[] Unpacked(byte[] delta)
    {
        Assert.True(CanonicalReader.TryOpen(delta, Mark, out var reader, out _));
        Assert.True(reader.TryBytes(3, out var length) & reader.TryBytes(4, out var frame));
        var plain = new byte[BinaryPrimitives.ReadUInt32LittleEndian(length.Span)];
        Assert.True(ZstdFrames.TryUnpack(frame.Span, plain));
        return plain;
    }
}
