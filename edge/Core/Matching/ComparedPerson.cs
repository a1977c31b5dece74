using System.Collections.Immutable;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Matching;

/// <summary>One side of a comparison of two people without a list.</summary>
/// <param name="Names">Readings of the name, <see cref="NamePreparation.Listed"/>.</param>
/// <param name="BirthDates">All that are given; empty when none is.</param>
/// <param name="Countries">Codes as given, compared without regard to case; empty when none is.</param>
public sealed record ComparedPerson(
    ImmutableArray<ImmutableArray<NameToken>> Names,
    ImmutableArray<ListedBirthDate> BirthDates,
    ImmutableArray<string> Countries)
{
    /// <summary>Says nothing of the person: an instance that slips into a log tells nothing.</summary>
    public override string ToString() => nameof(ComparedPerson);
}
