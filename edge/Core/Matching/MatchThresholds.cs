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
    public string Version { get; init; } = "rules-2026-11";

    /// <summary>Name score from which a candidate is retrieved at all.</summary>
    public double RetrievalFloor { get; init; } = 0.70;

    /// <summary>Name score from which a date of birth or document makes a hit.</summary>
    public double Alert { get; init; } = 0.84;

    /// <summary>Name score from which an uncorroborated name goes to the supervisor.</summary>
    public double Weak { get; init; } = 0.90;

    /// <summary>Name score that counts as a full-name alignment for the rarity rule (guardrail 3).</summary>
    public double FullName { get; init; } = 0.97;

    /// <summary>Sum of frozen rarity weights from which nationality and sex may corroborate a full name.</summary>
    public double RarityBound { get; init; } = 1.6;

    /// <summary>Years by which an approximate year may differ.</summary>
    public int NearYears { get; init; } = 2;

    /// <summary>Candidates returned at most.</summary>
    public int CandidatesMax { get; init; } = 16;
}
