using EdgeCheckpoint.Decisions;

namespace EdgeCheckpoint.Core.Tests.Decisions;

public sealed class ListStatusTests
{
    private static readonly DateTimeOffset Compiled = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, ListFreshness.Fresh, "version 12, 0 min old")]
    [InlineData(89, ListFreshness.Fresh, "version 12, 89 min old")]
    [InlineData(90, ListFreshness.Fresh, "version 12, 1 h old")]
    [InlineData(1439, ListFreshness.Fresh, "version 12, 23 h old")]
    [InlineData(1440, ListFreshness.Aging, "version 12, 24 h old")]
    [InlineData(2880, ListFreshness.Aging, "version 12, 2 days old")]
    [InlineData(10079, ListFreshness.Aging, "version 12, 6 days old")]
    [InlineData(10080, ListFreshness.Stale, "version 12, 7 days old")]
    [InlineData(-9, ListFreshness.Fresh, "version 12, 0 min old")]
    [InlineData(-11, ListFreshness.Unknown, "version 12, age UNKNOWN")]
    public void Of_Age_JudgesAndTells(int minutes, ListFreshness freshness, string text)
    {
        var status = Of(Compiled + TimeSpan.FromMinutes(minutes));

        Assert.Equal(freshness, status.Freshness);
        Assert.Equal(text, status.ToString());
        Assert.Equal(12UL, status.Version);
        Assert.Equal(freshness == ListFreshness.Unknown, status.Age is null);
    }

    [Fact]
    public void Of_DoubtfulClock_IsUnknownNeverFresh()
    {
        var status = Of(null);

        Assert.Equal((ListFreshness.Unknown, null), (status.Freshness, status.Age));
    }

    [Fact]
    public void None_HasNoVersion()
    {
        Assert.Equal((null, null, ListFreshness.None), (ListStatus.None.Version, ListStatus.None.Age, ListStatus.None.Freshness));
        Assert.Equal("no list", ListStatus.None.ToString());
    }

    private static ListStatus Of(DateTimeOffset? now) => ListStatus.Of(12, Compiled, now, TimeSpan.FromDays(1), TimeSpan.FromDays(7));
}
