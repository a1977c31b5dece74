using System.Collections.Immutable;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>What the officer entered about an encounter.</summary>
public sealed record DecisionForm(
    OutcomeCode Outcome,
    ImmutableDictionary<string, OutcomeCode> HitOutcomes,
    string SecondActorId,
    string Note,
    bool IsStaleListAcknowledged)
{
    /// <summary>Which showing of the encounter the officer saw; empty from callers that have no page.</summary>
    public Guid Showing { get; init; }
}

/// <summary>Takes decisions: checks the rules, writes decision and hit outcomes in one transaction, closes the encounter.</summary>
internal sealed class DecisionDesk(
    EncounterBook encounters, JournalStore journal, CounterSession session, InstalledList list, ClockKeeper clock, ILogger<DecisionDesk> logger)
{
    /// <summary>One decision at a time: a key held down posts the form more than once.</summary>
    private readonly Lock _gate = new();

    /// <summary>Decides an encounter.</summary>
    /// <returns>What stands in the way, as sentences; empty when the decision is durable.</returns>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The journal cannot be written; the encounter stays open.</exception>
    internal ImmutableArray<string> Decide(Guid encounterId, DecisionForm form)
    {
        lock (_gate)
            return DecideOne(encounterId, form);
    }

    /// <summary>Leaves a reopened encounter as it was decided.</summary>
    /// <returns>False when no such encounter is open; one that nobody has decided stays open.</returns>
    internal bool Keep(Guid encounterId)
    {
        lock (_gate)
        {
            if (encounters.Find(encounterId) is not { Decided: { } outcome } encounter)
                return false;
            encounters.Close(encounter, outcome);
            return true;
        }
    }

    private ImmutableArray<string> DecideOne(Guid encounterId, DecisionForm form)
    {
        if (encounters.Find(encounterId) is not { } encounter)
            return ["This encounter has been decided already, or is not of this counter."];
        // A key held down, or a page from before a new reading, must not decide what the officer has not seen.
        var isOutdated = form.Showing == Guid.Empty ? encounter.Decided is not null : form.Showing != encounter.Showing;
        if (isOutdated)
            return ["This page is out of date: look at the encounter again, then decide."];
        var hits = encounter.VisibleHits;
        var request = new DecisionRequest(
            form.Outcome,
            [.. hits.Select(hit => new HitResolution(
                hit.EntryId,
                Enum.TryParse<RequestedAction>(hit.Action, out var action) ? action : RequestedAction.Inform,
                form.HitOutcomes.TryGetValue(hit.EntryId, out var outcome) ? outcome : null))],
            session.Working?.StaffNumber ?? "",
            form.SecondActorId,
            form.IsStaleListAcknowledged || session.KnowsListIsStale);
        var status = StatusAtVerdict(encounter);
        var problems = DecisionRules.Check(request, status);
        if (!problems.IsEmpty)
            return problems;
        RecordDraft[] drafts = [DecisionDraft(encounter, form, request), .. OutcomeDrafts(encounter, form, request)];
        journal.Append(drafts);
        if (status.Freshness == ListFreshness.Stale)
            session.AcknowledgeStaleList();
        encounters.Close(encounter, form.Outcome);
        logger.EncounterDecided(encounterId, form.Outcome);
        return [];
    }

    private RecordDraft DecisionDraft(OpenEncounter encounter, DecisionForm form, DecisionRequest request)
    {
        var now = list.Status(list.Current, clock.Read());
        return new RecordDraft(Lane.Encounters, RecordKind.EncounterDecision, request.ActorId)
        {
            EncounterId = encounter.Id,
            RelatedRecordId = encounter.Verdict.RecordId,
            OutcomeCodes = [(ushort)form.Outcome, .. request.Hits.Select(static hit => (ushort)hit.Outcome!.Value)],
            Nationality = encounter.Verdict.Nationality,
            Sex = encounter.Verdict.Sex,
            AgeBand = encounter.Verdict.AgeBand,
            // Version as screened, age as of the decision when it is still that list.
            ListVersion = encounter.Verdict.ListVersion,
            ListAgeSeconds = now.Version == encounter.Verdict.ListVersion && now.Age is { } age ? (long)age.TotalSeconds : encounter.Verdict.ListAgeSeconds,
            Flags = FlagsOf(encounter, form, SecondPerson(request)),
            SecondActorId = SecondPerson(request),
            CrossedUnixMicroseconds = encounter.Verdict.CrossedUnixMicroseconds,
            RulesVersion = encounter.Verdict.RulesVersion,
            Personal = form.Note.Length == 0 ? null : new PersonalPart { Note = form.Note },
        };
    }

    private static IEnumerable<RecordDraft> OutcomeDrafts(OpenEncounter encounter, DecisionForm form, DecisionRequest request)
    {
        foreach (var hit in request.Hits)
        {
            yield return new RecordDraft(Lane.Alerts, RecordKind.HitOutcome, request.ActorId)
            {
                EncounterId = encounter.Id,
                RelatedRecordId = encounter.Verdict.RecordId,
                OutcomeCodes = [(ushort)hit.Outcome!.Value],
                ListVersion = encounter.Verdict.ListVersion,
                Flags = FlagsOf(encounter, form, SecondPerson(request)),
                SecondActorId = SecondPerson(request),
                CrossedUnixMicroseconds = encounter.Verdict.CrossedUnixMicroseconds,
                Personal = new PersonalPart
                {
                    Note = form.Note,
                    Candidates = [.. encounter.Person.Candidates.Where(candidate => candidate.EntryId == hit.EntryId)],
                },
            };
        }
    }

    private static RecordFlags FlagsOf(OpenEncounter encounter, DecisionForm form, string second) =>
        (encounter.Verdict.Flags & ~RecordFlags.Discreet)
        | (form.Outcome == OutcomeCode.ProtectionReferral ? RecordFlags.Protection : RecordFlags.None)
        | (second.Length > 0 ? RecordFlags.SecondPerson : RecordFlags.None);

    /// <summary>The second person as recorded: somebody else than who decides, or nobody.</summary>
    private static string SecondPerson(DecisionRequest request)
    {
        var second = request.SecondActorId.Trim().ToUpperInvariant();
        return string.Equals(second, request.ActorId.Trim(), StringComparison.OrdinalIgnoreCase) ? "" : second;
    }

    private static ListStatus StatusAtVerdict(OpenEncounter encounter) =>
        (encounter.Verdict.Flags & RecordFlags.StaleList) != 0
            ? new ListStatus(encounter.Verdict.ListVersion, null, ListFreshness.Stale)
            : new ListStatus(encounter.Verdict.ListVersion, null, ListFreshness.Fresh);
}
