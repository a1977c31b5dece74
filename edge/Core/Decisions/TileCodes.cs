using System.Collections.Immutable;

namespace EdgeCheckpoint.Decisions;

/// <summary>
/// The states of the tiles as outcome codes, so that a record says what the officer saw: 400 + 10 x tile + state, with
/// tiles Document 0, Chip 1, Lists 2, Stay 3 and states numbered as <see cref="TileState"/>.
/// </summary>
public static class TileCodes
{
    private const int First = 400;
    private const int PerTile = 10;

    /// <summary>Four codes, one a tile.</summary>
    public static ImmutableArray<ushort> Of(TileSet tiles) =>
        [Code(0, tiles.Document), Code(1, tiles.Chip), Code(2, tiles.Lists), Code(3, tiles.Stay)];

    /// <summary>Reads the tiles back; one that is missing or unknown is NOT CHECKED, never good.</summary>
    public static TileSet Read(ImmutableArray<ushort> codes) =>
        new(Tile(codes, 0), Tile(codes, 1), Tile(codes, 2), Tile(codes, 3));

    /// <summary>True for a code of a tile.</summary>
    public static bool IsTile(ushort code) => code is >= First and < First + (4 * PerTile);

    private static ushort Code(int tile, Tile value) => (ushort)(First + (PerTile * tile) + (int)value.State);

    private static Tile Tile(ImmutableArray<ushort> codes, int tile)
    {
        foreach (var code in codes)
        {
            var state = (TileState)(code - First - (PerTile * tile));
            if (code >= First && Enum.IsDefined(state))
                return new Tile(state, "");
        }

        return new Tile(TileState.NotChecked, "");
    }
}
