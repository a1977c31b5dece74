using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Tests.Audit;

public sealed class AuditChainTests
{
    [Fact]
    public void Follow_UnchangedLines_GivesTheEnd() => Assert.Equal(5, AuditVerification.Follow(ChainEnd.Genesis, Lines()).Value.Sequence);

    [Theory]
    [InlineData("actor", "line 3 (encounter.viewed")]
    [InlineData("time", "line 3 (encounter.viewed")]
    [InlineData("case", "line 3 (encounter.viewed")]
    [InlineData("removed", "line 3 is missing")]
    [InlineData("exchanged", "line 3 is missing")]
    public void Follow_ChangedLines_NamesTheFirst(string what, string named)
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

        Assert.Contains(named, AuditVerification.Follow(ChainEnd.Genesis, lines).Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5:zz")]
    [InlineData("-1:00")]
    [InlineData("5:00")]
    public void Parse_NoChainEnd_IsNull(string text) => Assert.Null(ChainEnd.Parse(text));

    [Fact]
    public void Parse_WhatWasPrinted_IsTheEnd()
    {
        var end = AuditVerification.Follow(ChainEnd.Genesis, Lines()).Value;

        Assert.Equal(end.ToString(), ChainEnd.Parse(end.ToString())!.ToString());
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
