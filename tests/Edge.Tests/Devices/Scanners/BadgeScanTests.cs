using System.Text;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Devices.Simulated;
using EdgeCheckpoint.People;

namespace EdgeCheckpoint.Edge.Tests.Devices.Scanners;

/// <summary>A badge on a document reader: no document, and no garbled one either.</summary>
public sealed class BadgeScanTests
{
    [Theory]
    [InlineData(ReaderDressing.CrLf)]
    [InlineData(ReaderDressing.Cr)]
    [InlineData(ReaderDressing.StxEtx)]
    [InlineData(ReaderDressing.JoinedBare)]
    public void Framer_Badge_LeavesTheCodeAsItCame(ReaderDressing dressing)
    {
        var code = BadgeCode.Create();
        var framer = new MrzFramer();

        framer.Push(ReaderMessage.Compose([code], dressing), 1);
        framer.OnIdle();

        Assert.True(framer.TryTake(out var scan));
        Assert.Equal([code], scan.Lines);
        Assert.Equal(ScanProblem.Partial, scan.Problem);
    }

    [Fact]
    public void Framer_OtherTextWithAColon_IsGarbledAsBefore()
    {
        var framer = new MrzFramer();

        framer.Push(Encoding.ASCII.GetBytes("XB:1234-ABCD\r\n"), 1);
        framer.OnIdle();

        Assert.True(framer.TryTake(out var scan));
        Assert.Equal(ScanProblem.Garbled, scan.Problem);
    }
}
