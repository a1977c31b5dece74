using System.Collections.Immutable;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>What screening one traveller gave.</summary>
/// <param name="ListVersion">The list that was used.</param>
/// <param name="RulesVersion">The rules that were used.</param>
/// <param name="Candidates">Alerts first, then by falling score.</param>
public sealed record ScreeningResult(ulong ListVersion, string RulesVersion, ImmutableArray<Candidate> Candidates)
{
    /// <summary>Candidates that are hits.</summary>
    public IEnumerable<Candidate> Hits => Candidates.Where(static candidate => candidate.Level == CandidateLevel.Alert);

    /// <summary>False when no part of the name can be compared: finding nobody by it then means nothing.</summary>
    public bool IsNameCompared { get; init; } = true;

    /// <summary>The document looked up among those that are reported stolen, lost or invalid: hits of their own kind, about no person.</summary>
    public DocumentCheck Documents { get; init; } = DocumentCheck.Nothing;
}
