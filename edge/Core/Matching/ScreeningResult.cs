using System.Collections.Immutable;

namespace EdgeCheckpoint.Matching;

/// <summary>What screening one traveller gave.</summary>
/// <param name="ListVersion">The list that was used.</param>
/// <param name="RulesVersion">The rules that were used.</param>
/// <param name="Candidates">Alerts first, then by falling score.</param>
public sealed record ScreeningResult(ulong ListVersion, string RulesVersion, ImmutableArray<Candidate> Candidates)
{
    /// <summary>Candidates that are hits.</summary>
    public IEnumerable<Candidate> Hits => Candidates.Where(static candidate => candidate.Level == CandidateLevel.Alert);
}
