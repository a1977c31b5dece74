using System.Collections.Immutable;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Decisions;

/// <summary>An open hit and what the officer says became of it.</summary>
/// <param name="EntryId">The entry.</param>
/// <param name="Action">What its owner asked for.</param>
/// <param name="Outcome">Null while it is open.</param>
public sealed record HitResolution(string EntryId, RequestedAction Action, OutcomeCode? Outcome);

/// <summary>What a person wants to record about an encounter.</summary>
/// <param name="Outcome">One of the decision codes.</param>
/// <param name="Hits">Every hit shown at the counter.</param>
/// <param name="ActorId">Who decides.</param>
/// <param name="SecondActorId">The second person, or empty.</param>
/// <param name="IsStaleListAcknowledged">The officer has acknowledged a list past its hard limit.</param>
public sealed record DecisionRequest(
    OutcomeCode Outcome,
    ImmutableArray<HitResolution> Hits,
    string ActorId,
    string SecondActorId,
    bool IsStaleListAcknowledged);

/// <summary>The rules of guardrails 2 and 12 that a decision must meet before it is recorded.</summary>
public static class DecisionRules
{
    /// <summary>Checks a decision.</summary>
    /// <param name="request">What the officer wants to record.</param>
    /// <param name="list">The list with which the encounter was screened.</param>
    /// <returns>Everything that stands in the way, as sentences; empty when the decision may be recorded.</returns>
    public static ImmutableArray<string> Check(DecisionRequest request, ListStatus list)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        if (request.Outcome is < OutcomeCode.Admitted or > OutcomeCode.Withdrawn)
            problems.Add("Choose what becomes of the traveller.");
        if (string.IsNullOrWhiteSpace(request.ActorId))
            problems.Add("Say who decides: enter your staff number.");
        foreach (var hit in request.Hits)
        {
            if (hit.Outcome is not (>= OutcomeCode.HitConfirmed and <= OutcomeCode.HitHandedOver))
                problems.Add("Every possible match needs an outcome before the encounter can be closed.");
        }

        if (IsCoercive(request) && !HasSecondPerson(request))
            problems.Add("A second person must confirm: enter a staff number that is not yours.");
        if (list.Freshness == ListFreshness.Stale && !request.IsStaleListAcknowledged)
            problems.Add("Acknowledge that the list is too old.");
        return [.. problems.Distinct()];
    }

    /// <summary>True when an outcome needs a second person (guardrail 2). Bringing somebody to protection does not.</summary>
    public static bool IsCoercive(DecisionRequest request) =>
        request.Outcome == OutcomeCode.Refused
        || request.Hits.Any(static hit => hit.Outcome == OutcomeCode.HitHandedOver && hit.Action != RequestedAction.Protect);

    private static bool HasSecondPerson(DecisionRequest request) =>
        !string.IsNullOrWhiteSpace(request.SecondActorId)
        && !string.Equals(request.SecondActorId.Trim(), request.ActorId.Trim(), StringComparison.OrdinalIgnoreCase);
}
