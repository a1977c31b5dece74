using CsCheck;
using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Core.Tests.Names;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class TokenKeysTests
{
    private static readonly Gen<string> Token = Gen.String[Gen.Char["ABDEHIKLMNORSUY"], 1, 10];

    [Theory]
    [InlineData("WILLIAM", "BILL")]
    [InlineData("YUSUF", "JOSEPH")]
    [InlineData("OKHANZA", "OHANZA")]
    [InlineData("VANDENBERGH", "BERGH")]
    [InlineData("TAVIKO", "TAWIQU")]
    [InlineData("ZIAMTAVAU", "ZEMTAVOV")]
    [InlineData("XUE", "HSUEH")]
    [InlineData("ESSTAVIK", "STAVIK")]
    public void Write_NamesThatArePaired_ShareAKey(string left, string right) => Assert.NotEmpty(Keys(left).Intersect(Keys(right)));

    [Theory]
    [InlineData("TAVIK", "TAMIK")]
    [InlineData("QUILL", "TAVIK")]
    public void Write_OtherNames_ShareNone(string left, string right) => Assert.Empty(Keys(left).Intersect(Keys(right)));

    [Fact]
    public void Write_EveryNameOfTheTable_HasAKeyForEachOfItsRows()
    {
        foreach (var row in NameTable())
        {
            var first = Keys(row[0]);
            Assert.All(row, name => Assert.True(first.Intersect(Keys(name)).Any(), $"{row[0]} and {name}"));
        }
    }

    [Fact]
    public void Write_WhatCompareJoinsBySoundOrParticle_SharesAKey() => Gen.Select(Token, Token).Sample(static (left, right) =>
    {
        if (TokenSimilarity.Compare(left, right, false).Rule is TokenRule.SameSound or TokenRule.Nickname or TokenRule.Variant)
            Assert.NotEmpty(Keys(left).Intersect(Keys(right)));
    }, iter: 50_000);

    [Fact]
    public void Write_EndlessToken_HasNoKey() => Assert.Empty(Keys(new string('B', 100_000)));

    private static IEnumerable<string[]> NameTable() => NameGroupTable.Rows.Concat(SyllableTable.Rows).Select(
        static row => row.Split(' ').Where(static name => name != "|").ToArray());

    private static uint[] Keys(string token)
    {
        var keys = new uint[TokenKeys.CountMax];
        return keys[..TokenKeys.Write(token, keys)];
    }
}
