using System.Collections.Immutable;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Worker.Inspection;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>Everything the counter page shows, gathered once for a rendering.</summary>
public sealed record CounterModel(
    CounterState State,
    OpenEncounter? Encounter,
    string PostName,
    string? StaffNumber,
    ListStatus List,
    string ListProblem,
    string Link,
    bool IsLinkUp,
    long RecordsWaiting,
    string Clock,
    string Reader,
    bool IsReaderOk,
    bool IsTampered,
    bool IsJournalWritable,
    ImmutableArray<string> Problems,
    DecisionForm? Entered)
{
    internal static string StateWord(TileState state) => state switch
    {
        TileState.Ok => "OK",
        TileState.Attention => "ATTENTION",
        TileState.Failed => "FAILED",
        TileState.NotFitted => "NOT FITTED",
        _ => "NOT CHECKED",
    };

    /// <summary>Shape beside the word, so that nothing rests on colour.</summary>
    internal static string StateMark(TileState state) => state switch
    {
        TileState.Ok => "✔",
        TileState.Attention => "▲",
        TileState.Failed => "✖",
        TileState.NotFitted => "–",
        _ => "○",
    };

    internal static string StateClass(TileState state) => state switch
    {
        TileState.Ok => "ok",
        TileState.Attention => "attention",
        TileState.Failed => "failed",
        TileState.NotFitted => "not-fitted",
        _ => "not-checked",
    };

    internal static ImmutableArray<(OutcomeCode Code, string Text, string Key)> Outcomes { get; } =
    [
        (OutcomeCode.Admitted, "Admit", "F2"),
        (OutcomeCode.Referred, "Second line", "F4"),
        (OutcomeCode.Refused, "Refuse (second person)", "F6"),
        (OutcomeCode.Withdrawn, "Not a crossing", "F8"),
        (OutcomeCode.ProtectionReferral, "Protection", "F9"),
    ];

    internal static string OutcomeText(OutcomeCode outcome) =>
        Outcomes.FirstOrDefault(known => known.Code == outcome).Text ?? outcome.ToString();

    internal static ImmutableArray<(OutcomeCode Code, string Text)> HitOutcomes { get; } =
    [
        (OutcomeCode.HitNotSamePerson, "Not the same person"),
        (OutcomeCode.HitConfirmed, "Confirmed with the owner of the entry"),
        (OutcomeCode.HitUnresolvedReleased, "Unresolved, released"),
        (OutcomeCode.HitHandedOver, "Handed over (second person)"),
    ];
}
