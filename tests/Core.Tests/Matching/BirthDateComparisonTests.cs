using EdgeCheckpoint.Core.Tests.Watchlists;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Matching;

public sealed class BirthDateComparisonTests
{
    [Theory]
    [InlineData("1991-03-07", "1991-03-07", BirthDateVerdict.Exact)]
    [InlineData("1991-03-07", "1991-07-03", BirthDateVerdict.DayMonthSwapped)]
    [InlineData("1991-05-05", "1991-05-05", BirthDateVerdict.Exact)]
    [InlineData("1991-03-07", "1992-07-03", BirthDateVerdict.Contradicted)]
    [InlineData("1991-03-07", "1991-03-08", BirthDateVerdict.Contradicted)]
    [InlineData("1991-03-07", "1991-03", BirthDateVerdict.Compatible)]
    [InlineData("1991-03-07", "1991-04", BirthDateVerdict.Contradicted)]
    [InlineData("1991-03-07", "1991", BirthDateVerdict.Compatible)]
    [InlineData("1991-03-07", "1990", BirthDateVerdict.Contradicted)]
    [InlineData("1991", "1991-03-07", BirthDateVerdict.Compatible)]
    [InlineData("1991-04", "1991-03-07", BirthDateVerdict.Contradicted)]
    [InlineData("1991", "1991", BirthDateVerdict.Compatible)]
    public void Compare_SingleDate_GivesVerdict(string traveller, string listed, BirthDateVerdict verdict) =>
        Assert.Equal(verdict, Compare(traveller, ListFixtures.Born(listed)));

    [Theory]
    [InlineData("1970-01-01", BirthDateVerdict.Compatible)]
    [InlineData("1975-12-31", BirthDateVerdict.Compatible)]
    [InlineData("1969-12-31", BirthDateVerdict.Contradicted)]
    [InlineData("1976-01-01", BirthDateVerdict.Contradicted)]
    [InlineData("1972", BirthDateVerdict.Compatible)]
    public void Compare_RangeOfYears_IncludesItsEnds(string traveller, BirthDateVerdict verdict) =>
        Assert.Equal(verdict, Compare(traveller, ListFixtures.Born("1970", "1975")));

    [Theory]
    [InlineData("1977-05-20", BirthDateVerdict.Compatible)]
    [InlineData("1979-12-31", BirthDateVerdict.Near)]
    [InlineData("1975-01-01", BirthDateVerdict.Near)]
    [InlineData("1980-01-01", BirthDateVerdict.Contradicted)]
    [InlineData("1974-12-31", BirthDateVerdict.Contradicted)]
    public void Compare_ApproximateDate_ReachesTwoYears(string traveller, BirthDateVerdict verdict) =>
        Assert.Equal(verdict, Compare(traveller, ListFixtures.Born("1977-05", isApproximate: true)));

    [Fact]
    public void Compare_SeveralDates_GivesTheBest() =>
        Assert.Equal(
            BirthDateVerdict.Exact,
            Compare("1991-03-07", ListFixtures.Born("1950"), ListFixtures.Born("1991"), ListFixtures.Born("1991-03-07"), ListFixtures.Born("1991-07-03")));

    [Fact]
    public void Compare_OneSideUnknown_IsUnknownNotContradicted()
    {
        var unknown = new ListedBirthDate(PartialDate.Unknown, PartialDate.Unknown, false);

        Assert.Equal(BirthDateVerdict.Unknown, BirthDateComparison.Compare(PartialDate.Unknown, [ListFixtures.Born("1991")], 2));
        Assert.Equal(BirthDateVerdict.Unknown, Compare("1991-03-07"));
        Assert.Equal(BirthDateVerdict.Unknown, Compare("1991-03-07", unknown));
        Assert.Equal(BirthDateVerdict.Unknown, BirthDateComparison.Compare(ListFixtures.Date("1991"), default, 2));
    }

    private static BirthDateVerdict Compare(string traveller, params ListedBirthDate[] listed) =>
        BirthDateComparison.Compare(ListFixtures.Date(traveller), [.. listed], 2);
}
