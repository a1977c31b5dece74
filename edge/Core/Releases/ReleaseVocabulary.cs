namespace EdgeCheckpoint.Releases;

/// <summary>Kinds of release (DESIGN §7). Numbers are part of the format and of the wire contract.</summary>
public enum ReleaseKind : byte
{
    Watchlist = 1,
    People = 2,
    Policy = 3,

    /// <summary>Takes entries out of a watchlist at once. Can add nothing: its only segment is a list of removals.</summary>
    Suppression = 4,
}

/// <summary>What a key of the site may sign. Numbers are part of the format.</summary>
public enum SigningRole : byte
{
    /// <summary>Offline; says which keys have which role. Signs nothing else.</summary>
    Root = 1,

    Watchlist = 2,
    People = 3,
    Policy = 4,

    /// <summary>May only take entries away (urgent delisting).</summary>
    Suppress = 5,

    /// <summary>Online; signs the time.</summary>
    Timestamp = 6,
}

/// <summary>What the design fixes about each role.</summary>
public static class SigningRoles
{
    /// <summary>Every role; a root names each of them.</summary>
    public static ReadOnlySpan<SigningRole> All =>
        [SigningRole.Root, SigningRole.Watchlist, SigningRole.People, SigningRole.Policy, SigningRole.Suppress, SigningRole.Timestamp];

    /// <summary>Fewest signatures a root may ask for: no person alone changes what a post believes. Time is signed by a machine.</summary>
    public static int ThresholdMin(SigningRole role) => role == SigningRole.Timestamp ? 1 : 2;

    /// <summary>The role that signs a kind of release.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a kind of release.</exception>
    public static SigningRole Of(ReleaseKind kind) => kind switch
    {
        ReleaseKind.Watchlist => SigningRole.Watchlist,
        ReleaseKind.People => SigningRole.People,
        ReleaseKind.Policy => SigningRole.Policy,
        ReleaseKind.Suppression => SigningRole.Suppress,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
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

    /// <summary>The root metadata that says whom to trust.</summary>
    Root,

    /// <summary>The statement of what is newest.</summary>
    Timestamp,

    /// <summary>The log of all releases.</summary>
    Log,
}

/// <summary>Why a release was refused.</summary>
/// <param name="Stage">The check that failed.</param>
/// <param name="Reason">For a person, beginning in lower case.</param>
public sealed record ReleaseFailure(ReleaseStage Stage, string Reason)
{
    public override string ToString() => $"{Stage}: {Reason}";
}
