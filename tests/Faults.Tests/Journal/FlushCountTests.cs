using EdgeCheckpoint.Faults.Tests.Disk;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;

namespace EdgeCheckpoint.Faults.Tests.Journal;

/// <summary>What an officer waits for is one flush of the card, however many records belong together (DESIGN §6).</summary>
public sealed class FlushCountTests : IDisposable
{
    private readonly JournalRig _rig = new();

    [Fact]
    public void Append_DecisionWithItsHits_IsOneFlush()
    {
        var data = _rig.NewFolder();
        var disk = new CountingDisk();
        using var watching = FaultVfs.Watch(data.Journal, disk);
        using var journal = _rig.Open(data);
        var encounter = Guid.NewGuid();
        journal.Append(
            new RecordDraft(Lane.Encounters, RecordKind.EncounterVerdict, "OFF-1") { EncounterId = encounter, Personal = new PersonalPart { Surname = "LINDQUIST" } },
            new RecordDraft(Lane.Alerts, RecordKind.Hit, "OFF-1") { EncounterId = encounter, Personal = new PersonalPart { Surname = "LINDQUIST" } });
        var before = disk.Flushes;

        journal.Append(
            new RecordDraft(Lane.Encounters, RecordKind.EncounterDecision, "OFF-1") { EncounterId = encounter },
            new RecordDraft(Lane.Alerts, RecordKind.HitOutcome, "OFF-1") { EncounterId = encounter, Personal = new PersonalPart { Note = "not the same person" } },
            new RecordDraft(Lane.Audit, RecordKind.Viewed, "OFF-1") { EncounterId = encounter });

        Assert.Equal(1, disk.Flushes - before);
    }

    [Fact]
    public void Append_Health_IsNoFlush()
    {
        var data = _rig.NewFolder();
        var disk = new CountingDisk();
        using var watching = FaultVfs.Watch(data.Journal, disk);
        using var journal = _rig.Open(data);
        journal.Append(new RecordDraft(Lane.Health, RecordKind.Health, RecordDraft.Appliance));
        var before = disk.Flushes;

        for (var i = 0; i < 5; i++)
            journal.Append(new RecordDraft(Lane.Health, RecordKind.Health, RecordDraft.Appliance));

        Assert.Equal(0, disk.Flushes - before);
    }

    public void Dispose() => _rig.Dispose();

    private sealed class CountingDisk : DiskScript
    {
        internal int Flushes { get; private set; }

        internal override int Sync(string path)
        {
            Flushes++;
            return Ok;
        }
    }
}
