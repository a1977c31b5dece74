namespace EdgeCheckpoint.Matching;

/// <summary>
/// Thresholds of the matching rules, reviewed and versioned as data: the name of the version stands in every decision
/// record. All scores are 0 to 1.
/// </summary>
public sealed record MatchThresholds
{
    /// <summary>The rules shipped with this program.</summary>
    public static MatchThresholds Current { get; } = new();

    /// <summary>Name and version of this set.</summary>
    public string Version { get; init; } = "rules-2026-13";

    /// <summary>Name score from which a candidate is retrieved at all.</summary>
    public double RetrievalFloor { get; init; } = 0.55;

    /// <summary>
    /// Name score from which an agreeing date of birth makes a hit: below what two agreeing names of three reach when the third
    /// contradicts, since beside a full date that is enough to ask.
    /// </summary>
    public double Alert { get; init; } = 0.56;

    /// <summary>The same for a date that agrees by its year, but for a slip of one digit, or nearly.</summary>
    public double AlertByYear { get; init; } = 0.68;

    /// <summary>The same for complete dates of one year, or that agree in part: two records of one person often do.</summary>
    public double AlertByPart { get; init; } = 0.88;

    /// <summary>Name score from which an uncorroborated name goes to the supervisor.</summary>
    public double Weak { get; init; } = 0.84;

    /// <summary>The same where the traveller's date of birth is not known at all.</summary>
    public double WeakWithoutDate { get; init; } = 0.72;

    /// <summary>Years before and after the traveller's birth that a search for common names looks at.</summary>
    public int WindowYears { get; init; } = 3;

    /// <summary>
    /// Total score from which <c>names compare</c> takes two people for one: just above what two agreeing names of three
    /// reach when the third contradicts (0.61).
    /// </summary>
    public double Pair { get; init; } = 0.62;

    /// <summary>Name score that counts as a full-name alignment for the rarity rule (guardrail 3).</summary>
    public double FullName { get; init; } = 0.97;

    /// <summary>Sum of frozen rarity weights from which nationality and sex may corroborate a full name.</summary>
    public double RarityBound { get; init; } = 1.6;

    /// <summary>Years by which an approximate year may differ.</summary>
    public int NearYears { get; init; } = 2;

    /// <summary>Candidates returned at most.</summary>
    public int CandidatesMax { get; init; } = 16;
}
