namespace EdgeCheckpoint.Releases;

/// <summary>Kinds of release (DESIGN §7). Numbers are part of the format and of the wire contract.</summary>
public enum ReleaseKind : byte
{
    Watchlist = 1,
    People = 2,
    Policy = 3,
}

/// <summary>Where in taking a release something went wrong.</summary>
public enum ReleaseStage
{
    Metadata,
    Trust,
    Version,
    Expiry,
    Segment,
    ContentKey,
    Content,
}

/// <summary>Why a release was refused.</summary>
/// <param name="Stage">The check that failed.</param>
/// <param name="Reason">For a person, beginning in lower case.</param>
public sealed record ReleaseFailure(ReleaseStage Stage, string Reason)
{
    public override string ToString() => $"{Stage}: {Reason}";
}
