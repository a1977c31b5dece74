namespace EdgeCheckpoint.Decisions;

/// <summary>State of a tile (guardrail 5). Only a real check is <see cref="Ok"/>.</summary>
public enum TileState
{
    /// <summary>Not part of this appliance.</summary>
    NotFitted,

    /// <summary>The check could not be made; never shown as good.</summary>
    NotChecked,

    /// <summary>Checked, and nothing speaks against it.</summary>
    Ok,

    /// <summary>Checked, and a person must look.</summary>
    Attention,

    /// <summary>Checked, and it does not hold.</summary>
    Failed,
}

/// <summary>One tile with its line of explanation.</summary>
public sealed record Tile(TileState State, string Detail);

/// <summary>The four tiles of the counter screen.</summary>
public sealed record TileSet(Tile Document, Tile Chip, Tile Lists, Tile Stay);
