using System.Collections.Immutable;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.SelfTesting;

namespace EdgeCheckpoint.Worker.Console;

/// <summary>Who asks for the page, and what it may show.</summary>
/// <param name="Person">Who is signed in in this browser; null for nobody.</param>
/// <param name="IsLocked">The screen is locked: nothing of a traveller is in the page.</param>
/// <param name="FormToken">Every form of the page carries it.</param>
/// <param name="Accounts">Version and age of the accounts.</param>
/// <param name="BadgeWaits">A badge was laid on the reader and waits for its PIN.</param>
/// <param name="OnDuty">Staff number of who is signed in, in whichever browser.</param>
public sealed record CounterAccount(
    SignedInPerson? Person,
    bool IsLocked,
    string FormToken,
    string Accounts,
    bool AreAccountsFresh,
    string AccountsProblem,
    bool BadgeWaits,
    string? OnDuty,
    ImmutableArray<BlockedAccount> Blocked)
{
    internal bool SeesTravellers => !IsLocked && Person?.Role.SeesTravellers() == true;

    internal bool IsTechnician => !IsLocked && Person?.Role == PostRole.Technician;

    internal bool IsSupervisor => !IsLocked && Person?.Role == PostRole.Supervisor;
}

/// <summary>One part of the appliance, for a technician.</summary>
public sealed record CounterPart(string Name, string State, string Detail);

/// <summary>The latest self-test, in words, and what to do about each part that is not in order.</summary>
public sealed record CounterSelfTest(string Summary, bool IsPassed, ImmutableArray<string> Remedies)
{
    internal static CounterSelfTest Of(SelfTestReport? latest) => latest is null
        ? new CounterSelfTest("not run yet", false, [])
        : new CounterSelfTest(
            latest.Summary, latest.IsPassed,
            [.. latest.Wanting.Where(static part => part.Result == SelfTestResult.Failed).Select(static part => $"Self-test: {part.Name} FAILED, {part.Detail}. {part.Remedy}")]);
}

/// <summary>Everything the counter page shows, gathered once for a rendering.</summary>
public sealed record CounterModel(
    CounterState State,
    OpenEncounter? Encounter,
    string PostName,
    CounterAccount Account,
    ListStatus List,
    string ListProblem,
    string Lease,
    string Link,
    bool IsLinkUp,
    long RecordsWaiting,
    string Clock,
    string Reader,
    bool IsReaderOk,
    bool IsTampered,
    string? Service,
    bool IsJournalWritable,
    string? StopNotice,
    string? PowerNotice,
    CounterSelfTest SelfTest,
    ImmutableArray<CounterPart> Parts,
    ImmutableArray<string> Problems,
    DecisionForm? Entered,
    bool IsStaleListAcknowledged)
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

    /// <summary>The same outcomes, in words that are about the document.</summary>
    internal static ImmutableArray<(OutcomeCode Code, string Text)> DocumentOutcomes { get; } =
    [
        (OutcomeCode.HitNotSamePerson, "Not the listed document"),
        (OutcomeCode.HitConfirmed, "Confirmed with the owner of the list"),
        (OutcomeCode.HitUnresolvedReleased, "Unresolved, released"),
        (OutcomeCode.HitHandedOver, "Handed over (second person)"),
    ];
}
