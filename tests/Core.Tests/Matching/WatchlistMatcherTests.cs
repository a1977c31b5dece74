using CsCheck;
using EdgeCheckpoint.Core.Tests.Watchlists;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Matching;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class WatchlistMatcherTests
{
    private static readonly DateOnly Today = new(2026, 11, 23);

    [Fact]
    public void Screen_NameAndBirthDate_AlertsWithExplanation()
    {
        var hit = Single(Screen(Query("BRANDVOLD", "ISAURA LENE", "1991-03-07", "UTO", 'F'), ListFixtures.Several()));

        Assert.Equal((CandidateLevel.Alert, "uto:1", BirthDateVerdict.Exact), (hit.Level, hit.Entry.EntryId, hit.BirthDate));
        Assert.Equal("Brandvold, Isaura Lene", hit.MatchedName);
        Assert.Equal(NameQuality.Primary, hit.MatchedQuality);
        Assert.Equal(["equal", "equal", "equal"], hit.Alignment.Select(static pair => pair.Rule));
        Assert.Equal(["document number: none of those on the list"], hit.Differences);
        Assert.Contains("date of birth 1991-03-07: the same on the list", hit.Agreements);
        Assert.Equal(["name", "date of birth", "nationality", "document"], hit.Features.Select(static feature => feature.Name));
        Assert.Equal(1, hit.Score);
        Assert.False(hit.IsDiscreet);
    }

    [Fact]
    public void Screen_NameAlone_NeverAlerts()
    {
        // Guardrail 3: no date, no document, no nationality, no sex.
        var candidate = Single(Screen(Query("BRANDVOLD", "ISAURA LENE"), ListFixtures.Several()));

        Assert.Equal(CandidateLevel.Weak, candidate.Level);
        Assert.Contains("the document gives no date of birth", candidate.Differences);
    }

    [Fact]
    public void Screen_AnyNameWithoutDateDocumentOrNationality_NeverAlerts()
    {
        var entries = ListFixtures.AnyEntry.Array[1, 8];
        var sexes = Gen.OneOfConst('\0', 'M', 'F', 'X', '?');

        Gen.Select(entries, sexes, Gen.Int[0, 7]).Sample((list, sex, pick) =>
        {
            var names = list[pick % list.Length].Names;
            var query = Query("", names.IsEmpty ? "ISAURA" : names[0].Text, sex: sex);
            Assert.Empty(Screen(query, list).Hits);
        }, iter: 500);
    }

    [Fact]
    public void Screen_NationalityAndSex_CorroborateOnlyAFullRareName()
    {
        var list = ListFixtures.Several();

        Assert.Equal(CandidateLevel.Alert, Single(Screen(Query("BRANDVOLD", "ISAURA LENE", nationality: "UTO", sex: 'F'), list)).Level);
        // One of the two, or a name that is not full, stays with the supervisor.
        Assert.Equal(CandidateLevel.Weak, Single(Screen(Query("BRANDVOLD", "ISAURA LENE", nationality: "UTO"), list)).Level);
        Assert.Equal(CandidateLevel.Weak, Single(Screen(Query("BRANDVOLD", "ISAURA LENE", nationality: "XXX", sex: 'F'), list)).Level);
        Assert.Equal(CandidateLevel.Weak, Single(Screen(Query("BRANDWOLT", "ISAURA LENE", nationality: "UTO", sex: 'F'), list)).Level);
    }

    [Fact]
    public void Screen_CommonName_IsNotCorroboratedByNationalityAndSex()
    {
        // Every listed person bears both names, so that neither is rare.
        var list = Enumerable.Range(0, 30).Select(static i => ListFixtures.Entry($"uto:{i}", "Tarik Halvard", nationality: "UTO", sex: 'M')).ToArray();

        var result = Screen(Query("HALVARD", "TARIK", nationality: "UTO", sex: 'M'), list);

        Assert.NotEmpty(result.Candidates);
        Assert.Empty(result.Hits);
        Assert.Equal(MatchThresholds.Current.CandidatesMax, result.Candidates.Length);
    }

    [Fact]
    public void Screen_NationalityAndSexWithoutLikeName_RaiseNothing()
    {
        // Guardrail 4.
        Assert.Empty(Screen(Query("SOLBERGET", "PETRONELLA", "1991-03-07", "UTO", 'F'), ListFixtures.Several()).Candidates);
    }

    [Theory]
    [InlineData("1991-03-07", CandidateLevel.Alert, BirthDateVerdict.Exact)]
    [InlineData("1991-07-03", CandidateLevel.Alert, BirthDateVerdict.DayMonthSwapped)]
    [InlineData("1991-03", CandidateLevel.Alert, BirthDateVerdict.Compatible)]
    [InlineData("1991", CandidateLevel.Alert, BirthDateVerdict.Compatible)]
    [InlineData("", CandidateLevel.Weak, BirthDateVerdict.Unknown)]
    public void Screen_BirthDate_DecidesTheLevel(string birth, CandidateLevel level, BirthDateVerdict verdict)
    {
        var candidate = Single(Screen(Query("BRANDVOLD", "ISAURA LENE", birth), ListFixtures.Several()));

        Assert.Equal((level, verdict), (candidate.Level, candidate.BirthDate));
    }

    [Theory]
    [InlineData("1970-01-01", BirthDateVerdict.Compatible)]
    [InlineData("1977-05-31", BirthDateVerdict.Compatible)]
    [InlineData("1979-01-01", BirthDateVerdict.Near)]
    public void Screen_RangesAndApproximateDates_Corroborate(string birth, BirthDateVerdict verdict)
    {
        var hit = Single(Screen(Query("MARIDOTTIR", "SIGNE", birth), ListFixtures.Several()));

        Assert.Equal((CandidateLevel.Alert, verdict), (hit.Level, hit.BirthDate));
        Assert.Contains(hit.Differences, static line => line.StartsWith("date of birth", StringComparison.Ordinal));
    }

    [Fact]
    public void Screen_ContradictedBirthDate_IsNoCandidate() =>
        Assert.Empty(Screen(Query("BRANDVOLD", "ISAURA LENE", "1962-11-30"), ListFixtures.Several()).Candidates);

    [Fact]
    public void Screen_ContradictedSex_IsNoCandidateUnlessTheDocumentIsListed()
    {
        Assert.Empty(Screen(Query("BRANDVOLD", "ISAURA LENE", "1991-03-07", sex: 'M'), ListFixtures.Several()).Candidates);
        Assert.Single(Screen(Query("BRANDVOLD", "ISAURA LENE", "1991-03-07", sex: 'M', document: "UT4471X02"), ListFixtures.Several()).Hits);
        Assert.Single(Screen(Query("BRANDVOLD", "ISAURA LENE", "1991-03-07", sex: 'X'), ListFixtures.Several()).Hits);
    }

    [Fact]
    public void Screen_ListedDocumentUnderAnotherName_AlertsAndShowsTheDifferences()
    {
        var hit = Single(Screen(Query("SOLBERGET", "PETRONELLA", "1950-01-01", document: "ut-4471x02"), ListFixtures.Several()));

        Assert.Equal((CandidateLevel.Alert, "uto:1"), (hit.Level, hit.Entry.EntryId));
        Assert.True(hit.DocumentMatches);
        Assert.Equal("", hit.MatchedName);
        Assert.Contains("date of birth 1950-01-01 in the document, 1991-03-07 on the list (not the same)", hit.Differences);
        Assert.Equal(["the document number is on the list"], hit.Agreements);
        Assert.InRange(hit.Score, 0.95, 1);
    }

    [Fact]
    public void Screen_NoDocumentNumber_NeverMatchesAnEntryWithoutOne() =>
        Assert.Empty(Screen(Query("SOLBERGET", "PETRONELLA"), ListFixtures.Entry("uto:9", "Unrelated", document: "---")).Candidates);

    [Fact]
    public void Screen_WeakAlias_NeedsABirthDate()
    {
        var list = ListFixtures.Several();

        Assert.Empty(Screen(Query("FERRYWOMAN", "LENE THE", nationality: "UTO", sex: 'F'), list).Candidates);
        var hit = Single(Screen(Query("FERRYWOMAN", "LENE THE", "1991-03-07"), list));
        Assert.Equal((CandidateLevel.Alert, NameQuality.Weak, "Lene the Ferrywoman"), (hit.Level, hit.MatchedQuality, hit.MatchedName));
    }

    [Fact]
    public void Screen_WeakAliasAlignsBetterThanTheName_TheNameStillCounts()
    {
        var named = ListFixtures.Entry("uto:1", "Isaura Brandwold", nationality: "UTO", sex: 'F');
        var nicknamed = ListFixtures.Entry("uto:1", "Isaura Brandwold", nationality: "UTO", sex: 'F',
            aliases: [new ListedName("Isaura Brandvold", NameQuality.Weak)]);
        var query = Query("BRANDVOLD", "ISAURA");

        Assert.Equal(CandidateLevel.Weak, Single(Screen(query, named)).Level);
        Assert.Equal(CandidateLevel.Weak, Single(Screen(query, nicknamed)).Level);
    }

    [Fact]
    public void Screen_GoodAlias_IsNamedInTheExplanation()
    {
        var hit = Single(Screen(Query("BRANDWOLD", "ISAURA", "1991-03-07"), ListFixtures.Several()));

        Assert.Equal(("Isaura Brandwold", NameQuality.Good), (hit.MatchedName, hit.MatchedQuality));
    }

    [Fact]
    public void Screen_Expired_IsSilentUnlessTheClockIsDoubtful()
    {
        var list = new[] { ListFixtures.Entry("uto:1", "Brandvold, Isaura", "1991-03-07", document: "UT1", expiresOn: Today) };
        var byName = Query("BRANDVOLD", "ISAURA", "1991-03-07");
        var byDocument = Query("SOLBERGET", "", document: "UT1");

        Assert.Empty(Screen(byName, list).Candidates);
        Assert.Empty(Screen(byDocument, list).Candidates);
        foreach (var query in (MatchQuery[])[byName, byDocument])
        {
            var kept = Single(Matcher(list).Screen(query, Today, isClockDoubtful: true));
            Assert.Equal(CandidateLevel.Weak, kept.Level);
            Assert.True(kept.IsPastExpiry);
            Assert.Contains("the entry was to expire on 2026-11-23; the clock is doubtful", kept.Differences);
        }
    }

    [Fact]
    public void Screen_DayBeforeExpiry_StillAlerts()
    {
        var entry = ListFixtures.Entry("uto:1", "Brandvold, Isaura", "1991-03-07", expiresOn: Today.AddDays(1));

        Assert.Equal(CandidateLevel.Alert, Single(Screen(Query("BRANDVOLD", "ISAURA", "1991-03-07"), entry)).Level);
    }

    [Fact]
    public void Screen_TruncatedZone_ComparesTheLastTokenAsPrefix()
    {
        var list = ListFixtures.Several();
        var cut = Query("QUILLFEATHER", "OB", "1966-01-02");

        var hit = Single(Screen(cut with { IsTruncated = true }, list));

        Assert.Contains(hit.Alignment, static pair => pair is { QueryToken: "OB", ListToken: "OBADIAH", Rule: "cut off in the document" });
        Assert.Empty(Screen(cut, list).Hits);
    }

    [Fact]
    public void Screen_SurnameAndGivenNamesExchanged_StillAlerts() =>
        Assert.Equal("uto:2", Single(Screen(Query("TARIK", "OKONJO HALVARD", "1980-06-01"), ListFixtures.Several())).Entry.EntryId);

    [Theory]
    [InlineData("BRANDWOLD", "ISAURA LENE")]
    [InlineData("BRANDVOLD", "ISAURA")]
    [InlineData("BRANDVOLD", "ISAURRA LENE")]
    [InlineData("brandvold", "Isaura-Lene")]
    public void Screen_SmallDeviations_StillAlertWithBirthDate(string surname, string givenNames) =>
        Assert.Equal(CandidateLevel.Alert, Single(Screen(Query(surname, givenNames, "1991-03-07"), ListFixtures.Several())).Level);

    [Theory]
    [InlineData("BRANDVOLD", "PETRONELLA")]
    [InlineData("SOLBERGET", "ISAURA")]
    [InlineData("", "")]
    [InlineData("عبد", "")]
    [InlineData("X", "Y")]
    public void Screen_UnrelatedOrEmptyName_IsNoCandidate(string surname, string givenNames) =>
        Assert.Empty(Screen(Query(surname, givenNames, "1991-03-07", "UTO", 'F'), ListFixtures.Several()).Candidates);

    [Fact]
    public void Screen_DiscreetEntry_IsMarked() =>
        Assert.True(Single(Screen(Query("QUILLFEATHER", "OBADIAH", "1966-01-02"), ListFixtures.Several())).IsDiscreet);

    [Fact]
    public void Screen_EmptyList_FindsNothingAndNamesTheVersions()
    {
        var result = Screen(Query("BRANDVOLD", "ISAURA", document: "UT4471X02"), []);

        Assert.Empty(result.Candidates);
        Assert.Equal((12UL, MatchThresholds.Current.Version), (result.ListVersion, result.RulesVersion));
    }

    [Fact]
    public void Screen_AnyQuery_NeverThrowsAndScoresStayBetweenZeroAndOne()
    {
        var matcher = Matcher(ListFixtures.Several());
        var text = Gen.OneOf(Gen.String[0, 60], Gen.OneOfConst("BRANDVOLD ISAURA LENE", "TARIK", "SIGNE MARIDOTTIR"));

        Gen.Select(text, text, Gen.Bool, Gen.Bool).Sample((surname, givenNames, isTruncated, isDoubtful) =>
        {
            var result = matcher.Screen(Query(surname, givenNames) with { IsTruncated = isTruncated }, Today, isDoubtful);
            Assert.All(result.Candidates, static candidate => Assert.InRange(candidate.Score, 0, 1));
            Assert.Empty(result.Hits);
        }, iter: 3_000);
    }

    [Theory]
    [InlineData("ABARACKIN", "ULLA", "", CandidateLevel.Weak)]
    [InlineData("BRANDVOLD", "ISAURA LENE", "", CandidateLevel.Alert)]
    [InlineData("ABARACKIN", "ULLA", "1991-03-07", CandidateLevel.Alert)]
    public void Screen_NumberButForAMisreading_NeedsNameOrDate(string surname, string givenNames, string birth, CandidateLevel expected)
    {
        // UT4471X02 is listed; an O was read for its 0.
        var candidate = Single(Screen(Query(surname, givenNames, birth, document: "UT4471XO2"), ListFixtures.Several()));

        Assert.Equal((expected, true, false), (candidate.Level, candidate.DocumentIsVariant, candidate.DocumentMatches));
        Assert.Contains(candidate.Differences, static line => line.Contains("easily misread", StringComparison.Ordinal));
    }

    [Fact]
    public void Screen_NumberButForAMisreadingAndAnotherDate_IsNoCandidate()
    {
        Assert.Empty(Screen(Query("ABARACKIN", "ULLA", "1950-01-02", document: "UT4471XO2"), ListFixtures.Several()).Candidates);
    }

    [Fact]
    public void Screen_InParallel_GivesTheSameAsAlone()
    {
        var matcher = Matcher(ListFixtures.Several());
        MatchQuery[] queries =
        [
            Query("BRANDVOLD", "ISAURA LENE", "1991-03-07", document: "ZE123"),
            Query("OKONJO", "TARIK", "1980"),
            Query("MARIDOTIR", "SIGNE", "1972-01-01"),
            Query("QUILLFEATHER", "OBADIAH"),
        ];
        var alone = queries.Select(query => Text(matcher.Screen(query, Today, false))).ToArray();

        Parallel.For(0, 400, i => Assert.Equal(alone[i % 4], Text(matcher.Screen(queries[i % 4], Today, false))));
    }

    /// <summary>What nobody said hides nothing: only a known crossing of the other way keeps an entry back, document or not.</summary>
    [Theory]
    [InlineData(CrossingDirection.Exit, CrossingDirection.Exit, true)]
    [InlineData(CrossingDirection.Exit, CrossingDirection.Entry, false)]
    [InlineData(CrossingDirection.Exit, CrossingDirection.NotSaid, true)]
    [InlineData(CrossingDirection.Exit, CrossingDirection.Both, true)]
    [InlineData(CrossingDirection.Entry, CrossingDirection.Entry, true)]
    [InlineData(CrossingDirection.Entry, CrossingDirection.Exit, false)]
    [InlineData(CrossingDirection.Entry, CrossingDirection.NotSaid, true)]
    [InlineData(CrossingDirection.Both, CrossingDirection.Entry, true)]
    [InlineData(CrossingDirection.Both, CrossingDirection.Exit, true)]
    [InlineData(CrossingDirection.NotSaid, CrossingDirection.Entry, true)]
    [InlineData(CrossingDirection.NotSaid, CrossingDirection.Exit, true)]
    public void Screen_EntryAskedForAtACrossing_MatchesUnlessTheTravellerGoesTheOtherWay(CrossingDirection asked, CrossingDirection crossing, bool matches)
    {
        var entry = ListFixtures.ExitAlert() with { Direction = asked };
        var byName = Query("VANDERMEER", "OTTOLINE", "1983-11-30") with { Direction = crossing };
        var byDocument = Query("NOBODY", "ELSE", "1950-01-01", document: "UT0815K") with { Direction = crossing };

        Assert.Equal(matches ? 1 : 0, Screen(byName, entry).Hits.Count());
        Assert.Equal(matches ? 1 : 0, Screen(byDocument, entry).Hits.Count());
    }

    [Fact]
    public void Screen_EntryForTheOtherCrossing_LeavesTheOtherEntriesOfThePerson()
    {
        var entry = ListFixtures.ExitAlert();
        var query = Query("VANDERMEER", "OTTOLINE", "1983-11-30") with { Direction = CrossingDirection.Entry };

        Assert.Equal("uto:6", Single(Screen(query, entry, entry with { EntryId = "uto:6", Direction = CrossingDirection.Both })).Entry.EntryId);
    }

    private static string Text(ScreeningResult result) => string.Join('\n', result.Candidates.Select(static candidate =>
        $"{candidate.Entry.EntryId} {candidate.Level} {candidate.Score:R} {candidate.MatchedName} {string.Join('|', candidate.Alignment)} {string.Join('|', candidate.Differences)}"));

    private static WatchlistMatcher Matcher(params WatchlistEntry[] entries) => new(ListFixtures.Open(entries), MatchThresholds.Current);

    private static ScreeningResult Screen(MatchQuery query, params WatchlistEntry[] entries) => Matcher(entries).Screen(query, Today, isClockDoubtful: false);

    private static Candidate Single(ScreeningResult result) => Assert.Single(result.Candidates);

    private static MatchQuery Query(
        string surname, string givenNames, string birth = "", string nationality = "", char sex = '\0', string document = "") => new()
        {
            Surname = surname,
            GivenNames = givenNames,
            BirthDate = birth.Length == 0 ? PartialDate.Unknown : ListFixtures.Date(birth),
            Nationality = nationality,
            Sex = sex,
            DocumentNumber = DocumentNumber.Parse(document),
        };
}
