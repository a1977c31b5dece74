namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// A list of stolen, lost and invalidated documents as a release carries it: what makes it lawful to use (guardrail 6), once for all its
/// numbers.
/// </summary>
public sealed record DocumentListTerms
{
    /// <summary>Highest <see cref="Number"/>.</summary>
    public const int NumberMax = 0x7ffe;

    /// <summary>By which rows name the list; it keeps its number from release to release, so that a delta need not repeat its rows.</summary>
    public required ushort Number { get; init; }

    public required string Name { get; init; }

    /// <summary>The authority that answers for the list.</summary>
    public required string Owner { get; init; }

    public required string LegalBasis { get; init; }

    public required string Purpose { get; init; }

    public required RequestedAction Action { get; init; }

    /// <summary>Whom to call about it; or empty.</summary>
    public string Contact { get; init; } = "";

    /// <summary>From this day on its numbers no longer match, unless the clock is doubtful.</summary>
    public required DateOnly ExpiresOn { get; init; }
}
