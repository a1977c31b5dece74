using CsCheck;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>A failure prints its seed; run again with the environment variable CsCheck_Seed set to it.</summary>
public sealed class DocumentNumberVariantsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("ACDEF3479")]
    public void MoveNext_NothingToConfuse_GivesNone(string number) => Assert.Empty(All(number));

    [Fact]
    public void MoveNext_EveryPair_IsExchangedBothWays() =>
        Assert.All(
            ((string[])["0O", "1I", "2Z", "5S", "6G", "8B"]),
            static pair =>
            {
                Assert.Equal([(pair[1..], 1)], All(pair[..1]));
                Assert.Equal([(pair[..1], 1)], All(pair[1..]));
            });

    [Fact]
    public void MoveNext_ThreePlaces_GivesFewestChangesFirst() =>
        Assert.Equal(
            [("OX12", 1), ("0XI2", 1), ("0X1Z", 1), ("OXI2", 2), ("OX1Z", 2), ("0XIZ", 2), ("OXIZ", 3)],
            All("0X12"));

    [Fact]
    public void MoveNext_NineZeros_StopsAtFifteen()
    {
        var all = All("000000000");

        Assert.Equal(DocumentNumberVariants.VariantsMax, all.Count);
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2], all.Select(static variant => variant.Changes));
    }

    [Fact]
    public void MoveNext_LongerThanAnyDocument_LeavesTheRestAlone() =>
        Assert.Equal(DocumentNumberVariants.VariantsMax, All(new string('0', 500)).Count);

    [Fact]
    public void MoveNext_AnyNumber_GivesDistinctVariantsThatDifferAsSaid() =>
        Gen.String[Gen.Char["0O1I2Z5S6G8BACX379"], 0, 20].Sample(number =>
        {
            var all = All(number);

            Assert.True(all.Count <= DocumentNumberVariants.VariantsMax);
            Assert.Equal(all.Count, all.Select(static variant => variant.Text).Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(all.Select(static variant => variant.Changes).Order(), all.Select(static variant => variant.Changes));
            Assert.All(all, variant => Assert.Equal(variant.Changes, number.Zip(variant.Text, static (a, b) => a != b ? 1 : 0).Sum()));
            var places = number.Count(static character => "0O1I2Z5S6G8B".Contains(character, StringComparison.Ordinal));
            Assert.Equal(Math.Min((1L << places) - 1, DocumentNumberVariants.VariantsMax), all.Count);
        }, iter: 2_000);

    private static List<(string Text, int Changes)> All(string number)
    {
        var all = new List<(string, int)>();
        var variants = new DocumentNumberVariants(number, new char[number.Length]);
        while (variants.MoveNext())
            all.Add((variants.Current.ToString(), variants.Changes));
        return all;
    }
}
