using System.Text;
using CsCheck;
using EdgeCheckpoint.Matching;

namespace EdgeCheckpoint.Core.Tests.Matching;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class TokenDistanceTests
{
    /// <summary>Few letters, so that repeated ones and exchanges are frequent.</summary>
    private static readonly Gen<string> Token = Gen.OneOf(
        Gen.String[Gen.Char["AB"], 1, 9], Gen.String[Gen.Char["ABCDEFGH"], 1, 14], Gen.String[Gen.Char["ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"], 1, 64]);

    [Theory]
    [InlineData("", "A")]
    [InlineData("AAA", "")]
    [InlineData("TAVIK", "TAVIKAAA")]
    [InlineData("TAVIKAAA", "TAVIK")]
    public void To_EmptyOrMuchLonger_IsAboveTheLimit(string pattern, string text) => Assert.True(Distance(pattern, text, 2) > 2);

    [Fact]
    public void To_PatternOfMoreThan64Letters_IsAboveTheLimitEvenForItself()
    {
        var endless = new string('A', 65);

        Assert.True(Distance(endless, endless, 2) > 2);
        Assert.Equal(0, Distance(endless[..64], endless[..64], 2));
    }

    [Theory]
    [InlineData("TAVIK", "TAVIK", 0)]
    [InlineData("TAVIK", "TAVIM", 1)]
    [InlineData("TAVIK", "ATVIK", 1)]
    [InlineData("TAVIK", "TAVKI", 1)]
    [InlineData("TAVIK", "TAIVKE", 2)]
    [InlineData("CA", "ABC", 3)] // an exchanged pair is not touched again, unlike in the unrestricted distance
    public void To_Examples_CountsLettersAndExchanges(string pattern, string text, int distance) =>
        Assert.Equal(distance, Distance(pattern, text, 3));

    [Fact]
    public void To_AnyTwo_IsTheDistanceOrAboveTheLimit() => Gen.Select(Token, Token, Gen.Int[0, 3]).Sample(static (left, right, limit) =>
        AssertSame(left, right, limit), iter: 50_000);

    [Fact]
    public void To_TokenAndItsMutation_IsTheDistance() =>
        Gen.Select(Token, TokenMutations.Any.Array[0, 4]).Sample(static (token, mutations) =>
            AssertSame(token, TokenMutations.Apply(token, mutations), 4), iter: 50_000);

    [Fact]
    public void Clear_AfterUse_LeavesNoLetterForTheNextPattern()
    {
        var places = new ulong[128];
        new TokenDistance("BRANDVOLD", places).Clear();
        new TokenDistance(new string('Z', 80), places).Clear();

        Assert.All(places, static place => Assert.Equal(0UL, place));
    }

    private static void AssertSame(string left, string right, int limit)
    {
        var expected = TokenMutations.Distance(left, right);
        var actual = Distance(left, right, limit);
        if (expected <= limit)
            Assert.Equal(expected, actual);
        else
            Assert.True(actual > limit, $"{left} {right} {limit}: {actual} instead of {expected}");
    }

    private static int Distance(string pattern, string text, int limit) =>
        new TokenDistance(pattern, new ulong[128]).To(Encoding.ASCII.GetBytes(text), limit);
}
