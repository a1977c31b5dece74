using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Core.Tests.Documents;

public sealed class StateCodesTests
{
    [Theory]
    [InlineData("UTO")]
    [InlineData("D<<")]
    [InlineData("D")]
    [InlineData("XXA")]
    [InlineData("EUE")]
    [InlineData("ZWE")]
    public void IsKnown_CodeOfTheTable_IsTrue(string code)
    {
        Assert.True(StateCodes.IsKnown(code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<<<")]
    [InlineData("<D<")]
    [InlineData("DEU")]
    [InlineData("UT0")]
    [InlineData("uto")]
    [InlineData("UTOP")]
    [InlineData("ZZZ")]
    [InlineData("é")]
    public void IsKnown_AnythingElse_IsFalse(string code)
    {
        Assert.False(StateCodes.IsKnown(code));
    }

    [Fact]
    public void All_HasTheStatesAndTheCodesOfTravelDocumentsAlone()
    {
        // 249 codes of ISO 3166-1, one of them written D here, and 29 that only travel documents know.
        Assert.Equal(278, StateCodes.All.Count);
        Assert.All(StateCodes.All, code => Assert.True(StateCodes.IsKnown(code)));
        Assert.True(StateCodes.TryGetName("XOM", out var name));
        Assert.Equal("Sovereign Military Order of Malta", name);
        Assert.False(StateCodes.TryGetName("ZZZ", out _));
    }

    [Theory]
    [InlineData("codes_9303_part3_section5.tsv")]
    [InlineData("codes_iso3166_gmrtd.tsv")]
    public void IsKnown_CollectedCodes_AreAllThere(string fileName)
    {
        var path = Collection.Find("mrz", fileName);
        if (path is null)
            Assert.Skip($"No collection of codes ({fileName}) lies beside this working copy.");

        var codes = File.ReadLines(path).Skip(1).Select(line => line.Split('\t')[0]).Where(code => code != "DEU").ToList();

        Assert.NotEmpty(codes);
        Assert.All(codes, code => Assert.True(StateCodes.IsKnown(code), code));
    }
}
