using EdgeCheckpoint.Faults.Tests.Disk;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Journal;

namespace EdgeCheckpoint.Faults.Tests.Journal;

/// <summary>The power goes while a lane is closed and what follows is written again: each record ends inside another, once, or is still to be sent.</summary>
public sealed class CarryingCutTests : IDisposable
{
    private const int RecordCount = 200;
    private const int From = 41;

    private readonly JournalRig _rig = new();

    [Fact]
    public void Close_PowerCutAtAnyMoment_CarriesEachRecordOnce()
    {
        // Each writes again what is left, which takes as long as two of the others.
        var cuts = Seed.Number("CHECKPOINT_CUTS", 200) / 2;
        var random = new Random(Seed.Of($"{cuts} power cuts while records are written again"));
        var data = _rig.NewFolder();
        var disk = new RecordedDisk();
        var ids = new List<Guid>();
        int begin;
        byte[] begunBefore, begunAfter;
        using (FaultVfs.Watch(data.Journal, disk))
        {
            using var journal = _rig.Open(data);
            for (var i = 0; i < RecordCount; i++)
                ids.Add(journal.Append(JournalRig.Draft(Lane.Encounters, random))[0].RecordId);
            journal.SetDurable(_rig.Identity.Epoch, Lane.Encounters, From - 1, 0);
            journal.Checkpoint();
            (begin, begunBefore) = (disk.Count, File.ReadAllBytes(Begun(data)));
            journal.Close(Lane.Encounters, _rig.Identity.Epoch, From, "a test");
            begunAfter = File.ReadAllBytes(Begun(data));
            while (journal.CarryOn())
            {
            }
        }

        var (open, unfinished) = (0, 0);
        for (var i = 0; i < cuts; i++)
        {
            var at = random.Next(begin, disk.Count + 1);
            var after = _rig.NewFolder();
            disk.CutInto(after.Journal, at, random);
            // Written after the commit that begins the epoch: whether the power went before it or behind it.
            File.WriteAllBytes(Begun(after), random.Next(2) == 0 ? begunBefore : begunAfter);
            using (var journal = _rig.Open(after))
            {
                Assert.Null(journal.Problem);
                Assert.Null(journal.LastDamage);
                if (journal.ClosedLanes.IsEmpty)
                {
                    open++;
                    journal.Close(Lane.Encounters, _rig.Identity.Epoch, From, "a test");
                }

                unfinished += journal.Untold > 0 ? 1 : 0;
                while (journal.CarryOn())
                {
                }

                Assert.Equal(ids.Skip(From - 1), Carried(journal));
            }

            Assert.True(JournalVerification.Verify(JournalStore.PathsIn(after.Path)[0], checksKeys: true).IsSuccess);
            Directory.Delete(after.Path, recursive: true);
        }

        Console.Error.WriteLine($"{cuts} power cuts while records are written again: {open} before the lane was closed, {unfinished} with some left to write, each carried once");
        Assert.True(unfinished > cuts / 10, $"only {unfinished} of {cuts} cuts left anything to write");
    }

    private static string Begun(DataFolder data) => Path.Combine(data.Journal, "journal.db.begun");

    private static List<Guid> Carried(JournalStore journal)
    {
        var carried = new List<Guid>();
        while (journal.ReadUnsent(Lane.Encounters) is { } batch)
        {
            carried.AddRange(batch.Records.Select(static record => RecordHeader.Parse(record.Header).Value)
                .Where(static header => header.Kind == RecordKind.Salvaged).Select(static header => header.RelatedRecordId!.Value));
            journal.SetDurable(batch.Epoch, Lane.Encounters, batch.FirstSequence + (ulong)batch.Records.Length - 1, 0);
        }

        return carried;
    }

    public void Dispose() => _rig.Dispose();
}
