using System.Collections.Immutable;
using CsCheck;
using EdgeCheckpoint.Core.Tests.Watchlists;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Matching;

/// <summary>The rules of guardrails 3, 4, 6 and 7, one entry and one name at a time.</summary>
public sealed class CandidateJudgeTests
{
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly MatchThresholds Rules = MatchThresholds.Current;

    private static readonly ClearedTraveller Redressed =
        new("UT 99-1", "UTO", ListFixtures.Date("1991-03-07"), new DateOnly(2027, 1, 1), "redress 7");

    private static readonly Gen<NameMatch> AnyName = Gen.Select(Gen.Double[0, 1], Gen.Double[0, 9], Gen.Enum<NameQuality>())
        .Select(static (score, rarity, quality) => Name(score, rarity, quality));

    [Fact]
    public void Best_NameAlone_NeverAlerts() =>
        Gen.Select(AnyName, Gen.OneOfConst("", "UTO"), Gen.OneOfConst('\0', 'F')).Sample(static (name, nationality, sex) =>
        {
            // Neither nationality alone nor sex alone corroborates anything.
            var query = Query() with { Nationality = nationality, Sex = nationality.Length > 0 ? '\0' : sex };
            Assert.NotEqual(CandidateLevel.Alert, Best(query, Entry("1991-03-07"), name)?.Level);
        }, iter: 5_000);

    [Fact]
    public void Best_NationalityAndSexWithoutAName_RaiseNothing()
    {
        // Guardrail 4.
        var query = Query("1991-03-07") with { Nationality = "UTO", Sex = 'F' };

        Assert.Null(Best(query, Entry("1991-03-07"), null));
        Assert.Null(Best(query, Entry("1991-03-07"), Name(Rules.Alert - 0.01)));
    }

    [Fact]
    public void Best_NationalityAndSex_NeverRaiseAnIncompleteOrCommonName() =>
        Gen.Select(AnyName, Gen.OneOfConst("", "1991", "1962")).Sample(static (name, birth) =>
        {
            var bare = Query(birth);
            var full = bare with { Nationality = "UTO", Sex = 'F' };
            var level = Best(full, Entry("1991-03-07"), name)?.Level;
            var isFullAndRare = name.Score.Score >= Rules.FullName && name.Score.Rarity >= Rules.RarityBound && name.Quality != NameQuality.Weak;
            if (!isFullAndRare)
                Assert.Equal(Best(bare, Entry("1991-03-07"), name)?.Level, level);
        }, iter: 5_000);

    [Theory]
    [InlineData(0.97, 1.6, NameQuality.Primary, CandidateLevel.Alert)]
    [InlineData(0.97, 1.6, NameQuality.Good, CandidateLevel.Alert)]
    [InlineData(0.96, 9, NameQuality.Primary, CandidateLevel.Weak)] // not the full name
    [InlineData(1, 1.59, NameQuality.Primary, CandidateLevel.Weak)] // below the bound of rarity
    public void Best_FullNameNationalityAndSex_AlertsFromTheRarityBoundOn(double score, double rarity, NameQuality quality, CandidateLevel level)
    {
        var query = Query() with { Nationality = "uto", Sex = 'F' };

        Assert.Equal(level, Best(query, Entry(), Name(score, rarity, quality))!.Level);
        Assert.Equal(CandidateLevel.Weak, Best(query with { Nationality = "XXA" }, Entry(), Name(score, rarity, quality))!.Level);
        Assert.Equal(CandidateLevel.Weak, Best(query with { Sex = '\0' }, Entry(), Name(score, rarity, quality))!.Level);
        Assert.Null(Best(query with { Sex = 'M' }, Entry(), Name(score, rarity, quality)));
    }

    [Fact]
    public void Best_FullRareNameWithContradictedDate_IsNothing() =>
        Assert.Null(Best(Query("1962-11-23") with { Nationality = "UTO", Sex = 'F' }, Entry("1991-03-07"), Name(1, 9)));

    [Fact]
    public void Best_WeakAlias_CountsOnlyWithADate()
    {
        var weak = Name(1, 9, NameQuality.Weak);

        Assert.Null(Best(Query() with { Nationality = "UTO", Sex = 'F' }, Entry("1991-03-07"), null, weak));
        Assert.Null(Best(Query("1991-03-07"), Entry(), null, weak));
        Assert.Equal(CandidateLevel.Alert, Best(Query("1991-03-07"), Entry("1991-03-07"), null, weak)!.Level);
        // Another alias never makes an entry match less.
        Assert.Equal(CandidateLevel.Weak, Best(Query(), Entry("1991-03-07"), Name(1), weak)!.Level);
    }

