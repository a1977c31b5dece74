using EdgeCheckpoint.Documents.Mrz;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

public sealed class ListSpecimenTests
{
    private static readonly DateOnly Today = new(2026, 11, 30);

    [Fact]
    public void Passport_IsStrictlyValidAndOfUtopia()
    {
        var reading = MrzParser.Parse(ListSpecimen.PassportLines, Today);

        Assert.True(reading.StrictValid, string.Join("; ", reading.Problems.Select(static problem => problem.Message)));
        Assert.Equal(("UTO", "UTO"), (reading.IssuingState, reading.Nationality));
        Assert.Equal(ListSpecimen.Entry.BirthDates[0].From, reading.BirthDate);
    }

    [Fact]
    public void Entry_GoesThroughItsCanonicalBytes()
    {
        var bytes = EntryRecord.Encode(ListSpecimen.Entry);

        Assert.Equal(bytes, EntryRecord.Encode(EntryRecord.Decode(bytes).Value));
        Assert.False(ListSpecimen.Entry.LapsesOn <= DateOnly.MaxValue.AddDays(-1));
    }

    [Theory]
    [InlineData("self-test:specimen", true)]
    [InlineData("SELF-TEST:other", true)]
    [InlineData("un:6907993", false)]
    [InlineData("uto:self-test", false)]
    public void IsReserved_OnlyOfIdentifiersThatBeginSo(string id, bool expected) => Assert.Equal(expected, ListSpecimen.IsReserved(id));

    [Theory]
    [InlineData("QUIVEX", "XYLPHEDRA")]
    [InlineData("KIVEKSOR", "GWENTHILDE")]
    [InlineData("GWEN", "HILDE")]
    [InlineData("ZZQUIVEXOR", "")]
    public void RealNamesLikeHers_BornOnHerDay_AreNoAlert(string surname, string givenNames)
    {
        var package = WatchlistPackage.Open(new MemorySectionSource(WatchlistPackageWriter.Write([ListSpecimen.Entry], 1, 1, "t", new byte[16]))).Value;
        var query = new MatchQuery { Surname = surname, GivenNames = givenNames, BirthDate = ListSpecimen.Entry.BirthDates[0].From, Nationality = "NOR" };

        var screening = new WatchlistMatcher(package, MatchThresholds.Current).Screen(query, Today, isClockDoubtful: false);

        Assert.Empty(screening.Hits);
    }

    [Fact]
    public void Contains_SaysWhetherAnEntryIsSearched()
    {
        var runs = WatchlistRuns.Of(WatchlistPackage.Open(new MemorySectionSource(WatchlistPackageWriter.Write([ListSpecimen.Entry], 1, 1, "t", new byte[16]))).Value);

        Assert.True(runs.Contains(ListSpecimen.EntryId));
        Assert.False(runs.Contains("self-test:another"));
    }
}
