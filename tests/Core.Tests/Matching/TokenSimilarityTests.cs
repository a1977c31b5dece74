using CsCheck;
using EdgeCheckpoint.Matching;

namespace EdgeCheckpoint.Core.Tests.Matching;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class TokenSimilarityTests
{
    private static readonly Gen<string> Token = Gen.String[Gen.Char["ABCDEHIKMNORSTUV"], 1, 12];

    [Theory]
    [InlineData("OBADIAH", "SIGNE")]
    [InlineData("LI", "LU")]
    [InlineData("K", "ISAURA")]
    [InlineData("ISA", "ISAURA")]
    [InlineData("MARK", "MARY")]
    [InlineData("MARIO", "MARIA")]
    [InlineData("HASSAN", "HUSSEIN")]
    [InlineData("TAVIKOVICH", "TAVIKOV")]
    [InlineData("GUNAREVA", "KOMALOVA")]
    [InlineData("", "ISAURA")]
    [InlineData("WANG", "WENG")]
    [InlineData("MUN", "MIN")]
    [InlineData("KIM", "KIN")]
    [InlineData("JIN", "QIN")]
    public void Compare_OtherNames_AreNoPartners(string left, string right) =>
        Assert.Equal(default, TokenSimilarity.Compare(left, right, false));

    [Theory]
    [InlineData("BRANDVOLD", "BRANDVOLD", false, TokenRule.Equal, 1)]
    [InlineData("ISA", "ISAURA", true, TokenRule.CutOff, 0.97)]
    [InlineData("I", "ISAURA", false, TokenRule.Initial, 0.8)]
    [InlineData("TAVIK", "TAVIM", false, TokenRule.OneLetter, 0.74)]
    [InlineData("BRANDVOLD", "BRANDWOLD", false, TokenRule.SameSound, 0.98)]
    [InlineData("BRANDVOLD", "BRADNVOLD", false, TokenRule.OneLetter, 0.884)]
    [InlineData("QUILLFEATHER", "QUILLBEADHER", false, TokenRule.TwoLetters, 0.827)]
    [InlineData("OKONYA", "OKONIA", false, TokenRule.SameSound, 0.955)]
    [InlineData("WILLIAM", "BILL", false, TokenRule.Nickname, 0.85)]
    [InlineData("MOHAMMED", "MUHAMAD", false, TokenRule.Variant, 0.95)]
    [InlineData("ALTAVIK", "TAVIK", false, TokenRule.Joined, 0.93)]
    [InlineData("TAVIK", "TAVIKZADEH", false, TokenRule.Joined, 0.65)]
    [InlineData("HSUEH", "XUE", false, TokenRule.Variant, 0.95)]
    [InlineData("CHEUNG", "ZHANG", false, TokenRule.Nickname, 0.85)]
    [InlineData("RAN", "RYAN", false, TokenRule.SameSound, 0.82)]
    [InlineData("ZIAMTAVAU", "ZEMTAVOV", false, TokenRule.SameSound, 0.9)]
    [InlineData("HRYHTAVOVYCH", "GRIGTAVOVICH", false, TokenRule.SameSound, 0.9)]
    [InlineData("GONTSCHAROW", "GONCHAROV", false, TokenRule.SameSound, 0.9)]
    [InlineData("SMIRTAVOFF", "SMIRTAVOV", false, TokenRule.SameSound, 0.9)]
    [InlineData("TAVIKOVA", "TAVIKOV", false, TokenRule.SameSound, 0.88)]
    [InlineData("ESSTAVIK", "STAVIK", false, TokenRule.Joined, 0.93)]
    [InlineData("ALTAVIQ", "TAVIK", false, TokenRule.Joined, 0.9)]
    [InlineData("ABDTAVIK", "TAVIK", false, TokenRule.Joined, 0.93)]
    [InlineData("NASIRDIN", "NASIR", false, TokenRule.Nickname, 0.85)]
    [InlineData("SULTANI", "SULTAN", false, TokenRule.Joined, 0.65)]
    [InlineData("TAV1K", "TAVIK", false, TokenRule.Confusable, 0.948)]
    public void Compare_Partners_NamesTheRule(string query, string listed, bool isPrefix, TokenRule rule, double similarity)
    {
        var match = TokenSimilarity.Compare(query, listed, isPrefix);

        Assert.Equal(rule, match.Rule);
        Assert.Equal(similarity, match.Similarity, 0.005);
    }

    [Fact]
    public void Compare_AnyTwo_IsSymmetricAndZeroOrAboveTheFloor() => Gen.Select(Token, Token).Sample(static (left, right) =>
    {
        var match = TokenSimilarity.Compare(left, right, false);

        Assert.True(match.Similarity is 0 or (>= TokenSimilarity.Floor and <= 1));
        Assert.Equal(match.Similarity == 0, match.Rule == TokenRule.None);
        Assert.Equal(match, TokenSimilarity.Compare(right, left, false));
    }, iter: 30_000);

    [Fact]
    public void Compare_EndlessTokens_AreComparedForEqualityOnly()
    {
        var endless = new string('A', 1_000_000);

        Assert.Equal(TokenRule.Equal, TokenSimilarity.Compare(endless, endless, false).Rule);
        Assert.Equal(TokenRule.None, TokenSimilarity.Compare(endless, endless + "A", false).Rule);
    }
}
