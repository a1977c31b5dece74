using EdgeCheckpoint.Core.Tests.Watchlists.Deltas;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Watchlists.Deltas;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

/// <summary>
/// Releases that are signed, sealed and vouched for, and would unpack to a million times their size, before the real client: refused by name within bounded
/// memory and time, and the list in use stays. Where there is a whole list beside the delta, that is taken.
/// </summary>
public sealed class ReleaseBombTests : IDisposable
{
    /// <summary>What a refusal may allocate; the bomb would take four gigabytes.</summary>
    private const long AllocatedMax = 64L << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly Bench _bench = new();
    private readonly ScriptedCentral _central;

    public ReleaseBombTests()
    {
        _central = new ScriptedCentral(_bench);
        _central.Publish(_bench.Release(1, ReleaseRig.Listed), _bench.Releases);
    }

    /// <summary>The most a frame can hold: blocks that say "128 KiB of one byte" in four bytes each, 128 KiB for four gigabytes. The delta names a length within bounds.</summary>
    [Theory]
    [InlineData(1000u)]
    [InlineData((uint)EntryDelta.UnpackedBytesMax)]
    public async Task Delta_ThatUnpacksToAMillionTimesItsSize_IsRefusedAndTheWholeListTaken(uint named)
    {
        using var rig = new ReleaseRig(_bench, _central, _bench.Data);
        await rig.LookAsync();
        var frame = RepeatingFrame(4L << 30);
        _central.Publish(
            _bench.Release(2, [ReleaseRig.Listed, ReleaseRig.Delisted], (1, [ReleaseRig.Listed]), changeDelta: _ => Delta(frame, named)), _bench.Releases);

        var allocated = await MeasureAsync(rig);

        Assert.Contains(rig.Notes, static note => note.Contains("does not unpack to the length it names", StringComparison.Ordinal));
        Assert.InRange(allocated, 0, AllocatedMax + (2L * named));
        Assert.Equal(2UL, rig.Version);
        Assert.Null(rig.List.Current!.Overlay);
        rig.AssertListedIsNotCleared("after the bomb");
    }

    /// <summary>A header of fourteen bytes that says a million million will follow.</summary>
    [Fact]
    public async Task Delta_WhoseFrameSaysAMillionMillionBytes_IsRefused()
    {
        using var rig = new ReleaseRig(_bench, _central, _bench.Data);
        await rig.LookAsync();
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0xC0, 0x38, .. BitConverter.GetBytes(1_000_000_000_000L), 0x03, 0, 0, 0];
        _central.Publish(
            _bench.Release(2, [ReleaseRig.Listed], (1, [ReleaseRig.Listed]), changeDelta: _ => Delta(frame, 1000)), _bench.Releases);

        var allocated = await MeasureAsync(rig);

