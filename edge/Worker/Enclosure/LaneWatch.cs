using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>
/// Gate and light barrier beside the encounter: the gate-ready lamp burns while the counter can take somebody; a gate that opens, or a traveller who leaves,
/// before the decision is told to the officer and journalled. Nothing is decided by it.
/// </summary>
internal sealed class LaneWatch(
    EncounterBook encounters, CounterSession session, InspectionHold hold, JournalStore journal, ILogger<LaneWatch> logger)
{
    /// <summary>Somebody may work, nothing holds the counter up, and nobody is being decided.</summary>
    internal bool IsReady => session.Working?.Role.SeesTravellers() == true && hold.Reason is null && encounters.State.Open.IsEmpty;

    /// <summary>The gate has moved.</summary>
    internal void TakeGate(ContactLevel level)
    {
        if (level == ContactLevel.Open && encounters.Newest is { Decided: null } open)
            Tell(RecordKind.GateOpened, open, "The gate opened before this encounter was decided.");
    }

    /// <summary>Somebody came to the counter, or left it.</summary>
    internal void TakePresence(ContactLevel level)
    {
        if (level == ContactLevel.Closed && encounters.Newest is { Decided: null } open)
            Tell(RecordKind.TravellerLeft, open, "The traveller has left the counter, and the encounter is not decided.");
    }

    private void Tell(RecordKind kind, OpenEncounter encounter, string sentence)
    {
        encounters.Notify(sentence, isUrgent: false);
        journal.Note(new RecordDraft(Lane.Audit, kind, RecordDraft.Appliance) { EncounterId = encounter.Id }, logger);
    }
}
