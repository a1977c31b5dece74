using System.Collections.Immutable;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>Who gets to see a candidate.</summary>
public enum CandidateLevel
{
    /// <summary>Corroborated at or above the threshold: a hit, shown at the counter unless its entry is DISCREET.</summary>
    Alert = 1,

    /// <summary>Not corroborated enough (guardrail 3), or expired under a doubtful clock: the supervisor's queue.</summary>
    Weak = 2,
}

/// <summary>How two dates of birth stand to each other.</summary>
public enum BirthDateVerdict
{
    /// <summary>One side gives none.</summary>
    Unknown,

    /// <summary>Day, month and year agree.</summary>
    Exact,

    /// <summary>Day and month are exchanged.</summary>
    DayMonthSwapped,

    /// <summary>Everything both sides know agrees, but one of them is partial or a range.</summary>
    Compatible,

    /// <summary>Not the same, but near enough for one person: a slip of a digit, another day of the year, an approximate year.</summary>
    Near,

    /// <summary>They cannot be the same date.</summary>
    Contradicted,
}

/// <summary>How one token of the traveller's name stands to one of the listed name.</summary>
/// <param name="QueryToken">Folded; empty when the listed token has no partner.</param>
/// <param name="ListToken">Folded; empty when the traveller's token has no partner.</param>
/// <param name="Rule">Which rule paired them, such as "equal" or "same sound".</param>
/// <param name="Similarity">0 to 1.</param>
public sealed record TokenPair(string QueryToken, string ListToken, string Rule, double Similarity);

/// <summary>One contribution to a score, so that the score can be read.</summary>
public sealed record ScoreFeature(string Name, double Contribution);

/// <summary>
/// A scored pair above the retrieval floor, with its explanation. Unconfirmed: a person resolves it (guardrail 1).
/// </summary>
public sealed class Candidate
{
    public required WatchlistEntry Entry { get; init; }

    public required CandidateLevel Level { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>The listed name or alias that matched best; empty when only the document did.</summary>
    public required string MatchedName { get; init; }

    public required NameQuality MatchedQuality { get; init; }

    public required ImmutableArray<TokenPair> Alignment { get; init; }

    public required ImmutableArray<ScoreFeature> Features { get; init; }

    public required BirthDateVerdict BirthDate { get; init; }

    public required bool DocumentMatches { get; init; }

    /// <summary>A listed number differs only by characters that are misread for one another.</summary>
    public bool DocumentIsVariant { get; init; }

    /// <summary>The entry is past its expiry but the clock is doubtful, so it was not let lapse (guardrail 6).</summary>
    public required bool IsPastExpiry { get; init; }

    /// <summary>What speaks against it; shown first (guardrail 1).</summary>
    public required ImmutableArray<string> Differences { get; init; }

    /// <summary>What speaks for it.</summary>
    public required ImmutableArray<string> Agreements { get; init; }

    /// <summary>True for a hit that must not show at the counter (guardrail 8).</summary>
    public bool IsDiscreet => Entry.Action == RequestedAction.Discreet;
}