        Assert.Contains(rig.Notes, static note => note.Contains("does not unpack to the length it names", StringComparison.Ordinal));
        Assert.InRange(allocated, 0, AllocatedMax);
        Assert.Equal(2UL, rig.Version);
    }

    /// <summary>What unpacks within bounds and then stands for more: some kilobytes for gigabytes of identifiers or records.</summary>
    [Theory]
    [InlineData("sixty million identifiers")]
    [InlineData("a million that share sixty thousand bytes")]
    [InlineData("sixty million records")]
    [InlineData("one record of sixty million items")]
    public async Task Delta_WhoseColumnsStandForAMillionTimesItsSize_IsRefused(string what)
    {
        using var rig = new ReleaseRig(_bench, _central, _bench.Data);
        await rig.LookAsync();
        var plain = Columns(what);
        var frame = ZstdFrames.Pack(plain);
        Assert.True(frame.Length < 64 * 1024, $"{frame.Length} bytes");
        _central.Publish(
            _bench.Release(2, [ReleaseRig.Listed], (1, [ReleaseRig.Listed]), changeDelta: _ => Delta(frame, (uint)plain.Length)), _bench.Releases);

        var allocated = await MeasureAsync(rig);

        Assert.Contains(rig.Notes, static note => note.Contains("do not agree with each other", StringComparison.Ordinal));
        Assert.InRange(allocated, 0, AllocatedMax + plain.Length + (6L * EntryDelta.UnpackedBytesMax));
        Assert.Equal(2UL, rig.Version);
        rig.AssertListedIsNotCleared("after the bomb");
    }

    [Fact]
    public async Task Delta_ThatNamesMoreThanAnyDelta_IsRefusedUnopened()
    {
        using var rig = new ReleaseRig(_bench, _central, _bench.Data);
        await rig.LookAsync();
        _central.Publish(
            _bench.Release(2, [ReleaseRig.Listed], (1, [ReleaseRig.Listed]), changeDelta: _ => Delta(RepeatingFrame(4L << 30), uint.MaxValue)), _bench.Releases);

        var allocated = await MeasureAsync(rig);

        Assert.Contains(rig.Notes, static note => note.Contains("more than", StringComparison.Ordinal));
        Assert.InRange(allocated, 0, AllocatedMax);
        Assert.Equal(2UL, rig.Version);
    }

    /// <summary>The same of a delta of documents: the register is taken whole instead.</summary>
    [Theory]
    [InlineData(1000u)]
    [InlineData((uint)DocumentRegisterRun.UnpackedBytesMax)]
    [InlineData(uint.MaxValue)]
    public async Task DocumentsDelta_ThatUnpacksToAMillionTimesItsSize_IsRefusedAndTheWholeTaken(uint named)
    {
        ReleasedDocuments.Give(_bench, 1, [ReleasedDocuments.Stolen]);
        _central.Publish(_bench.Release(1, ReleaseRig.Listed), _bench.Releases);
        using var rig = new ReleaseRig(_bench, _central, _bench.Data);
        await rig.LookAsync();
        Assert.True(rig.IsReported(ReleasedDocuments.Stolen));
        ReleasedDocuments.Give(_bench, 2, [ReleasedDocuments.Stolen, "UY2"]);
        var head = rig.List.Current!.Documents.Register!.Head;
        _bench.Documents.Add((
            ReleaseMetadata.DocumentsDeltaSegment(1),
            new CanonicalWriter("ECT\u0001"u8).Bytes(1, head.Encode()).UInt32(2, named).Bytes(3, RepeatingFrame(4L << 30)).ToArray()));
        _central.Publish(_bench.Release(2, [ReleaseRig.Listed], (1, [ReleaseRig.Listed])), _bench.Releases);

        var allocated = await MeasureAsync(rig);

        Assert.Contains(rig.Notes, static note => note.Contains("the delta of the documents", StringComparison.Ordinal));
        Assert.InRange(allocated, 0, AllocatedMax + (2L * Math.Min(named, DocumentRegisterRun.UnpackedBytesMax)));
        Assert.Equal(2UL, rig.Version);
        Assert.True(rig.IsReported("UY2"));
        rig.AssertListedIsNotCleared("after the bomb");
    }

    /// <summary>A segment says that it opens to more than it has: seals do not pack, so the metadata is refused before a byte is fetched.</summary>
    [Fact]
    public async Task Segment_ThatNamesAMillionTimesItsSize_IsRefusedBeforeItIsFetched()
    {
        using var rig = new ReleaseRig(_bench, _central, _bench.Data);
        await rig.LookAsync();
        var made = _bench.Release(2, [ReleaseRig.Listed], null, change: static metadata => With(metadata, static segment => segment with { PlainLength = segment.SealedLength * 1_000_000 }));
        _central.Publish(made, _bench.Releases);
        var read = _central.BytesRead;

        var allocated = await MeasureAsync(rig);

        Assert.Contains(rig.Notes, static note => note.Contains("impossible lengths", StringComparison.Ordinal));
        Assert.Equal(read, _central.BytesRead);
        Assert.InRange(allocated, 0, AllocatedMax);
        Assert.Equal(1UL, rig.Version);
        rig.AssertListedIsNotCleared("after the bomb");
    }

    /// <summary>A gigabyte is promised and a little comes: nothing of that size is set aside before it is there.</summary>
    [Fact]
    public async Task Segment_ThatPromisesAGigabyte_SetsNothingAside()
    {
        using var rig = new ReleaseRig(_bench, _central, _bench.Data);
        await rig.LookAsync();
        _central.Publish(
            _bench.Release(2, [ReleaseRig.Listed], null, change: static metadata => With(metadata, static segment => segment with { SealedLength = 1L << 30, PlainLength = 1L << 29 })), _bench.Releases);

        var allocated = await MeasureAsync(rig);

        Assert.InRange(allocated, 0, AllocatedMax);
        Assert.Equal(1UL, rig.Version);
        Assert.All(Directory.GetFiles(rig.Data.Lists, "*.part"), static path => Assert.InRange(new FileInfo(path).Length, 0, 1L << 20));
    }

    public void Dispose() => _bench.Dispose();

    private static byte[] With(ReleaseMetadata metadata, Func<ReleaseSegment, ReleaseSegment> change) => new ReleaseMetadata
    {
        Kind = metadata.Kind,
        ReleaseId = metadata.ReleaseId,
        Version = metadata.Version,
        IssuedAtUnixMicroseconds = metadata.IssuedAtUnixMicroseconds,
        ExpiresAtUnixMicroseconds = metadata.ExpiresAtUnixMicroseconds,
        StateRoot = metadata.StateRoot,
        Segments = [.. metadata.Segments.Select(change)],
    }.Encode();

    /// <returns>Bytes that the look allocated, on whatever thread.</returns>
    private static async Task<long> MeasureAsync(ReleaseRig rig)
    {
        rig.Notes.Clear();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var started = TimeProvider.System.GetTimestamp();
        await rig.LookAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, Longest);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static byte[] Delta(byte[] frame, uint named) =>
        new CanonicalWriter("ECD\u0001"u8).UInt64(1, 1).Bytes(2, new byte[32]).UInt32(3, named).Bytes(4, frame).ToArray();

    /// <summary>A frame (RFC 8878 §3.1.1) without a content size: blocks of one repeated byte, 128 KiB each, four bytes a block.</summary>
    private static byte[] RepeatingFrame(long length)
    {
        const int BlockLength = 128 * 1024;
        var blocks = (int)(length / BlockLength);
        // Magic, descriptor without size or checksum, window of 128 KiB.
        var frame = new List<byte> { 0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38 };
        for (var i = 0; i < blocks; i++)
        {
            // Last, type 1 (repeated), size.
            var head = (i == blocks - 1 ? 1 : 0) | (1 << 1) | (BlockLength << 3);
            frame.AddRange([(byte)(head & 0xFF), (byte)((head >> 8) & 0xFF), (byte)(head >> 16), 0]);
        }

        return [.. frame];
    }

    /// <summary>The columns of a delta: identifiers that go, then records; a place has forms, numbers, leaves, branches.</summary>
    private static byte[] Columns(string what)
    {
        const int Many = 60_000_000;
        var plain = new List<byte>();
        switch (what)
        {
            case "sixty million identifiers":
                Numbers(Many);
                Zeros(Many);
                break;
            case "a million that share sixty thousand bytes":
                Numbers(1_000_000, 2, 0);
                for (var i = 1; i < 1_000_000; i++)
                    Numbers(60_000);
                Numbers(3 + 60_000 + 1_000_000 - 1, 60_000);
                Zeros(60_000 + 1_000_000 - 1);
                break;
            case "sixty million records":
                // One form without fields, and its number once for each record.
                Numbers(0, Many, 1, 0, 0, 0, Many);
                Zeros(Many);
                Numbers(0, 0);
                break;
            default:
                // A list of a thousand lists of sixty thousand items without fields.
                Numbers(0, 1, 1, 1, 0, 0, 3, 0, 1000, 0, 1);
                Numbers(0);
                Numbers(1, 1, 0, 0, 4000);
                for (var i = 0; i < 1000; i++)
                    Numbers(0, 60_000);
                Numbers(0, 1, 0, 1, 0, 0, 0, Many);
                Zeros(Many);
                Numbers(0, 0);
                break;
        }

        return [.. plain];

        void Zeros(int count) => plain.AddRange(new byte[count]);

        void Numbers(params ReadOnlySpan<uint> values)
        {
            foreach (var given in values)
            {
                var value = given;
                for (; value >= 0x80; value >>= 7)
                    plain.Add((byte)((value & 0x7F) | 0x80));
                plain.Add((byte)value);
            }
        }
    }
}
