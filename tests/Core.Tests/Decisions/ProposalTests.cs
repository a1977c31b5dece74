using EdgeCheckpoint.Core.Tests.Documents.Mrz;
using EdgeCheckpoint.Core.Tests.Watchlists;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Decisions;

public sealed class ProposalTests
{
    private static readonly ListStatus Fresh = new(12, TimeSpan.FromHours(3), ListFreshness.Fresh);
    private static readonly ScreeningResult NoHit = new(12, "rules", []);

    [Fact]
    public void Of_GoodDocumentFreshListNoHit_IsClear()
    {
        var proposal = Proposal.Of(Reading(), NoHit, Fresh);

        Assert.True(proposal.IsClear);
        Assert.Empty(proposal.Reasons);
        Assert.Equal([(ushort)OutcomeCode.ProposedClear], proposal.Codes.AsEnumerable());
        Assert.Equal(States(proposal), [TileState.Ok, TileState.NotFitted, TileState.Ok, TileState.NotFitted]);
    }

    [Fact]
    public void Of_Unreadable_IsNeverClear()
    {
        var proposal = Proposal.Of(Read(["????", "????"]), null, Fresh);

        AssertRefer(proposal, OutcomeCode.ReasonUnreadable, OutcomeCode.ReasonListNotChecked);
        Assert.Equal((TileState.Failed, TileState.NotChecked), (proposal.Tiles.Document.State, proposal.Tiles.Lists.State));
    }

    [Fact]
    public void Of_WrongCheckDigit_SaysWhere()
    {
        var lines = (string[])Specimens.Td3.Clone();
        lines[1] = lines[1][..9] + "7" + lines[1][10..];

        var proposal = Proposal.Of(MrzRepairer.Repair(MrzParser.Parse(lines, new DateOnly(2011, 1, 1))), NoHit, Fresh);

        AssertRefer(proposal, OutcomeCode.ReasonDocumentWrong);
        Assert.Contains("line 2, column 10", proposal.Reasons[0].Text, StringComparison.Ordinal);
        Assert.Equal(TileState.Failed, proposal.Tiles.Document.State);
    }

    [Fact]
    public void Of_Expired_IsAttention()
    {
        var proposal = Proposal.Of(Read(Specimens.Td3), NoHit, Fresh);

        AssertRefer(proposal, OutcomeCode.ReasonDocumentExpired);
        Assert.Equal("The document expired on 2012-04-15.", proposal.Reasons[0].Text);
        Assert.Equal(TileState.Attention, proposal.Tiles.Document.State);
    }

    [Fact]
    public void Of_ImplausibleDates_IsFailedEvenWhenExpiredToo()
    {
        var reading = Read(MrzWriter.Write(MrzFormat.Td3, With("1991-03-07", "1990-01-01")));
        Assert.True(reading.Reading.ExpiryBeforeBirth);

        var proposal = Proposal.Of(reading, NoHit, Fresh);

        AssertRefer(proposal, OutcomeCode.ReasonImplausibleDates, OutcomeCode.ReasonDocumentExpired);
        Assert.Equal(TileState.Failed, proposal.Tiles.Document.State);
    }

    [Fact]
    public void Of_TypedIn_IsNeverClearAndNotChecked()
    {
        var proposal = Proposal.Of(null, NoHit, Fresh);

        AssertRefer(proposal, OutcomeCode.ReasonManualEntry);
        Assert.Equal(TileState.NotChecked, proposal.Tiles.Document.State);
    }

    [Fact]
    public void Of_NoList_IsNeverClear()
    {
        AssertRefer(Proposal.Of(Reading(), null, ListStatus.None), OutcomeCode.ReasonListNotChecked);
        var proposal = Proposal.Of(Reading(), NoHit, ListStatus.None);

        AssertRefer(proposal, OutcomeCode.ReasonListNotChecked);
        Assert.Equal(new Tile(TileState.NotChecked, "no readable list"), proposal.Tiles.Lists);
    }

    [Fact]
    public void Of_NobodyScreened_IsNeverClear()
    {
        var proposal = Proposal.Of(Reading(), null, Fresh);

        AssertRefer(proposal, OutcomeCode.ReasonListNotChecked);
        Assert.Equal(new Tile(TileState.NotChecked, "not screened"), proposal.Tiles.Lists);
    }

