using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Core.Tests.Releases;

public sealed class ReleaseLogTests
{
    [Fact]
    public void Take_LinesInOrder_EndsAtTheirHead()
    {
        var head = ReleaseLogHead.None;
        foreach (var line in Log(5))
            head = head.Take(line).Value;

        Assert.Equal(5UL, head.Size);
        Assert.Equal(ReleaseLogEntry.HashOf(Log(5)[^1]), head.Hash.ToArray());
    }

    [Fact]
    public void Take_LineLeftOutRepeatedOrExchanged_IsRefused()
    {
        var lines = Log(4);
        var head = ReleaseLogHead.None.Take(lines[0]).Value;

        Assert.Contains("line 3 stands where line 2 is due", head.Take(lines[2]).Failure.Reason, StringComparison.Ordinal);
        Assert.Contains("line 1 stands where line 2 is due", head.Take(lines[0]).Failure.Reason, StringComparison.Ordinal);
    }

    /// <summary>The site's past was written anew: the line is in its place, and does not follow what was seen.</summary>
    [Fact]
    public void Take_LineOfAnotherHistory_IsRefused()
    {
        var head = ReleaseLogHead.None.Take(Log(1)[0]).Value;

        var refused = head.Take(Log(2, firstVersion: 100)[1]);

        Assert.Equal(ReleaseStage.Log, refused.Failure.Stage);
        Assert.Contains("does not follow the line 1", refused.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_CutOrChangedAnywhere_IsRefusedOrAnother()
    {
        var line = Log(1)[0];
        for (var length = 0; length < line.Length; length++)
            Assert.False(ReleaseLogEntry.Parse(line.AsMemory(0, length)).IsSuccess, $"{length}");
        for (var at = 0; at < line.Length; at++)
        {
            var changed = line.ToArray();
            changed[at] ^= 1;
            var read = ReleaseLogEntry.Parse(changed);
            Assert.True(!read.IsSuccess || !ReleaseLogEntry.HashOf(changed).AsSpan().SequenceEqual(ReleaseLogEntry.HashOf(line)));
        }
    }

    private static List<byte[]> Log(int count, ulong firstVersion = 1)
    {
        var lines = new List<byte[]>();
        var head = ReleaseLogHead.None;
        for (var i = 0; i < count; i++)
        {
            lines.Add(new ReleaseLogEntry(
                head.Size + 1, head.Hash, ReleaseKind.Watchlist, new Guid(i, 0, 0, new byte[8]), firstVersion + (ulong)i, new byte[32], 1_795_400_000_000_000 + i).Encode());
            head = head.Take(lines[^1]).Value;
        }

        return lines;
    }
}
