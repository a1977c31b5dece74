using EdgeCheckpoint.Worker.Inspection;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Worker.Enclosure;

/// <summary>Drops from memory what only a person's sign-in opens: keys, list and travellers. Open encounters are in the journal and come back with the next sign-in.</summary>
internal sealed class KeyCustody(PostKeyring keyring, InstalledList list, EncounterBook encounters, CounterSession session)
{
    internal void Drop()
    {
        // Keys before what they opened: nothing is opened again while the rest is being dropped.
        keyring.Close();
        list.Close();
        list.Report(LeasedKeys.Closed);
        encounters.Clear();
        session.End();

        // Locked memory is overwritten when its last user is gone: now, and not when some later traveller makes room for it.
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