    [Fact]
    public void Of_StaleList_CarriesItsReason()
    {
        var proposal = Proposal.Of(Reading(), NoHit, new ListStatus(12, TimeSpan.FromDays(9), ListFreshness.Stale));

        AssertRefer(proposal, OutcomeCode.ReasonListStale);
        Assert.Equal("The list is too old (version 12, 9 days old).", proposal.Reasons[0].Text);
        Assert.Equal(TileState.Attention, proposal.Tiles.Lists.State);
    }

    [Fact]
    public void Of_StaleListWithHit_CarriesBothReasons() =>
        AssertRefer(
            Proposal.Of(Reading(), With(Hit()), new ListStatus(12, TimeSpan.FromDays(9), ListFreshness.Stale)),
            OutcomeCode.ReasonListStale,
            OutcomeCode.ReasonHit);

    [Theory]
    [InlineData(ListFreshness.Unknown)]
    [InlineData(ListFreshness.Aging)]
    public void Of_UnknownAgeOrAging_IsAmberAtLeast(ListFreshness freshness)
    {
        var proposal = Proposal.Of(Reading(), NoHit, new ListStatus(12, null, freshness));

        Assert.True(proposal.IsClear);
        Assert.Equal(TileState.Attention, proposal.Tiles.Lists.State);
    }

    [Fact]
    public void Of_Hits_AreCountedInTheReason()
    {
        AssertRefer(Proposal.Of(Reading(), With(Hit()), Fresh), OutcomeCode.ReasonHit);
        var proposal = Proposal.Of(Reading(), With(Hit(), Hit()), Fresh);

        Assert.StartsWith("2 possible matches", proposal.Reasons[0].Text, StringComparison.Ordinal);
        Assert.Equal(new Tile(TileState.Attention, "2 possible matches"), proposal.Tiles.Lists);
    }

    [Fact]
    public void Of_WeakCandidate_StaysOffTheCounter() =>
        Assert.True(Proposal.Of(Reading(), With(Hit(level: CandidateLevel.Weak)), Fresh).IsClear);

    [Theory]
    [InlineData(ListFreshness.Fresh)]
    [InlineData(ListFreshness.Aging)]
    [InlineData(ListFreshness.Stale)]
    [InlineData(ListFreshness.Unknown)]
    public void Of_DiscreetHit_ChangesNothingVisible(ListFreshness freshness)
    {
        // Guardrail 8.
        var list = new ListStatus(12, TimeSpan.FromHours(3), freshness);

        AssertSame(Proposal.Of(Reading(), NoHit, list), Proposal.Of(Reading(), With(Hit(RequestedAction.Discreet)), list));
        AssertSame(Proposal.Of(Reading(), With(Hit()), list), Proposal.Of(Reading(), With(Hit(RequestedAction.Discreet), Hit()), list));
    }

    [Fact]
    public void Of_DocumentReported_RefersBesideAHitOrAlone()
    {
        AssertRefer(Proposal.Of(Reading(), Reported(NoHit), Fresh), OutcomeCode.ReasonDocumentReported);
        AssertRefer(Proposal.Of(Reading(), Reported(With(Hit())), Fresh), OutcomeCode.ReasonHit, OutcomeCode.ReasonDocumentReported);
        Assert.Equal(TileState.Attention, Proposal.Of(Reading(), Reported(NoHit), Fresh).Tiles.Lists.State);
    }

    [Fact]
    public void Of_DocumentOfADiscreetList_ChangesNothingVisible()
    {
        AssertSame(Proposal.Of(Reading(), NoHit, Fresh), Proposal.Of(Reading(), Reported(NoHit, RequestedAction.Discreet), Fresh));
        var unread = NoHit with { IsNameCompared = false };
        AssertSame(Proposal.Of(Reading(), unread, Fresh), Proposal.Of(Reading(), Reported(unread, RequestedAction.Discreet), Fresh));
    }

