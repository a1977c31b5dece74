using CsCheck;
using EdgeCheckpoint.Matching;

namespace EdgeCheckpoint.Core.Tests.Matching;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class TokenSimilarityTests
{
    private static readonly Gen<string> Token = Gen.String[Gen.Char["ABCDEHIKMNORSTU"], 1, 12];

    [Theory]
    [InlineData("TARIK", "TARIK", false, "equal", 1.0)]
    [InlineData("ISA", "ISAURA", true, "cut off in the document", 0.97)]
    [InlineData("ISA", "ISAURA", false, "", 0)]
    [InlineData("I", "ISAURA", false, "initial", 0.75)]
    [InlineData("ISAURA", "I", false, "initial", 0.75)]
    [InlineData("K", "ISAURA", false, "", 0)]
    [InlineData("TARIK", "TARIM", false, "one letter differs", 0.87)]
    [InlineData("BRANDVOLD", "BRANDWOLD", false, "one letter differs", 0.92)]
    [InlineData("BRANDVOLD", "BRADNVOLD", false, "one letter differs", 0.92)]
    [InlineData("ALI", "ALO", false, "same sound", 0.88)]
    [InlineData("MOHAMMED", "MUHAMAD", false, "same sound", 0.88)]
    [InlineData("QUILLFEATHER", "QUILLWEATER", false, "two letters differ", 0.84)]
    [InlineData("OBADIAH", "SIGNE", false, "", 0)]
    [InlineData("LI", "LO", false, "", 0)]
    public void Compare_Tokens_NamesTheRule(string query, string listed, bool isPrefix, string rule, double similarity)
    {
        Assert.Equal(similarity, TokenSimilarity.Compare(KeyedToken.Of(query), KeyedToken.Of(listed), isPrefix, out var found));

        Assert.Equal(rule, found);
    }

    [Fact]
    public void Compare_AnyTwo_IsSymmetricAndZeroOrAboveTheFloor() => Gen.Select(Token, Token).Sample(static (left, right) =>
    {
        var similarity = TokenSimilarity.Compare(KeyedToken.Of(left), KeyedToken.Of(right), false, out var rule);

        Assert.True(similarity is 0 or (>= TokenSimilarity.Floor and <= 1));
        Assert.Equal(similarity == 0, rule.Length == 0);
        Assert.Equal(similarity, TokenSimilarity.Compare(KeyedToken.Of(right), KeyedToken.Of(left), false, out _));
    }, iter: 10_000);

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("A", "", 1)]
    [InlineData("AB", "BA", 1)]
    [InlineData("ABC", "ABD", 1)]
    [InlineData("ABCD", "BADC", 2)]
    [InlineData("ABCDEF", "UVWXYZ", 3)]
    [InlineData("A", "ABCDEFG", 3)]
    public void EditDistance_Words_CountsUpToThree(string left, string right, int distance) =>
        Assert.Equal(distance, TokenSimilarity.EditDistance(left, right));

    [Fact]
    public void EditDistance_EndlessTokens_AreFarApart() =>
        Assert.Equal(3, TokenSimilarity.EditDistance(new string('A', 1_000_000), new string('A', 1_000_001)));
}
