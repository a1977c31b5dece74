using System.Collections.Immutable;

namespace EdgeCheckpoint.Watchlists;

/// <summary>A listed document that was found.</summary>
/// <param name="Payload">What the list keeps of it: reference to a record or a category.</param>
/// <param name="Changes">Characters in which the listed number differs from the one read; zero is an exact hit.</param>
/// <param name="IsIssuerStated">False when the list names no issuer, so that only number and chance connect the two.</param>
/// <param name="IsClassStated">False when the list does not say what kind of document it is.</param>
public readonly record struct DocumentHit(uint Payload, int Changes, bool IsIssuerStated, bool IsClassStated)
{
    /// <summary>Under which it is listed.</summary>
    public DocumentKey Key { get; init; }

    /// <summary>The number as read is the listed one. A variant never is: it asks for eyes, not for an alert.</summary>
    public bool IsExact => Changes == 0;
}

/// <summary>What a search gave.</summary>
/// <param name="Hits">Exact before variants, fewer changes first; empty as a rule.</param>
/// <param name="Failure">Why the search could not be finished; then the number is not checked, whatever was found.</param>
public readonly record struct DocumentSearch(ImmutableArray<DocumentHit> Hits, DocumentTableFailure? Failure);
