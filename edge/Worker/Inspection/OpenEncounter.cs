using System.Collections.Immutable;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>
/// An encounter that has a verdict and waits for a person. Made from its record alone, so that it looks the same after a
/// restart as before.
/// </summary>
public sealed record OpenEncounter(RecordHeader Verdict, PersonalPart Person, bool IsResumed)
{
    /// <summary>
    /// What was decided, when the same document was laid down again soon after: the encounter is shown again, and a further
    /// decision corrects the first by a record of its own.
    /// </summary>
    public OutcomeCode? Decided { get; init; }

    /// <summary>Which showing of the encounter a form answers: a form of an earlier one decides nothing.</summary>
    internal Guid Showing { get; init; } = Guid.NewGuid();

    /// <summary>True when a hit of it is in the records, shown at the counter or not.</summary>
    internal bool HasHits => Person.Candidates.Any(static candidate => candidate.Level == "alert");

    internal Guid Id => Verdict.EncounterId ?? Verdict.RecordId;

    internal bool IsClear => Verdict.OutcomeCodes.Contains((ushort)OutcomeCode.ProposedClear);

    internal TileSet Tiles => TileCodes.Read(Verdict.OutcomeCodes);

    /// <summary>Hits that show at the counter, in the order of the screening.</summary>
    internal ImmutableArray<PersonalCandidate> VisibleHits =>
        [.. Person.Candidates.Where(static candidate => candidate.Level == "alert" && candidate.Action != nameof(RequestedAction.Discreet))];

    /// <summary>The same document has the same key, however often it is laid down.</summary>
    internal string DocumentKey => KeyOf(Person);

    internal static string KeyOf(PersonalPart person) =>
        person.DocumentNumber.Length == 0 ? "" : $"{person.IssuingState}|{person.DocumentNumber}|{person.BirthDate}|{person.Surname}";
}
