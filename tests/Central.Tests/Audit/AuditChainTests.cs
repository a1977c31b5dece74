using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Tests.Audit;

public sealed class AuditChainTests
{
    [Fact]
    public void FirstBroken_UnchangedLines_IsNone() => Assert.Null(AuditChain.FirstBroken(Lines()));

    [Theory]
    [InlineData("actor")]
    [InlineData("time")]
    [InlineData("case")]
    [InlineData("removed")]
    [InlineData("exchanged")]
    public void FirstBroken_ChangedLines_NamesTheFirst(string what)
    {
        var lines = Lines();
        var line = lines[2];
        switch (what)
        {
            case "actor":
                lines[2] = line with { Event = line.Event with { Actor = "other" } };
                break;
            case "time":
                lines[2] = line with { Event = line.Event with { At = line.Event.At.AddSeconds(1) } };
                break;
            case "case":
                lines[2] = line with { Event = line.Event with { CaseReference = "2" } };
                break;
            case "removed":
                lines.RemoveAt(2);
                break;
            default:
                (lines[2], lines[3]) = (lines[3], lines[2]);
                break;
        }

        Assert.NotNull(AuditChain.FirstBroken(lines));
    }

    private static List<AuditLine> Lines()
    {
        var chain = AuditChain.Genesis;
        var lines = new List<AuditLine>();
        for (var i = 1; i <= 5; i++)
        {
            var line = new AuditEvent(DateTimeOffset.UnixEpoch.AddDays(i), "actor", AuditAction.EncounterViewed, $"{i}")
            {
                CaseReference = "1",
            };
            chain = AuditChain.Next(chain, i, line);
            lines.Add(new AuditLine(i, line, chain));
        }

        return lines;
    }
}
