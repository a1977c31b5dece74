using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Simulated;

namespace EdgeCheckpoint.Edge.Tests.Devices.Scanners;

/// <summary>The 3M profile on blocks of the simulated reader, whose length and check count from the length word.</summary>
public sealed class BlockCheckTests
{
    private static readonly ReaderProfile Profile = ReaderProfiles.Find("3m-rte6701")!;

    [Theory]
    [InlineData(BlockRange.Any, ScanProblem.None)]
    [InlineData(BlockRange.Ignored, ScanProblem.None)]
    [InlineData(BlockRange.FromLength, ScanProblem.None)]
    [InlineData(BlockRange.FromHeading, ScanProblem.Garbled)]
    [InlineData(BlockRange.FromCode, ScanProblem.Garbled)]
    [InlineData(BlockRange.FromStart, ScanProblem.Garbled)]
    [InlineData(BlockRange.FromText, ScanProblem.Garbled)]
    public void Push_CheckOverOneRange_IsTakenOnlyWhenThatRangeIsTold(BlockRange range, ScanProblem expected)
    {
        var block = ReaderMessage.Compose(Specimens.Td3, ReaderDressing.ThreeM);

        var check = Frame(block, Profile with { BlockCheckCovers = range, LengthCovers = BlockRange.Ignored });
        var length = Frame(block, Profile with { BlockCheckCovers = BlockRange.Ignored, LengthCovers = range });

        Assert.Equal((expected, expected), (check.Problem, length.Problem));
        Assert.Equal(Specimens.Td3, check.Lines);
        Assert.Equal(Specimens.Td3, length.Lines);
    }

    [Fact]
    public void Push_CheckOverAnotherRange_NamesTheOneThatFits()
    {
        var scan = Frame(ReaderMessage.Compose(Specimens.Td3, ReaderDressing.ThreeM), Profile with { BlockCheckCovers = BlockRange.FromText });

        Assert.Equal("The block check does not fit FromText; it would fit FromLength.", scan.ProblemMessage);
    }

    [Fact]
    public void Push_AnyBitOfTheTextTurned_IsNeverTakenAsRead()
    {
        var strict = Profile with { BlockCheckCovers = BlockRange.FromLength, LengthCovers = BlockRange.FromLength };
        var block = ReaderMessage.Compose(Specimens.Td3, ReaderDressing.ThreeM);

        for (var bit = 0; bit < block.Length * 8; bit++)
        {
            var turned = (byte[])block.Clone();
            turned[bit / 8] ^= (byte)(1 << (bit % 8));
            var framer = new MrzFramer(strict);
            framer.Push(turned, 1);
            framer.OnIdle();

            // Cut in pieces where a control byte came to be, but no piece is good.
            while (framer.TryTake(out var scan))
                Assert.NotEqual((bit, ScanProblem.None), (bit, scan.Problem));
        }
    }

    [Fact]
    public void Push_WithoutABlockCheck_IsWholeAtTheEndOfTheText()
    {
        var block = ReaderMessage.Compose(Specimens.Td1, ReaderDressing.ThreeM)[..^1];

        var scan = Frame(block, Profile with { BlockCheckCovers = BlockRange.None, LengthCovers = BlockRange.Ignored });

        Assert.Equal(ScanProblem.None, scan.Problem);
    }

    private static DocumentScan Frame(byte[] bytes, ReaderProfile profile)
    {
        var framer = new MrzFramer(profile);
        framer.Push(bytes, 1);
        Assert.True(framer.TryTake(out var scan));
        return scan;
    }
}
