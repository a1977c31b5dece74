using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>What may be proposed at all, by hand.</summary>
public sealed class EntryRulesTests
{
    private static readonly DateOnly Today = new(2026, 11, 29);

    [Fact]
    public void Problems_WholeEntry_AreNone() => Assert.Empty(Problems());

    [Theory]
    [InlineData("birth_dates", "1983", "documents", "")]
    [InlineData("birth_dates", "~1983-11-30", "documents", "")]
    [InlineData("birth_dates", "1983-11-01/1983-11-30", "documents", "")]
    [InlineData("birth_dates", "", "documents", "")]
    public void Problems_NobodyIdentified_MayOnlyInformAndIsMarked(string column, string text, string other, string otherText)
    {
        Assert.Contains("nothing but inform", Assert.Single(Problems((column, text), (other, otherText))), StringComparison.Ordinal);

        (string, string)[] informing = [(column, text), (other, otherText), ("action", "inform")];
        Assert.Empty(Problems(informing));
        Assert.Contains(("mark", WatchlistEntry.WeaklyIdentified), EntryWords.Lines(EntryFixtures.Entry(Today, informing)));
    }

    [Fact]
    public void Problems_DocumentWithoutDateOfBirth_Identifies() => Assert.Empty(Problems(("birth_dates", "")));

    [Theory]
    [InlineData("inquire", "2029-11-29", true)]
    [InlineData("inquire", "2029-11-30", false)]
    [InlineData("discreet", "2027-11-29", true)]
    [InlineData("discreet", "2027-11-30", false)]
    [InlineData("inquire", "2026-11-29", false)]
    [InlineData("inquire", "2026-11-30", true)]
    public void Problems_LifeOfAnEntry_IsBounded(string action, string expiresOn, bool isAllowed) =>
        Assert.Equal(isAllowed, Problems(("action", action), ("expires_on", expiresOn), ("review_on", "2026-11-30")).Count == 0);

    [Theory]
    [InlineData("", false)]
    [InlineData("2026-11-29", false)]
    [InlineData("2026-11-30", true)]
    [InlineData("2028-11-29", true)]
    [InlineData("2028-11-30", false)]
    public void Problems_Review_IsBeforeTheEnd(string reviewOn, bool isAllowed) =>
        Assert.Equal(isAllowed, Problems(("review_on", reviewOn)).Count == 0);

    [Fact]
    public void Problems_NoDirection_IsOne() =>
        Assert.Contains("at which crossing", Assert.Single(Problems(("direction", ""))), StringComparison.Ordinal);

    [Theory]
    [InlineData("exit")]
    [InlineData("both")]
    public void ReadEntry_AlertAtExitWithoutCourtOrSupervisor_IsRefused(string direction)
    {
        Assert.Contains("court", Refusal(("direction", direction)), StringComparison.Ordinal);
        Assert.Contains("court", Refusal(("direction", direction), ("supervisor", "Head of shift")), StringComparison.Ordinal);
        Assert.Contains("court", Refusal(("direction", direction), ("court_reference", "3 K 14/26")), StringComparison.Ordinal);
        Assert.Empty(Problems(("direction", direction), ("court_reference", "3 K 14/26"), ("supervisor", "Head of shift")));
    }

    [Theory]
    [InlineData("owner", "owner")]
    [InlineData("legal_basis", "legal_basis")]
    [InlineData("purpose", "purpose")]
    [InlineData("action", "action")]
    [InlineData("evidence", "evidence")]
    [InlineData("names", "names")]
    [InlineData("expires_on", "expires_on")]
    public void ReadEntry_WithoutWhatMakesItLawful_IsRefused(string column, string named) =>
        Assert.Contains(named, Refusal((column, "")), StringComparison.Ordinal);

    [Fact]
    public void Field_OfAnEntry_ReadsBackAsTheSameEntry()
    {
        var entry = EntryFixtures.Entry(
            Today, ("weak_names", "Little Fox"), ("birth_dates", "1983-11-30|~1960|1958/1962"), ("sex", "F"), ("direction", "exit"),
            ("court_reference", "3 K 14/26"), ("supervisor", "Head of shift"), ("contact", "+000 555"), ("reference", "U/1"));

        var again = CsvListReader.ReadEntry(column => EntryWords.Field(entry, column), new ListDefaults()).Value;

        Assert.Equal(entry, again);
    }

    [Theory]
    [InlineData("", "UTO", "1983-11-30", "2027-11-29", "redress 7")]
    [InlineData("UT77", "uto", "1983-11-30", "2027-11-29", "redress 7")]
    [InlineData("UT77", "", "1983-11-30", "2027-11-29", "redress 7")]
    [InlineData("UT77", "UTOX", "1983-11-30", "2027-11-29", "redress 7")]
    [InlineData("UT77", "UTO", "1983", "2027-11-29", "redress 7")]
    [InlineData("UT77", "UTO", "1983-11-30", "2026-11-29", "redress 7")]
    [InlineData("UT77", "UTO", "1983-11-30", "2029-11-30", "redress 7")]
    [InlineData("UT77", "UTO", "1983-11-30", "2027-11-29", "")]
    public void ClearedProblem_Incomplete_IsOne(string number, string state, string born, string until, string reference)
    {
        Assert.True(PartialDate.TryParse(born, out var birth));
        var day = DateOnly.ParseExact(until, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

        Assert.NotNull(EntryRules.ClearedProblem(new ClearedTraveller(number, state, birth, day, reference), Today));
        Assert.Null(EntryRules.ClearedProblem(EntryFixtures.Traveller(Today), Today));
    }

    [Fact]
    public void Problems_OneDocumentClearedTwice_IsOne()
    {
        var entry = EntryFixtures.Entry(Today) with { Cleared = [EntryFixtures.Traveller(Today), EntryFixtures.Traveller(Today, "ut-77")] };

        Assert.Contains("twice", Assert.Single(EntryRules.Problems(EntryChangeKind.Clearing, entry, Today)), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Problems(params (string, string)[] changes) =>
        EntryRules.Problems(EntryChangeKind.Addition, EntryFixtures.Entry(Today, changes), Today);

    private static string Refusal(params (string, string)[] changes)
    {
        var field = EntryFixtures.Fields(Today, changes);
        return CsvListReader.ReadEntry(column => column == "entry_id" ? "hand:1" : field(column), new ListDefaults()).Failure;
    }
}
