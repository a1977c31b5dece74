using System.Collections.Immutable;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Devices.Scanners;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Inspection;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class InspectionTests
{
    private static readonly ImmutableArray<string> Ordinary = Bench.Passport("LINDQUIST", "ASTRID", "U10000001", 1988, 4, 17);
    private static readonly ImmutableArray<string> Listed = Bench.Passport("DRAGOVAR", "VIKTOR ANSELM", "U10000003", 1971, 3, 4);

    private static DocumentScan Scan(params IEnumerable<string> lines) => new() { Lines = [.. lines], LastByteTimestamp = 0 };

    private static DecisionForm Form(OutcomeCode outcome) =>
        new(outcome, ImmutableDictionary<string, OutcomeCode>.Empty, "", "", IsStaleListAcknowledged: false);

    private static Bench WithList(RequestedAction action = RequestedAction.Inquire)
    {
        var bench = new Bench();
        bench.Install(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04", action));
        return bench;
    }

    /// <summary>An alert at exit is none for who enters; where nobody knows the way, it matches.</summary>
    [Theory]
    [InlineData(CrossingDirection.Entry, 0, RecordFlags.AtEntry)]
    [InlineData(CrossingDirection.Exit, 1, RecordFlags.AtExit)]
    [InlineData(CrossingDirection.NotSaid, 1, RecordFlags.None)]
    [InlineData(CrossingDirection.Both, 1, RecordFlags.None)]
    public void Inspect_ExitAlert_MatchesUnlessTheCounterIsForEntry(CrossingDirection counter, int hits, RecordFlags flag)
    {
        using var bench = new Bench();
        bench.Inspection.Direction = counter;
        bench.Install(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04") with
        {
            Direction = CrossingDirection.Exit,
            CourtReference = "3 K 14/26",
            Supervisor = "Head of shift",
        });

        bench.Pipeline.Inspect(Scan(Listed));

        var encounter = Assert.Single(bench.Encounters.State.Open);
        Assert.Equal((hits, hits == 0), (encounter.VisibleHits.Length, encounter.IsClear));
        Assert.Equal(flag, encounter.Verdict.Flags & (RecordFlags.AtEntry | RecordFlags.AtExit));
        Assert.All(encounter.VisibleHits, static hit => Assert.Equal(("3 K 14/26", "Head of shift", ""), (hit.CourtReference, hit.Supervisor, hit.Mark)));
    }

    /// <summary>Nobody knows which way whoever stands on the paper went.</summary>
    [Fact]
    public void InspectBackEntry_ExitAlertAtACounterForEntry_Matches()
    {
        using var bench = new Bench();
        bench.Inspection.Direction = CrossingDirection.Entry;
        bench.Install(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04") with { Direction = CrossingDirection.Exit });

        bench.Pipeline.InspectBackEntry(
            new PersonalPart { Surname = "DRAGOVAR", GivenNames = "VIKTOR ANSELM" },
            new EdgeCheckpoint.Matching.MatchQuery { Surname = "DRAGOVAR", GivenNames = "VIKTOR ANSELM", BirthDate = PartialDate.From(new DateOnly(1971, 3, 4)) },
            Bench.Start.AddHours(-5));

        Assert.Single(Assert.Single(bench.Encounters.State.Open).VisibleHits);
    }

    [Fact]
    public void Inspect_EntryThatIdentifiesWeakly_SaysSoOnTheHit()
    {
        using var bench = new Bench();
        bench.Install(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03"));

        bench.Pipeline.Inspect(Scan(Listed));

        Assert.Equal(WatchlistEntry.WeaklyIdentified, Assert.Single(Assert.Single(bench.Encounters.State.Open).VisibleHits).Mark);
    }

    [Fact]
    public void Inspect_WithoutAList_IsNeverClear()
    {
        using var bench = new Bench();

        bench.Pipeline.Inspect(Scan(Ordinary));

        var encounter = Assert.Single(bench.Encounters.State.Open);
        Assert.False(encounter.IsClear);
        Assert.Equal(TileState.NotChecked, encounter.Tiles.Lists.State);
        Assert.Equal(RecordFlags.NoList, encounter.Verdict.Flags);
    }

    [Fact]
    public void Inspect_WithAClockOf1970_ShowsAgeUnknownAndStillFindsTheHit()
    {
        using var bench = WithList();
        var early = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var clock = new EdgeCheckpoint.Worker.Health.ClockKeeper(early, bench.Data, bench.Identity.TicketIssuedAt, bench.Machine);
        var pipeline = new InspectionPipeline(
            bench.List, bench.Journal, bench.Encounters, bench.Session, clock,
            Microsoft.Extensions.Options.Options.Create(new InspectionOptions()),
            Microsoft.Extensions.Logging.Abstractions.NullLogger<InspectionPipeline>.Instance);

        pipeline.Inspect(Scan(Listed));

        var encounter = Assert.Single(bench.Encounters.State.Open);
        Assert.Null(encounter.Verdict.ListAgeSeconds);
        Assert.Single(encounter.VisibleHits);
        Assert.Equal(ListFreshness.Unknown, bench.List.Status(bench.List.Current, clock.Read()).Freshness);
    }

    /// <summary>The entry ended or will end by each of these clocks, and by none that can be trusted.</summary>
    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("2001-09-09T01:46:40Z")]
    [InlineData("2036-11-29T12:00:00Z")]
    [InlineData("2038-01-19T03:14:07Z")]
    [InlineData("2038-01-19T03:14:08Z")]
    [InlineData("2106-02-07T06:28:16Z")]
    public void Inspect_EntryPastItsEndByADoubtfulClock_IsNeverAClear(string wall)
    {
        using var bench = new Bench();
        bench.Install(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04", new DateOnly(2026, 12, 31)));
        var wrong = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(
            DateTimeOffset.Parse(wall, System.Globalization.CultureInfo.InvariantCulture));
        var clock = new EdgeCheckpoint.Worker.Health.ClockKeeper(wrong, bench.Data, bench.Identity.TicketIssuedAt, bench.Machine);
        var pipeline = new InspectionPipeline(
            bench.List, bench.Journal, bench.Encounters, bench.Session, clock,
            Microsoft.Extensions.Options.Options.Create(new InspectionOptions()),
            Microsoft.Extensions.Logging.Abstractions.NullLogger<InspectionPipeline>.Instance);

        pipeline.Inspect(Scan(Listed));

        Assert.Equal(ClockQuality.Doubtful, clock.Read().Quality);
        var encounter = Assert.Single(bench.Encounters.State.Open);
        Assert.False(encounter.IsClear);
        Assert.Null(encounter.Verdict.ListAgeSeconds);
        var alert = RecordHeader.Parse(Assert.Single(bench.Journal.ReadUnsent(Lane.Alerts)!.Records).Header).Value;
        Assert.Equal((RecordKind.Hit, encounter.Verdict.RecordId), (alert.Kind, alert.RelatedRecordId));
    }

    [Fact]
    public void Inspect_OrdinaryTraveller_IsProposedClearAndJournalledBeforeItShows()
    {
        using var bench = WithList();
        var journalled = 0;
        bench.Journal.Appended += _ => journalled += bench.Encounters.State.Open.Length == 0 ? 1 : 0;

        bench.Pipeline.Inspect(Scan(Ordinary));

        Assert.True(Assert.Single(bench.Encounters.State.Open).IsClear);
        Assert.Equal(1, journalled);
        Assert.Null(bench.Journal.ReadUnsent(Lane.Alerts));
    }

    [Fact]
    public void Inspect_ListedPerson_IsReferredWithAnAlertInLaneZero()
    {
        using var bench = WithList();

        bench.Pipeline.Inspect(Scan(Listed));

        var encounter = Assert.Single(bench.Encounters.State.Open);
        Assert.False(encounter.IsClear);
        Assert.Equal("uto:1", Assert.Single(encounter.VisibleHits).EntryId);
        var alert = RecordHeader.Parse(Assert.Single(bench.Journal.ReadUnsent(Lane.Alerts)!.Records).Header).Value;
        Assert.Equal(RecordKind.Hit, alert.Kind);
        Assert.Equal(encounter.Verdict.RecordId, alert.RelatedRecordId);
    }

    [Fact]
    public void Inspect_DiscreetEntry_ShowsNothingAndIsRecorded()
    {
        using var bench = WithList(RequestedAction.Discreet);

        bench.Pipeline.Inspect(Scan(Listed));

        var encounter = Assert.Single(bench.Encounters.State.Open);
        Assert.True(encounter.IsClear);
        Assert.Empty(encounter.VisibleHits);
        Assert.Equal(RecordFlags.None, encounter.Verdict.Flags);
        var alert = RecordHeader.Parse(Assert.Single(bench.Journal.ReadUnsent(Lane.Alerts)!.Records).Header).Value;
        Assert.Equal(RecordFlags.Discreet, alert.Flags);
        Assert.Empty(bench.Desk.Decide(encounter.Id, Form(OutcomeCode.Admitted)));
    }

    [Theory]
    [InlineData()]
    [InlineData("")]
    [InlineData("P<UTOLINDQUIST<<ASTRID<<<<<<<<<<<<<<<<<<<<<<")]
    [InlineData("????????????????????????????????????????????", "************")]
    public void Inspect_UnreadableScan_AsksToReadAgainAndClearsNobody(params string[] lines)
    {
        using var bench = WithList();

        bench.Pipeline.Inspect(Scan(lines));

        Assert.Empty(bench.Encounters.State.Open);
        Assert.StartsWith("READ AGAIN", bench.Encounters.State.Notice!.Text, StringComparison.Ordinal);
        var record = RecordHeader.Parse(bench.Journal.ReadUnsent(Lane.Audit)!.Records[^1].Header).Value;
        Assert.Equal(RecordKind.UnreadableScan, record.Kind);
    }

    [Fact]
    public void Inspect_StaleList_IsReferredUntilAcknowledged()
    {
        using var bench = WithList();
        bench.Time.Advance(TimeSpan.FromDays(8));
        bench.Pipeline.Inspect(Scan(Ordinary));
        var encounter = Assert.Single(bench.Encounters.State.Open);

        Assert.False(encounter.IsClear);
        Assert.Equal(RecordFlags.StaleList, encounter.Verdict.Flags);
        Assert.NotEmpty(bench.Desk.Decide(encounter.Id, Form(OutcomeCode.Admitted)));
        Assert.Empty(bench.Desk.Decide(encounter.Id, Form(OutcomeCode.Admitted) with { IsStaleListAcknowledged = true }));

        // Once a shift: not again of the same person, but of the next, and of the same after signing out.
        string[] people = ["UT0000011", "UT0000012", "UT0000013"];
        foreach (var number in people)
            bench.Pipeline.Inspect(Scan(Bench.Passport("LINDQUIST", "ASTRID", number, 1988, 4, 17)));
        var open = bench.Encounters.State.Open;
        Assert.Empty(bench.Desk.Decide(open[0].Id, Form(OutcomeCode.Admitted)));
        bench.SignIn("OFF-8");
        Assert.NotEmpty(bench.Desk.Decide(open[1].Id, Form(OutcomeCode.Admitted)));
        Assert.Empty(bench.Desk.Decide(open[1].Id, Form(OutcomeCode.Admitted) with { IsStaleListAcknowledged = true }));
        bench.Session.End();
        bench.SignIn("OFF-8");
        Assert.NotEmpty(bench.Desk.Decide(open[2].Id, Form(OutcomeCode.Admitted)));
    }

    [Fact]
    public void Inspect_SameDocumentTwice_MakesOneEncounterUntilTheWindowIsOver()
    {
        using var bench = WithList();
        bench.Pipeline.Inspect(Scan(Ordinary));
        bench.Pipeline.Inspect(Scan(Ordinary));
        var encounter = Assert.Single(bench.Encounters.State.Open);
        bench.Desk.Decide(encounter.Id, Form(OutcomeCode.Admitted));
        bench.Pipeline.Inspect(Scan(Ordinary));
        var reopened = Assert.Single(bench.Encounters.State.Open);
        Assert.Equal((encounter.Id, OutcomeCode.Admitted), (reopened.Id, reopened.Decided));
        Assert.True(bench.Desk.Keep(reopened.Id));
        Assert.Empty(bench.Encounters.State.Open);

        bench.Time.Advance(TimeSpan.FromSeconds(11));
        bench.Pipeline.Inspect(Scan(Ordinary));

        Assert.NotEqual(encounter.Id, Assert.Single(bench.Encounters.State.Open).Id);
        Assert.False(bench.Desk.Keep(bench.Encounters.State.Open[0].Id));
    }

    [Fact]
    public void Decide_ReopenedEncounter_CorrectsByARecordOfItsOwn()
    {
        using var bench = WithList();
        bench.Pipeline.Inspect(Scan(Ordinary));
        var id = Assert.Single(bench.Encounters.State.Open).Id;
        bench.Desk.Decide(id, Form(OutcomeCode.Admitted));
        bench.Pipeline.Inspect(Scan(Ordinary));

        var showing = Assert.Single(bench.Encounters.State.Open).Showing;
        Assert.Empty(bench.Desk.Decide(id, Form(OutcomeCode.Referred) with { Showing = showing }));

        // Verdict, decision, correction; and the second look is in the audit lane.
        Assert.Equal(3, bench.Journal.ReadUnsent(Lane.Encounters)!.Records.Length);
        Assert.NotNull(bench.Journal.ReadUnsent(Lane.Audit));
    }

    [Fact]
    public void Inspect_BetterReadingOfOneDocument_ReplacesTheEarlierVerdict()
    {
        using var bench = WithList();
        var damaged = Ordinary.ToArray();
        damaged[0] = damaged[0].Replace("ASTRID", "AS?RID");
        bench.Pipeline.Inspect(Scan(damaged));
        var first = Assert.Single(bench.Encounters.State.Open);
        Assert.False(first.IsClear);

        bench.Pipeline.Inspect(Scan(Ordinary));

        var second = Assert.Single(bench.Encounters.State.Open);
        Assert.Equal((first.Id, true, "ASTRID"), (second.Id, second.IsClear, second.Person.GivenNames));
        Assert.Equal(first.Verdict.RecordId, second.Verdict.RelatedRecordId);
        Assert.Single(bench.Journal.OpenEncounters());
    }

    [Theory]
    [InlineData("AS?RID", ScanProblem.Garbled)]
    [InlineData("ASTRID", ScanProblem.Garbled)]
    [InlineData("ASTROD", ScanProblem.None)]
    public void Inspect_OtherReadingAfterAClearOne_IsJudgedAnew(string givenNames, ScanProblem problem)
    {
        using var bench = WithList();
        bench.Pipeline.Inspect(Scan(Ordinary));
        Assert.True(Assert.Single(bench.Encounters.State.Open).IsClear);
        var lines = Ordinary.ToArray();
        lines[0] = lines[0].Replace("ASTRID", givenNames);

        bench.Pipeline.Inspect(new DocumentScan { Lines = [.. lines], Problem = problem, ProblemMessage = "damaged", LastByteTimestamp = 0 });

        var open = Assert.Single(bench.Encounters.State.Open);
        Assert.Equal((problem == ScanProblem.None, givenNames), (open.IsClear, open.Person.GivenNames));
    }

    [Fact]
    public void Inspect_ReadDifferentlyAfterAHit_KeepsTheHitOpenBesideIt()
    {
        using var bench = WithList();
        bench.Pipeline.Inspect(Scan(Listed));
        var hit = Assert.Single(bench.Encounters.State.Open);
        Assert.NotEmpty(hit.VisibleHits);
        var lines = Listed.ToArray();
        lines[0] = lines[0].Replace("ANSELM", "ANSELN");

        bench.Pipeline.Inspect(Scan(lines));

        Assert.Equal(2, bench.Encounters.State.Open.Length);
        Assert.Contains(bench.Encounters.State.Open, open => open.Id == hit.Id);
    }

    [Fact]
    public void Inspect_DamagedAfterItsDecision_IsNoRepeat()
    {
        using var bench = WithList();
        bench.Pipeline.Inspect(Scan(Ordinary));
        var decided = Assert.Single(bench.Encounters.State.Open);
        bench.Desk.Decide(decided.Id, Form(OutcomeCode.Admitted));

        bench.Pipeline.Inspect(new DocumentScan { Lines = Ordinary, Problem = ScanProblem.Garbled, ProblemMessage = "damaged", LastByteTimestamp = 0 });

        var open = Assert.Single(bench.Encounters.State.Open);
        Assert.NotEqual(decided.Id, open.Id);
        Assert.False(open.IsClear);
    }

    [Fact]
    public void Decide_FormOfAnEarlierShowing_DecidesNothing()
    {
        using var bench = WithList();
        bench.Pipeline.Inspect(Scan(Ordinary));
        var first = Assert.Single(bench.Encounters.State.Open);
        var form = Form(OutcomeCode.Admitted) with { Showing = first.Showing };
        Assert.Empty(bench.Desk.Decide(first.Id, form));
        bench.Pipeline.Inspect(Scan(Ordinary));

        // The key is still held down, and the form goes out once more.
        Assert.Contains("out of date", Assert.Single(bench.Desk.Decide(first.Id, form)), StringComparison.Ordinal);
        Assert.NotEmpty(bench.Desk.Decide(first.Id, Form(OutcomeCode.Admitted)));

        Assert.Equal(2, bench.Journal.ReadUnsent(Lane.Encounters)!.Records.Length);
    }

    [Theory]
    [InlineData("UTO", 0)]
    [InlineData("XXA", 1)]
    public void Inspect_ClearedTraveller_IsClearedForTheDocumentOfItsIssuerAlone(string issuer, int expectedHits)
    {
        using var bench = new Bench();
        var cleared = new ClearedTraveller(
            "U10000003", issuer, PartialDate.From(new DateOnly(1971, 3, 4)), DateOnly.MaxValue, "R-1");
        bench.Install(1, Bench.Entry("uto:1", "VIKTOR ANSELM DRAGOVAR", "1971-03-04", cleared: cleared));

        bench.Pipeline.Inspect(Scan(Listed));

        Assert.Equal(expectedHits, Assert.Single(bench.Encounters.State.Open).VisibleHits.Length);
    }

    [Fact]
    public void Inspect_CardWithoutExpiry_AsksToLook()
    {
        using var bench = WithList();

        bench.Pipeline.Inspect(Scan("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F<<<<<<0<<<<<<<6"));

        var open = Assert.Single(bench.Encounters.State.Open);
        Assert.Equal((false, TileState.Attention), (open.IsClear, open.Tiles.Document.State));
        Assert.Contains((ushort)OutcomeCode.ReasonExpiryUnknown, open.Verdict.OutcomeCodes);
    }

    [Fact]
    public void Inspect_DamagedMessageWithGoodDigits_IsNotClear()
    {
        using var bench = WithList();

        bench.Pipeline.Inspect(new DocumentScan
        {
            Lines = Ordinary,
            Problem = ScanProblem.Garbled,
            ProblemMessage = "The block check does not fit.",
            LastByteTimestamp = 0,
        });

        var encounter = Assert.Single(bench.Encounters.State.Open);
        Assert.False(encounter.IsClear);
        Assert.Equal(TileState.Attention, encounter.Tiles.Document.State);
        Assert.Contains((ushort)OutcomeCode.ReasonReaderTrouble, encounter.Verdict.OutcomeCodes);
    }

    [Fact]
    public void Inspect_MisreadDigit_IsRepairedAndReferred()
    {
        using var bench = WithList();
        var lines = Ordinary.ToArray();
        var column = lines[1].IndexOf('0', 13);
        lines[1] = $"{lines[1][..column]}O{lines[1][(column + 1)..]}";

        bench.Pipeline.Inspect(Scan(lines));

        var encounter = Assert.Single(bench.Encounters.State.Open);
        Assert.False(encounter.IsClear);
        Assert.Equal(TileState.Attention, encounter.Tiles.Document.State);
        Assert.Contains((ushort)OutcomeCode.ReasonRepaired, encounter.Verdict.OutcomeCodes);
        Assert.Contains('O', encounter.Person.MrzText.Split('\n')[1][13..]);
    }

    [Fact]
    public void Decide_Twice_RecordsOnce()
    {
        using var bench = WithList();
        bench.Pipeline.Inspect(Scan(Ordinary));
        var id = Assert.Single(bench.Encounters.State.Open).Id;

        Assert.Empty(bench.Desk.Decide(id, Form(OutcomeCode.Admitted)));
        Assert.NotEmpty(bench.Desk.Decide(id, Form(OutcomeCode.Admitted)));

        Assert.Equal(2, bench.Journal.ReadUnsent(Lane.Encounters)!.Records.Length);
    }

    [Fact]
    public void Decide_WithNobodyOnDuty_IsNotRecorded()
    {
        using var bench = WithList();
        bench.Pipeline.Inspect(Scan(Ordinary));
        bench.Session.End();

        Assert.NotEmpty(bench.Desk.Decide(bench.Encounters.State.Open[0].Id, Form(OutcomeCode.Admitted)));
        Assert.Single(bench.Encounters.State.Open);
    }

    [Theory]
    [InlineData("off-1", "", RecordFlags.None)]
    [InlineData("SUP-2", "SUP-2", RecordFlags.SecondPerson)]
    public void Decide_WithASecondNumber_RecordsOnlySomebodyElse(string entered, string recorded, RecordFlags flags)
    {
        using var bench = WithList();
        bench.Pipeline.Inspect(Scan(Ordinary));

        Assert.Empty(bench.Desk.Decide(bench.Encounters.State.Open[0].Id, Form(OutcomeCode.Admitted) with { SecondActorId = entered }));

        var decision = RecordHeader.Parse(bench.Journal.ReadUnsent(Lane.Encounters)!.Records[^1].Header).Value;
        Assert.Equal(recorded, decision.SecondActorId);
        Assert.Equal(flags, decision.Flags);
    }

    [Fact]
    public void Decide_ProtectionReferral_IsFlaggedAndNeedsNoSecondPerson()
    {
        using var bench = WithList();
        bench.Pipeline.Inspect(Scan(Ordinary));

        Assert.Empty(bench.Desk.Decide(bench.Encounters.State.Open[0].Id, Form(OutcomeCode.ProtectionReferral)));

        var decision = RecordHeader.Parse(bench.Journal.ReadUnsent(Lane.Encounters)!.Records[^1].Header).Value;
        Assert.Equal(RecordFlags.Protection, decision.Flags);
        Assert.Equal("OFF-1", decision.ActorId);
    }

    [Fact]
    public void Decide_PostedSeveralTimesAtOnce_IsRecordedOnce()
    {
        using var bench = WithList();
        bench.Pipeline.Inspect(Scan(Ordinary));
        var encounter = Assert.Single(bench.Encounters.State.Open).Id;
        var desk = bench.Desk;

        Parallel.For(0, 8, _ => desk.Decide(encounter, Form(OutcomeCode.Admitted)));

        Assert.Equal(2, bench.Journal.ReadUnsent(Lane.Encounters)!.Records.Length);
    }

    [Theory]
    [InlineData("X", "Y")]
    [InlineData("-", "")]
    public void InspectManual_NameThatCannotBeCompared_ShowsListsNotChecked(string surname, string givenNames)
    {
        using var bench = WithList();

        bench.Pipeline.InspectManual(
            new PersonalPart { Surname = surname, GivenNames = givenNames },
            new EdgeCheckpoint.Matching.MatchQuery { Surname = surname, GivenNames = givenNames });

        Assert.Equal(TileState.NotChecked, Assert.Single(bench.Encounters.State.Open).Tiles.Lists.State);
    }

    [Fact]
    public void Inspect_NamesOfSingleLetters_IsNeverClear()
    {
        using var bench = WithList();

        bench.Pipeline.Inspect(Scan(Bench.Passport("X", "Y", "U10000009", 1988, 4, 17)));

        var encounter = Assert.Single(bench.Encounters.State.Open);
        Assert.False(encounter.IsClear);
        Assert.Equal(TileState.NotChecked, encounter.Tiles.Lists.State);
    }

    [Fact]
    public void WaitingAsTheCounterShowsIt_DoesNotTellADiscreetHit()
    {
        using var bench = new Bench();
        bench.Install(1, Bench.Entry("uto:9", "PELLIK, Joran", "1964-02-03", RequestedAction.Discreet));
        bench.Pipeline.Inspect(Scan(Bench.Passport("HALVORSEN", "NILS", "UT7700001", 1966, 1, 30)));
        var ordinary = bench.Journal.Depth().ShownWaiting;

        bench.Pipeline.Inspect(Scan(Bench.Passport("PELLIK", "JORAN", "UT7700002", 1964, 2, 3)));

        Assert.Equal([RecordKind.Hit], bench.Written(Lane.Alerts));
        Assert.Equal(2 * ordinary, bench.Journal.Depth().ShownWaiting);
        Assert.Equal((2 * ordinary) + 1, bench.Journal.Depth().RecordsWaiting);
    }

    [Fact]
    public void Inspect_OpenEncounterAfterANewList_IsScreenedAgain()
    {
        using var bench = WithList();
        var later = Bench.Passport("LATER", "LISTED", "U10000010", 1988, 4, 17);
        bench.Pipeline.Inspect(Scan(later));
        bench.Install(2, Bench.Entry("uto:2", "LISTED LATER", "1988-04-17"));

        bench.Pipeline.Inspect(Scan(later));

        Assert.Equal(2, bench.Encounters.State.Open.Length);
        Assert.Single(bench.Encounters.Newest!.VisibleHits);
    }
}