    [Theory]
    [InlineData("1991-03-07", 0.56)] // the same
    [InlineData("1991-07-03", 0.56)] // exchanged
    [InlineData("1991-03", 0.56)]
    [InlineData("1991", 0.68)]
    [InlineData("1991-01-01", 0.68)]
    [InlineData("1991-03-08", 0.68)] // one digit
    [InlineData("1981-03-07", 0.68)] // one digit of the year
    [InlineData("1991-05-21", 0.88)] // the same year
    [InlineData("1990-05-21", 0.88)] // neighbouring years
    [InlineData("1958-03-07", 0.88)] // day and month
    public void Best_DateThatCorroborates_AlertsFromItsBoundOn(string birth, double bound)
    {
        Assert.NotEqual(CandidateLevel.Alert, Best(Query(birth), Entry("1991-03-07"), Name(bound - 0.001))?.Level);
        Assert.Equal(CandidateLevel.Alert, Best(Query(birth), Entry("1991-03-07"), Name(bound + 0.001))!.Level);
    }

    [Fact]
    public void Best_SupervisorsQueue_TakesLessWhereNoDateCanExclude()
    {
        Assert.Null(Best(Query("1991-03-07"), Entry(), Name(Rules.Weak - 0.001)));
        Assert.Equal(CandidateLevel.Weak, Best(Query("1991-03-07"), Entry(), Name(Rules.Weak + 0.001))!.Level);
        Assert.Null(Best(Query(), Entry(), Name(Rules.WeakWithoutDate - 0.001)));
        Assert.Equal(CandidateLevel.Weak, Best(Query(), Entry(), Name(Rules.WeakWithoutDate + 0.001))!.Level);
    }

    [Fact]
    public void Best_Expired_IsSilentUnlessTheClockIsDoubtful()
    {
        var entry = Entry("1991-03-07", expiresOn: Today);

        Assert.Null(Best(Query("1991-03-07"), entry, Name(1)));
        Assert.Null(Best(Query("1991-03-07"), entry, Name(1), hasDocument: true));
        foreach (var hasDocument in (bool[])[false, true])
        {
            var kept = Best(Query("1991-03-07"), entry, Name(1), isClockDoubtful: true, hasDocument: hasDocument)!;
            Assert.Equal((CandidateLevel.Weak, true), (kept.Level, kept.IsPastExpiry));
            Assert.Contains(kept.Differences, static line => line.Contains("the clock is doubtful", StringComparison.Ordinal));
        }

        Assert.False(Best(Query("1991-03-07"), Entry("1991-03-07", expiresOn: Today.AddDays(1)), Name(1), isClockDoubtful: true)!.IsPastExpiry);
    }

    [Fact]
    public void Best_ClearedTraveller_IsSilentWhateverMatches()
    {
        var query = ClearedQuery();

        Assert.Null(Best(query, Entry("1991-03-07", cleared: Redressed), Name(1)));
        Assert.Null(Best(query, Entry("1991-03-07", cleared: Redressed), Name(1), hasDocument: true));
        Assert.Null(Best(query with { IssuingState = "" }, Entry("1991-03-07", cleared: Redressed), Name(1)));
        // Another entry that lists the same name is not the one the redress was about.
        Assert.Equal(CandidateLevel.Alert, Best(query, Entry("1991-03-07"), Name(1))!.Level);
    }

    [Fact]
    public void Best_ClearedTraveller_AnythingElseDoesNotSuppress()
    {
        var entry = Entry("1991-03-07", cleared: Redressed);
        var query = ClearedQuery();

        foreach (var other in (MatchQuery[])
            [
                query with { DocumentNumber = DocumentNumber.Parse("UT992") },
                query with { DocumentNumber = default },
                query with { IssuingState = "XXA" },
                query with { BirthDate = ListFixtures.Date("1991-03-08") },
                query with { BirthDate = ListFixtures.Date("1991") },
                query with { BirthDate = PartialDate.Unknown },
            ])
        {
            Assert.NotNull(Best(other, entry, Name(1)));
        }
    }