    [Fact]
    public void Of_DocumentsThatCannotBeRead_AreNotCheckedWhateverElseIsFound()
    {
        var unread = DocumentCheck.NotMade("the hash does not agree");

        AssertRefer(Proposal.Of(Reading(), NoHit with { Documents = unread }, Fresh), OutcomeCode.ReasonListNotChecked);
        var proposal = Proposal.Of(Reading(), With(Hit()) with { Documents = unread }, Fresh);
        AssertRefer(proposal, OutcomeCode.ReasonHit, OutcomeCode.ReasonListNotChecked);
        Assert.Equal(new Tile(TileState.NotChecked, "1 possible match; document number not checked"), proposal.Tiles.Lists);
    }

    [Fact]
    public void Of_NameThatCannotBeCompared_IsNotCheckedEvenWithADiscreetHit()
    {
        var discreet = With(Hit(RequestedAction.Discreet)) with { IsNameCompared = false };

        AssertRefer(Proposal.Of(Reading(), discreet, Fresh), OutcomeCode.ReasonListNotChecked);
        AssertSame(Proposal.Of(Reading(), null, Fresh), Proposal.Of(Reading(), discreet, Fresh));
        AssertRefer(Proposal.Of(Reading(), With(Hit()) with { IsNameCompared = false }, Fresh), OutcomeCode.ReasonHit);
    }

    [Fact]
    public void Of_AnyOutcome_NeverSaysArrestOrDetain()
    {
        // Guardrail 1.
        foreach (var action in Enum.GetValues<RequestedAction>())
        {
            var proposal = Proposal.Of(null, With(Hit(action)), new ListStatus(1, null, ListFreshness.Stale));
            var text = string.Join(' ', proposal.Reasons.Select(static reason => reason.Text)) + proposal.Tiles;
            foreach (var word in (string[])["arrest", "detain", "refuse", "custody"])
                Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static ScreeningResult Reported(ScreeningResult screening, RequestedAction action = RequestedAction.SeizeDocument) => screening with
    {
        Documents = new DocumentCheck([new ReportedDocument(Watchlists.Registers.Terms(0, "Stolen", action), null, 0, true, true, false)], ""),
    };

    private static void AssertRefer(Proposal proposal, params OutcomeCode[] reasons)
    {
        Assert.False(proposal.IsClear);
        Assert.Equal(reasons, proposal.Reasons.Select(static reason => reason.Code));
        Assert.Equal([(ushort)OutcomeCode.ProposedRefer, .. reasons.Select(static reason => (ushort)reason)], proposal.Codes.AsEnumerable());
        Assert.All(proposal.Reasons, static reason => Assert.NotEmpty(reason.Text));
    }

    private static void AssertSame(Proposal left, Proposal right)
    {
        Assert.Equal(left.IsClear, right.IsClear);
        Assert.Equal(left.Tiles, right.Tiles);
        Assert.Equal(left.Reasons.AsEnumerable(), right.Reasons);
        Assert.Equal(left.Codes.AsEnumerable(), right.Codes);
    }

    private static TileState[] States(Proposal proposal) =>
        [proposal.Tiles.Document.State, proposal.Tiles.Chip.State, proposal.Tiles.Lists.State, proposal.Tiles.Stay.State];

    private static RepairedReading Reading() => Read(MrzWriter.Write(MrzFormat.Td3, Specimens.Utopian()));

    private static RepairedReading Read(IReadOnlyList<string> lines) =>
        MrzRepairer.Repair(MrzParser.Parse(lines, Specimens.Inspection));

    private static MrzFields With(string birth, string expiry) => new()
    {
        DocumentCode = "P",
        IssuingState = "UTO",
        DocumentNumber = "UT4471X02",
        Nationality = "UTO",
        BirthDate = ListFixtures.Date(birth),
        ExpiryDate = ListFixtures.Date(expiry),
        Sex = 'F',
        Surname = "BRANDVOLD",
    };

    private static ScreeningResult With(params Candidate[] candidates) => new(12, "rules", [.. candidates]);

    private static Candidate Hit(RequestedAction action = RequestedAction.Inquire, CandidateLevel level = CandidateLevel.Alert) => new()
    {
        Entry = ListFixtures.Entry("uto:1", "Brandvold, Isaura", action: action),
        Level = level,
        Score = 1,
        MatchedName = "Brandvold, Isaura",
        MatchedQuality = NameQuality.Primary,
        Alignment = [],
        Features = [],
        BirthDate = BirthDateVerdict.Exact,
        DocumentMatches = false,
        IsPastExpiry = false,
        Differences = [],
        Agreements = [],
    };
}
