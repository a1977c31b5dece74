namespace EdgeCheckpoint.Watchlists;

/// <summary>Which part of a package was refused.</summary>
public enum PackageStage
{
    Envelope,
    SectionTable,
    Section,
    Info,
    Records,
    Index,
    StateRoot,

    /// <summary>Of a delta, not of a package.</summary>
    Delta,
}

/// <summary>Why a watchlist package was refused: named, so that a technician can tell a cut file from a wrong version.</summary>
/// <param name="Stage">The part that was refused.</param>
/// <param name="Reason">For a person, beginning in lower case.</param>
public sealed record PackageFailure(PackageStage Stage, string Reason)
{
    public override string ToString() => $"{Stage}: {Reason}";
}