    [Fact]
    public void Best_ClearedTraveller_LapsesByItsDate()
    {
        var entry = Entry("1991-03-07", cleared: Redressed);

        Assert.Null(new CandidateJudge(ClearedQuery(), EntryView.Of(entry), Rules, Redressed.ExpiresOn.AddDays(-1), false, DocumentAgreement.None).Best(Name(1), null));
        Assert.NotNull(new CandidateJudge(ClearedQuery(), EntryView.Of(entry), Rules, Redressed.ExpiresOn, false, DocumentAgreement.None).Best(Name(1), null));
    }

    [Fact]
    public void Best_ClearedWithoutCompleteDateOrNumber_SuppressesNobody()
    {
        var vague = Redressed with { BirthDate = ListFixtures.Date("1991") };
        var unnumbered = Redressed with { DocumentNumber = "" };

        Assert.NotNull(Best(ClearedQuery() with { BirthDate = vague.BirthDate }, Entry("1991-03-07", cleared: vague), Name(1)));
        Assert.NotNull(Best(ClearedQuery() with { DocumentNumber = default }, Entry("1991-03-07", cleared: unnumbered), Name(1)));
    }

    [Fact]
    public void Best_Explanation_PutsDifferencesFirstAndNamesTheFields()
    {
        var entry = Entry("1991-03-07", document: "UT4471X02");
        var query = Query("1991-03-08") with { Nationality = "XXA", Sex = 'X' };

        var differences = Best(
            query,
            entry,
            Name(0.9),
            pairs:
            [
                new TokenPair("LENE", "", "only in the document", 0),
                new TokenPair("", "MARIT", "only on the list", 0),
                new TokenPair("BRANDWOLD", "BRANDVOLD", "same sound", 0.9),
                new TokenPair("ISAURA", "ISAURA", "equal", 1),
            ])!;

        Assert.Equal(
            [
                "LENE: only in the document, not on the list",
                "MARIT: only on the list, not in the document",
                "BRANDWOLD in the document, BRANDVOLD on the list (same sound)",
                "date of birth 1991-03-08 in the document, 1991-03-07 on the list (one digit differs)",
                "nationality XXA in the document, UTO on the list",
                "document number: none of those on the list",
                "sex X in the document, F on the list",
            ],
            differences.Differences.AsEnumerable());
        Assert.Equal(["ISAURA: the same on the list"], differences.Agreements.AsEnumerable());
    }

    private static MatchQuery ClearedQuery() =>
        Query("1991-03-07") with { DocumentNumber = DocumentNumber.Parse("UT991"), IssuingState = "UTO" };

    private static NameMatch Name(double score, double rarity = 1, NameQuality quality = NameQuality.Primary) =>
        new(0, quality, new NameScore((float)score, (float)rarity, 0), Reading: 0);

    private static MatchQuery Query(string birth = "") => new()
    {
        Surname = "BRANDVOLD",
        GivenNames = "ISAURA",
        BirthDate = birth.Length == 0 ? PartialDate.Unknown : ListFixtures.Date(birth),
    };

    private static WatchlistEntry Entry(string birth = "", DateOnly? expiresOn = null, string document = "", ClearedTraveller? cleared = null)
    {
        var entry = ListFixtures.Entry("uto:1", "Brandvold, Isaura", birth, "UTO", 'F', document, expiresOn: expiresOn);
        return new WatchlistEntry
        {
            EntryId = entry.EntryId,
            ListName = entry.ListName,
            Owner = entry.Owner,
            LegalBasis = entry.LegalBasis,
            Purpose = entry.Purpose,
            Action = entry.Action,
            Evidence = entry.Evidence,
            ExpiresOn = entry.ExpiresOn,
            Names = entry.Names,
            BirthDates = entry.BirthDates,
            Nationalities = entry.Nationalities,
            Sex = entry.Sex,
            Documents = entry.Documents,
            Cleared = cleared is null ? [] : [cleared],
        };
    }

    private static Candidate? Best(
        MatchQuery query,
        WatchlistEntry entry,
        NameMatch? supported,
        NameMatch? weak = null,
        bool isClockDoubtful = false,
        bool hasDocument = false,
        params ImmutableArray<TokenPair> pairs)
    {
        var judge = new CandidateJudge(
            query, EntryView.Of(entry), Rules, Today, isClockDoubtful, hasDocument ? DocumentAgreement.Exact : DocumentAgreement.None);
        return judge.Best(supported, weak) is { } verdict
            ? judge.Explain(entry, verdict, verdict.Match is null ? null : new ExplainedName(pairs.IsDefault ? [] : pairs, ["BRANDVOLD", "ISAURA"]))
            : null;
    }
}
