using EdgeCheckpoint.Matching;

namespace EdgeCheckpoint.Core.Tests.Matching;

public sealed class MatchQueryTests
{
    private static MatchQuery Signe => new() { Surname = "TAVIK", GivenNames = "SIGNE" };

    [Fact]
    public void Readings_AskedAgain_AreNotMadeAgain()
    {
        var query = Signe;

        Assert.True(query.Readings() == query.Readings());
        Assert.True(query.Readings() == (query with { Sex = 'F' }).Readings());
    }

    [Fact]
    public void Readings_AnotherName_AreThoseOfThatName()
    {
        var query = Signe;
        Assert.Equal("TAVIK SIGNE", Text(query));

        Assert.Equal("OKONJO SIGNE", Text(query with { Surname = "OKONJO" }));
        Assert.Equal("TAVIK LENE", Text(query with { GivenNames = "LENE" }));
        Assert.Equal("OBADIAH", Text(query with { FullName = "Obadiah" }));
        Assert.Equal("TAVIK SIGNE", Text(query));
    }

    [Fact]
    public void Equals_OneOfTwoAlikeWasPrepared_IsTrue()
    {
        var prepared = Signe;
        prepared.Readings();

        Assert.Equal(Signe, prepared);
        Assert.Equal(Signe.GetHashCode(), prepared.GetHashCode());
        Assert.NotEqual(Signe, prepared with { Surname = "OKONJO" });
    }

    private static string Text(MatchQuery query) => string.Join(' ', Assert.Single(query.Readings()).Select(static token => token.Text));
}
