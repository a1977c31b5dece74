using EdgeCheckpoint.Central.Watchlists;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

public sealed class WrittenDatesTests
{
    [Theory]
    [InlineData("14 Oct 1961", "1961-10-14")]
    [InlineData("14 Oct 1961.", "1961-10-14")]
    [InlineData("Oct 1961", "1961-10")]
    [InlineData("1961", "1961")]
    [InlineData("circa 1960", "about 1960")]
    [InlineData("circa Oct 1960", "about 1960-10")]
    [InlineData("circa 1979-1982", "about 1979 to 1982")]
    [InlineData("1960 to 1962", "1960 to 1962")]
    [InlineData("Jan 1960 to Mar 1962", "1960-01 to 1962-03")]
    [InlineData("01 Jan 1960 to 31 Dec 1962", "1960-01-01 to 1962-12-31")]
    [InlineData("24.2.1961", "1961-02-24")]
    [InlineData("4 September 1961", "1961-09-04")]
    [InlineData("4 Sept. 1961", "1961-09-04")]
    [InlineData("9 Jun.1971", "1971-06-09")]
    [InlineData("1961-02-24", "1961-02-24")]
    [InlineData("Approximately 1965", "about 1965")]
    [InlineData("1965 circa", "about 1965")]
    [InlineData("Between 1960 and 1962 (Approximately)", "about 1960 to 1962")]
    [InlineData("between 1.2.1960 and 31.12.1962", "1960-02-01 to 1962-12-31")]
    public void TryParse_Date_KeepsWhatIsKnown(string text, string expected)
    {
        Assert.True(WrittenDates.TryParse(text, out var date));
        Assert.Equal(expected, date.ToString());
    }

    [Fact]
    public void TryParse_TextTooLongForADate_IsNone() => Assert.False(WrittenDates.TryParse("1961" + new string(' ', 200) + "to 1962", out _));

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("31 Feb 1961")]
    [InlineData("14 Foo 1961")]
    [InlineData("1962 to 1960")]
    [InlineData("0000")]
    [InlineData("24.13.1961")]
    [InlineData("14 Oct")]
    public void TryParse_NoDate_IsSaidSo(string text) => Assert.False(WrittenDates.TryParse(text, out _));
}
