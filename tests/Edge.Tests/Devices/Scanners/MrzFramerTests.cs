using System.Text;
using CsCheck;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Simulated;

namespace EdgeCheckpoint.Edge.Tests.Devices.Scanners;

public sealed class MrzFramerTests
{
    public static TheoryData<ReaderDressing, int> Dressings()
    {
        var data = new TheoryData<ReaderDressing, int>();
        foreach (var dressing in Enum.GetValues<ReaderDressing>())
        {
            // Ends by silence, or needs its prefix told: below, and in ReaderProfileTests.
            if (dressing is ReaderDressing.JoinedBare or ReaderDressing.PrefixSuffix)
                continue;
            foreach (var length in (int[])[30, 36, 44])
                data.Add(dressing, length);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Dressings))]
    public void Push_EveryDressing_EndsAtOnceAndSplitsAlike(ReaderDressing dressing, int lineLength)
    {
        var lines = Specimens.Of(lineLength);
        var bytes = ReaderMessage.Compose(lines, dressing);

        for (var split = 0; split <= bytes.Length; split++)
        {
            var framer = new MrzFramer();
            framer.Push(bytes.AsSpan(0, split), 1);
            framer.Push(bytes.AsSpan(split), 2);

            var scan = TakeOnly(framer);
            Assert.Equal((ScanProblem.None, ""), (scan.Problem, scan.ProblemMessage));
            Assert.Equal(lines, scan.Lines);
            framer.OnIdle();
            Assert.False(framer.TryTake(out _));
            Assert.False(framer.IsPending);
        }
    }

    [Fact]
    public void Push_TwoMessagesInOneRead_GivesBoth()
    {
        byte[] bytes =
        [
            .. ReaderMessage.Compose(Specimens.Td1, ReaderDressing.CrLf),
            .. ReaderMessage.Compose(Specimens.Td3, ReaderDressing.StxEtx),
            .. ReaderMessage.Compose(Specimens.Td2, ReaderDressing.Lf),
        ];

        var scans = Frame(bytes);

        Assert.Equal([Specimens.Td1, Specimens.Td3, Specimens.Td2], scans.Select(scan => scan.Lines.ToArray()));
    }

    [Fact]
    public void Push_PaddingAndLowerCase_BecomeMrzCharacters()
    {
        var dressed = string.Join('\r', Specimens.Td3).ToLowerInvariant();

        foreach (var padding in (string[])["_", " ", "\u00AB", "\u00C2\u00AB"])
        {
            var scan = Assert.Single(Frame(Encoding.Latin1.GetBytes(dressed.Replace("<", padding) + "\r")));
            Assert.Equal(Specimens.Td3, scan.Lines);
            Assert.Equal(ScanProblem.None, scan.Problem);
        }
    }

    [Fact]
    public void Push_UnknownMarks_AreKept()
    {
        var first = "P<UTO?*^#" + Specimens.Td3[0][9..];

        var scan = Assert.Single(Frame(ReaderMessage.Compose([first, Specimens.Td3[1]], ReaderDressing.Cr)));

        Assert.Equal(first, scan.Lines[0]);
        Assert.Equal(ScanProblem.None, scan.Problem);
    }

    [Fact]
    public void Push_EmptyThirdLineInFrame_IsNoLine()
    {
        var bytes = Encoding.ASCII.GetBytes($"\u0002{Specimens.Td3[0]}\r{Specimens.Td3[1]}\r\r\u0003");

        Assert.Equal(Specimens.Td3, Assert.Single(Frame(bytes)).Lines);
    }

    [Theory]
    [InlineData("\u0001\u0060\u0000OU\u0002")]
    [InlineData("\u0001\u0002\u0000OU\u0002")]
    [InlineData("\u0001\u0003\u0000OU\u0002")]
    [InlineData("\u0001\u0002")]
    public void Push_HeadingAndBlockCheck_AreNotContent(string heading)
    {
        var bytes = Encoding.Latin1.GetBytes($"{heading}{string.Join('\r', Specimens.Td2)}\r\u0003k");

        Assert.Equal(Specimens.Td2, Assert.Single(Frame(bytes)).Lines);
    }

    [Fact]
    public void OnIdle_WithPartOfADocument_IsPartial()
    {
        var framer = new MrzFramer();
        framer.Push(Encoding.ASCII.GetBytes(Specimens.Td3[0] + "\r" + Specimens.Td3[1][..20]), 7);
        Assert.False(framer.TryTake(out _));
        Assert.True(framer.IsPending);

        framer.OnIdle();

        var scan = TakeOnly(framer);
        Assert.Equal((ScanProblem.Partial, 2, 7L), (scan.Problem, scan.Lines.Length, scan.LastByteTimestamp));
        Assert.False(framer.IsPending);
    }

    [Fact]
    public void OnIdle_AfterWholeDocumentWithoutEtx_IsWhole()
    {
        var framer = new MrzFramer();
        framer.Push(Encoding.ASCII.GetBytes($"\u0002{Specimens.Td3[0]}\r{Specimens.Td3[1]}\r"), 1);
        Assert.False(framer.TryTake(out _));

        framer.OnIdle();

        Assert.Equal(ScanProblem.None, TakeOnly(framer).Problem);
    }

    [Fact]
    public void Push_NewFrameBeforeTheEndOfTheLast_GivesPartialAndWhole()
    {
        byte[] bytes =
        [
            .. Encoding.ASCII.GetBytes("\u0002" + Specimens.Td3[0]),
            .. ReaderMessage.Compose(Specimens.Td1, ReaderDressing.StxEtx),
        ];

        Assert.Equal([ScanProblem.Partial, ScanProblem.None], Frame(bytes).Select(scan => scan.Problem));
    }

    [Fact]
    public void Push_BytesThatAreNoCharacters_AreGarbled()
    {
        var bytes = ReaderMessage.Compose(Specimens.Td3, ReaderDressing.Cr);
        bytes[10] = 0xF3;

        var scan = Assert.Single(Frame(bytes));

        Assert.Equal(ScanProblem.Garbled, scan.Problem);
        Assert.Equal('?', scan.Lines[0][10]);
    }

    [Fact]
    public void Push_MoreThanAnyDocument_OverflowsOnceAndRecovers()
    {
        var framer = new MrzFramer();
        for (var count = 0; count < 100; count++)
            framer.Push(Encoding.ASCII.GetBytes(new string('A', 100)), 1);

        var scan = TakeOnly(framer);
        Assert.Equal(ScanProblem.Overflow, scan.Problem);
        Assert.True(scan.Lines.Sum(line => line.Length) <= MrzFramer.BytesMax);

        framer.OnIdle();
        framer.Push(ReaderMessage.Compose(Specimens.Td1, ReaderDressing.Cr), 2);
        Assert.Equal(Specimens.Td1, TakeOnly(framer).Lines);
    }

    [Fact]
    public void Push_OverflowThenFrame_RecoversWithoutIdle()
    {
        var framer = new MrzFramer();
        framer.Push(Encoding.ASCII.GetBytes(new string('A', MrzFramer.BytesMax + 1)), 1);
        framer.Push(ReaderMessage.Compose(Specimens.Td1, ReaderDressing.StxEtx), 2);

        Assert.True(framer.TryTake(out var first));
        Assert.Equal(ScanProblem.Overflow, first.Problem);
        Assert.Equal(Specimens.Td1, TakeOnly(framer).Lines);
    }

    [Fact]
    public void Push_LineEndsAfterTheEnd_DoNotMoveTheTimestamp()
    {
        var framer = new MrzFramer();
        framer.Push(ReaderMessage.Compose(Specimens.Td1, ReaderDressing.Bare), 5);
        framer.Push("\r\n"u8, 9);

        Assert.Equal(5, TakeOnly(framer).LastByteTimestamp);
        Assert.False(framer.IsPending);
    }

    [Fact]
    public void Push_AnyBytesInAnyPieces_NeverThrowsAndPiecesDoNotMatter()
    {
        var value = Gen.Frequency(
            (4, Gen.OneOfConst((byte)'<', (byte)'A', (byte)'7')),
            (2, Gen.OneOfConst<byte>(0x01, 0x02, 0x03, 0x04, 0x0A, 0x0D)),
            (1, Gen.Byte));

        Gen.Select(value.Array[0, 700], Gen.Int[1, 60]).Sample((bytes, piece) =>
        {
            var whole = Frame(bytes);
            var framer = new MrzFramer();
            foreach (var part in bytes.Chunk(piece))
                framer.Push(part, 1);
            framer.OnIdle();
            var pieces = TakeAll(framer);

            Assert.Equal(whole.Select(scan => scan.Problem), pieces.Select(scan => scan.Problem));
            Assert.Equal(whole.SelectMany(scan => scan.Lines), pieces.SelectMany(scan => scan.Lines));
            Assert.All(whole, scan => Assert.True(scan.Lines.Sum(line => line.Length) <= MrzFramer.BytesMax));
            Assert.False(framer.IsPending);
        }, iter: 3_000);
    }

    [Fact]
    public void ToString_OfAScan_HoldsNoPersonalData()
    {
        var scan = Assert.Single(Frame(ReaderMessage.Compose(Specimens.Td3, ReaderDressing.Cr)));

        Assert.Equal("2 lines, 0 images, None", scan.ToString());
    }

    [Theory]
    [InlineData(30)]
    [InlineData(36)]
    [InlineData(44)]
    public void OnIdle_AfterJoinedLinesWithoutEnd_IsWhole(int lineLength)
    {
        var framer = new MrzFramer();
        framer.Push(ReaderMessage.Compose(Specimens.Of(lineLength), ReaderDressing.JoinedBare), 1);
        Assert.False(framer.TryTake(out _));
        Assert.Equal(ReaderProfiles.Generic.Idle, framer.SilenceLimit);

        framer.OnIdle();

        Assert.Equal(Specimens.Of(lineLength), TakeOnly(framer).Lines);
    }

    [Theory]
    [InlineData("F", ScanProblem.None)]
    [InlineData("7", ScanProblem.None)]
    [InlineData("\u0000", ScanProblem.None)]
    [InlineData("\u0001", ScanProblem.None)]
    [InlineData("\u0003", ScanProblem.None)]
    [InlineData("\u00E9", ScanProblem.None)]
    [InlineData("", ScanProblem.None)]
    public void Push_FlagByteInABlock_IsNotPartOfTheFirstLine(string flag, ScanProblem expected)
    {
        foreach (var length in (int[])[30, 36, 44])
        {
            var lines = Specimens.Of(length);
            foreach (var missing in (string[])["", "\r"])
            {
                var bytes = Encoding.Latin1.GetBytes($"\u0001\u0060\u0000OU\u0002{flag}{missing}{string.Join('\r', lines)}\r\u0003k");

                var scan = Assert.Single(Frame(bytes));

                Assert.Equal(lines, scan.Lines);
                Assert.Equal(expected, scan.Problem);
            }
        }
    }

    [Fact]
    public void Push_FlagByteInAFrameWithoutHeading_GoesOnlyWhenNoDocumentBeginsWithIt()
    {
        var foreign = Assert.Single(Frame(Encoding.ASCII.GetBytes($"\u00020{Specimens.Td3[0]}\r{Specimens.Td3[1]}\r\u0003")));
        var letter = Assert.Single(Frame(Encoding.ASCII.GetBytes($"\u0002F{Specimens.Td3[0]}\r{Specimens.Td3[1]}\r\u0003")));

        Assert.Equal(Specimens.Td3, foreign.Lines);
        Assert.Equal(("F" + Specimens.Td3[0], ScanProblem.Partial), (letter.Lines[0], letter.Problem));
    }

    [Fact]
    public void Push_LinesOf36FilledTo44_AreCut()
    {
        string[] filled = [.. Specimens.Td2.Select(static line => line.PadRight(44, '_'))];

        Assert.Equal(Specimens.Td2, Assert.Single(Frame(ReaderMessage.Compose(filled, ReaderDressing.StxEtx))).Lines);
    }

    [Fact]
    public void Push_VisaWhoseFillerIsSentAsUnderscores_IsNotCut()
    {
        string[] visa = ["V<UTOBRANDVOLD<<ISAURA<LENE<<<<<<<<<<<<<<<<<", "UT4471X02<UTO9103077F3106303<<<<<<<<<<<<<<<<"];
        string[] sent = [.. visa.Select(static line => line.Replace('<', '_'))];

        Assert.Equal(visa, Assert.Single(Frame(ReaderMessage.Compose(sent, ReaderDressing.Cr))).Lines);
    }

    [Fact]
    public void Push_TheSameRowTwice_IsOneRow()
    {
        var bytes = Encoding.ASCII.GetBytes($"{Specimens.Td3[0]}\r{Specimens.Td3[0]}\r{Specimens.Td3[1]}\r");

        Assert.Equal(Specimens.Td3, Assert.Single(Frame(bytes)).Lines);
    }

    [Fact]
    public void Push_StrayStartOfHeading_CostsNothing()
    {
        byte[] bytes = [0x01, .. ReaderMessage.Compose(Specimens.Td1, ReaderDressing.CrLf), 0x01, 0x01, .. ReaderMessage.Compose(Specimens.Td3, ReaderDressing.ThreeM)];

        Assert.Equal([Specimens.Td1, Specimens.Td3], Frame(bytes).Select(static scan => scan.Lines.ToArray()));
    }

    [Fact]
    public void Push_BlockCheckThatLooksLikeAControlByte_IsNotPartOfTheNextMessage()
    {
        for (var check = 0; check < 256; check++)
        {
            var block = Encoding.Latin1.GetBytes($"\u0001\u0060\u0000OU\u0002{string.Join('\r', Specimens.Td1)}\r\u0003{(char)check}");
            byte[] bytes = [.. block, .. block];

            Assert.Equal([Specimens.Td1, Specimens.Td1], Frame(bytes).Select(static scan => scan.Lines.ToArray()));
        }
    }

    [Theory]
    [InlineData("A")]
    [InlineData("A\r")]
    [InlineData("\r")]
    [InlineData("\u0002")]
    [InlineData("\u0001")]
    [InlineData("\u0002ABCDE\u0003")]
    [InlineData("\u0001\u00FF\u00FFOU\u0002")]
    [InlineData("P<UTO\r")]
    [InlineData("]o0")]
    public void Push_BabblingDevice_HoldsABoundedAmount(string babble)
    {
        var framer = new MrzFramer();
        var bytes = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(babble, 1_000)));
        framer.Push(bytes, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
            framer.Push(bytes, 1);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        var scans = TakeAll(framer);
        Assert.True(scans.Count <= MrzFramer.CompletedMax);
        Assert.True(scans.Sum(static scan => scan.Lines.Sum(static line => line.Length)) <= MrzFramer.CompletedMax * MrzFramer.BytesMax);
        // What does not become a scan is not allocated for either.
        Assert.True(framer.DroppedCount > 0 || allocated < 10_000);

        framer.OnIdle();
        framer.Reset();
        _ = TakeAll(framer);
        framer.Push(ReaderMessage.Compose(Specimens.Td1, ReaderDressing.ThreeM), 2);
        Assert.Equal(Specimens.Td1, TakeOnly(framer).Lines);
    }

    [Fact]
    public void Push_MoreMessagesThanAreTaken_KeepsTheNewest()
    {
        var framer = new MrzFramer();
        for (var count = 0; count < MrzFramer.CompletedMax; count++)
            framer.Push(ReaderMessage.Compose(Specimens.Td1, ReaderDressing.CrLf), 1);
        framer.Push(ReaderMessage.Compose(Specimens.Td3, ReaderDressing.CrLf), 2);

        var scans = TakeAll(framer);

        Assert.Equal((MrzFramer.CompletedMax, 1L), (scans.Count, framer.DroppedCount));
        Assert.Equal(Specimens.Td3, scans[^1].Lines);
    }

    [Fact]
    public void Push_AnyBytesWithAnyProfile_NeverThrowsAndPiecesDoNotMatter()
    {
        var value = Gen.Frequency(
            (4, Gen.OneOfConst((byte)'<', (byte)'A', (byte)'7', (byte)'_', (byte)']', (byte)'~', (byte)'O', (byte)'U')),
            (3, Gen.OneOfConst<byte>(0x00, 0x01, 0x02, 0x03, 0x04, 0x09, 0x0A, 0x0D, 0xC2, 0xAB)),
            (1, Gen.Byte));
        var piece = Gen.Frequency(
            (3, value.Array[0, 60]),
            (1, Gen.OneOf(Enum.GetValues<ReaderDressing>().Select(Gen.Const).ToArray())
                .Select(Gen.OneOfConst(30, 36, 44), static (dressing, length) => ReaderMessage.Compose(Specimens.Of(length), dressing))));
        var profile = Gen.OneOf(ReaderProfiles.All.Select(static one => Gen.Const(one with { Prefix = "~A", Suffix = "7~" })).ToArray());

        Gen.Select(profile, piece.Array[0, 12], Gen.Int[1, 60]).Sample((one, messages, size) =>
        {
            byte[] bytes = [.. messages.SelectMany(static message => message)];
            var whole = new List<DocumentScan>();
            var framer = new MrzFramer(one);
            foreach (var part in bytes)
            {
                framer.Push([part], 1);
                whole.AddRange(TakeAll(framer));
            }

            framer.OnIdle();
            whole.AddRange(TakeAll(framer));
            Assert.False(framer.IsPending);

            var pieces = new MrzFramer(one);
            foreach (var part in bytes.Chunk(size))
                pieces.Push(part, 1);
            pieces.OnIdle();
            var kept = TakeAll(pieces);

            Assert.Equal(whole.Count, kept.Count + pieces.DroppedCount);
            Assert.Equal(
                whole.TakeLast(kept.Count).Select(static scan => (scan.Problem, string.Join('\r', scan.Lines))),
                kept.Select(static scan => (scan.Problem, string.Join('\r', scan.Lines))));
            Assert.All(whole, static scan => Assert.All(scan.Lines, static line => Assert.All(line, static character =>
                Assert.True(char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character) || "<?*^#".Contains(character)))));
        }, iter: 3_000);
    }

    private static List<DocumentScan> Frame(ReadOnlySpan<byte> bytes)
    {
        var framer = new MrzFramer();
        framer.Push(bytes, 1);
        framer.OnIdle();
        return TakeAll(framer);
    }

    private static DocumentScan TakeOnly(MrzFramer framer) => Assert.Single(TakeAll(framer));

    private static List<DocumentScan> TakeAll(MrzFramer framer)
    {
        var scans = new List<DocumentScan>();
        while (framer.TryTake(out var scan))
            scans.Add(scan);
        return scans;
    }
}
