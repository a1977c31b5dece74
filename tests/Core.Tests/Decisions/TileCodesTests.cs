using System.Collections.Immutable;
using CsCheck;
using EdgeCheckpoint.Decisions;

namespace EdgeCheckpoint.Core.Tests.Decisions;

public sealed class TileCodesTests
{
    private static readonly Gen<TileSet> Any = Gen.Enum<TileState>().Array[4].Select(
        static states => new TileSet(new(states[0], ""), new(states[1], ""), new(states[2], ""), new(states[3], "")));

    [Fact]
    public void OfThenRead_AnyTiles_GivesThemBackAmongOtherCodes() => Any.Sample(static tiles =>
    {
        var codes = TileCodes.Of(tiles);

        Assert.Equal(tiles, TileCodes.Read(codes));
        Assert.Equal(tiles, TileCodes.Read([101, 114, .. codes.Reverse(), 202]));
        Assert.All(codes, static code => Assert.True(TileCodes.IsTile(code)));
    });

    [Fact]
    public void Read_MissingOrUnknown_IsNotCheckedNeverGood()
    {
        foreach (var codes in (ImmutableArray<ushort>[])[[], [0, 100, 399, 405, 419, 440, ushort.MaxValue]])
        {
            var tiles = TileCodes.Read(codes);
            Assert.All((Tile[])[tiles.Document, tiles.Chip, tiles.Lists, tiles.Stay], static tile => Assert.Equal(TileState.NotChecked, tile.State));
        }
    }

    [Theory]
    [InlineData(399, false)]
    [InlineData(400, true)]
    [InlineData(439, true)]
    [InlineData(440, false)]
    public void IsTile_Borders_AreThose(ushort code, bool expected) => Assert.Equal(expected, TileCodes.IsTile(code));

    [Fact]
    public void Codes_OfTilesAndOutcomes_NeverCollide() =>
        Assert.DoesNotContain(Enum.GetValues<OutcomeCode>(), static code => TileCodes.IsTile((ushort)code));
}
