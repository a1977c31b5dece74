using CsCheck;
using EdgeCheckpoint.Core.Tests.Watchlists;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Matching;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class BirthDateGradingTests
{
    private static readonly Gen<PartialDate> AnyDate = Gen.Select(
        Gen.Int[1950, 1960], Gen.Int[0, 12], Gen.Int[0, 28],
        static (year, month, day) => PartialDate.TryCreate(year, month, month == 0 ? 0 : day, out var date) ? date : default);

    [Theory]
    [InlineData("1991-03-07", "1962-11-23", BirthDateGrade.Contradicted)]
    [InlineData("1991-03-07", "1993-04-08", BirthDateGrade.Contradicted)]
    [InlineData("1991-03", "1992-03", BirthDateGrade.Contradicted)]
    [InlineData("1991-03-07", "1991-04", BirthDateGrade.SameYear)]
    [InlineData("1991-03-07", "1990-05-21", BirthDateGrade.PartlyAgrees)] // neighbouring years
    [InlineData("1991-03-07", "1958-03-07", BirthDateGrade.PartlyAgrees)] // day and month
    [InlineData("1991-03-07", "1993-03-09", BirthDateGrade.PartlyAgrees)] // two digits
    [InlineData("1991-03-07", "1991-05-21", BirthDateGrade.SameYear)]
    [InlineData("1991-03-07", "1990", BirthDateGrade.Near)]
    [InlineData("1991-03-07", "1989", BirthDateGrade.Contradicted)]
    [InlineData("1991-01-01", "1991-05-21", BirthDateGrade.FirstOfJanuary)]
    [InlineData("1991-03-07", "1991", BirthDateGrade.Year)]
    [InlineData("1991", "1991", BirthDateGrade.Year)]
    [InlineData("1991-03-07", "1991-03", BirthDateGrade.YearAndMonth)]
    [InlineData("1991-03-07", "1991-03-08", BirthDateGrade.OneDigit)]
    [InlineData("1991-03-07", "1981-03-07", BirthDateGrade.OneDigit)]
    [InlineData("1991-03-07", "1991-07-03", BirthDateGrade.DayMonthSwapped)]
    [InlineData("1991-03-07", "1991-03-07", BirthDateGrade.Exact)]
    [InlineData("1991-05-05", "1991-05-05", BirthDateGrade.Exact)]
    public void Compare_SingleDates_GivesTheGradeEitherWay(string left, string right, BirthDateGrade grade)
    {
        Assert.Equal(grade, Compare(ListFixtures.Born(left), ListFixtures.Born(right)));
        Assert.Equal(grade, Compare(ListFixtures.Born(right), ListFixtures.Born(left)));
    }

    [Theory]
    [InlineData("1969-12-31", BirthDateGrade.Contradicted)]
    [InlineData("1977-01-01", BirthDateGrade.Contradicted)]
    [InlineData("1970-01-01", BirthDateGrade.Year)]
    [InlineData("1975-12-31", BirthDateGrade.Year)]
    [InlineData("1972", BirthDateGrade.Year)]
    public void Compare_RangeOfMonths_IncludesItsEnds(string traveller, BirthDateGrade grade) =>
        Assert.Equal(grade, Compare(ListFixtures.Born(traveller), ListFixtures.Born("1970-01", "1975-12")));

    [Theory]
    [InlineData("1980-01-01", BirthDateGrade.Contradicted)]
    [InlineData("1974-12-31", BirthDateGrade.Contradicted)]
    [InlineData("1979-12-31", BirthDateGrade.Near)]
    [InlineData("1975-01-01", BirthDateGrade.Near)]
    [InlineData("1977-05-20", BirthDateGrade.YearAndMonth)]
    public void Compare_ApproximateDate_ReachesTwoYears(string traveller, BirthDateGrade grade) =>
        Assert.Equal(grade, Compare(ListFixtures.Born(traveller), ListFixtures.Born("1977-05", isApproximate: true)));

    [Fact]
    public void Compare_OneSideWithoutYear_IsUnknownNotContradicted()
    {
        var unknown = new ListedBirthDate(PartialDate.Unknown, PartialDate.Unknown, false);

        Assert.Equal(BirthDateGrade.Unknown, BirthDateGrading.Compare([], [ListFixtures.Born("1991")], 2));
        Assert.Equal(BirthDateGrade.Unknown, BirthDateGrading.Compare([ListFixtures.Born("1991")], [], 2));
        Assert.Equal(BirthDateGrade.Unknown, Compare(ListFixtures.Born("1991-03-07"), unknown));
        // A date that says nothing does not hide one that does.
        Assert.Equal(BirthDateGrade.Contradicted, Compare(ListFixtures.Born("1991-03-07"), unknown, ListFixtures.Born("1950-11-23")));
    }

    [Fact]
    public void Compare_SeveralDates_GivesTheBest() => Assert.Equal(
        BirthDateGrade.Exact,
        Compare(ListFixtures.Born("1991-03-07"), ListFixtures.Born("1950"), ListFixtures.Born("1991"), ListFixtures.Born("1991-03-07")));

    [Fact]
    public void Compare_AnyDates_IsSymmetricAndNeverWorseThanOneOfThem()
    {
        var any = Gen.Select(AnyDate, Gen.Bool, static (date, about) => new ListedBirthDate(date, date, about));

        Gen.Select(any, any, any).Sample(static (one, other, more) =>
        {
            Assert.Equal(Compare(one, other), Compare(other, one));
            if (other.From.HasYear && more.From.HasYear && one.From.HasYear)
                Assert.True(Compare(one, other, more) <= Compare(one, other));
        }, iter: 20_000);
    }

    [Fact]
    public void Words_EveryGrade_AreItsOwn()
    {
        var words = Enum.GetValues<BirthDateGrade>().Select(static grade => grade.Words()).ToArray();

        Assert.Equal(words.Length, words.Distinct().Count());
    }

    private static BirthDateGrade Compare(ListedBirthDate one, params ListedBirthDate[] others) => BirthDateGrading.Compare([one], [.. others], 2);
}
