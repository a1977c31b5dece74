using EdgeCheckpoint.Faults.Tests.Disk;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Faults.Tests.Journal;

/// <summary>The power goes while a journal of the first schema is brought up to date: at the next start it is up to date, and whole.</summary>
public sealed class MigrationCutTests : IDisposable
{
    private const int RecordCount = 30;
    private const int CutsPerStep = 4;

    private readonly JournalRig _rig = new();

    [Fact]
    public void Open_PowerCutAtEveryStepOfTheMigration_LosesNothing()
    {
        var random = new Random(Seed.Of("power cuts in the migration"));
        var (old, chains) = FirstSchema();
        var data = _rig.NewFolder();
        var path = Path.Combine(data.Journal, "journal.db");
        File.WriteAllBytes(path, old);
        var disk = new RecordedDisk();
        disk.Write(path, 0, old);
        disk.Sync(path);
        var before = disk.Count;
        using (FaultVfs.Watch(data.Journal, disk))
        {
            using var journal = _rig.Open(data);
            Assert.Equal(RecordCount, journal.Depth().RecordsWaiting);
        }

        Assert.True(disk.Count - before > 5, "nothing was migrated");
        for (var step = before; step <= disk.Count; step++)
        {
            for (var i = 0; i < CutsPerStep; i++)
                AssertWhole(disk, step, random, chains);
        }
    }

    private void AssertWhole(RecordedDisk disk, int step, Random random, List<string> chains)
    {
        var after = _rig.NewFolder();
        disk.CutInto(after.Journal, step, random);
        using (var journal = _rig.Open(after))
        {
            Assert.True(journal.Problem is null, $"step {step}: {journal.Problem}");
            Assert.True(journal.LastDamage is null, $"step {step}: {journal.LastDamage}");
            var batch = journal.ReadUnsent(Lane.Audit)!;
            Assert.Equal(chains, batch.Records.Select(static record => Convert.ToHexString(record.Chain.Span)));
            Assert.Equal(_rig.Identity.Epoch, batch.Epoch);
            journal.Append(JournalRig.Draft(Lane.Audit, random));
        }

        Assert.True(JournalVerification.Verify(JournalStore.PathsIn(after.Path)[0], checksKeys: true).IsSuccess);
        Directory.Delete(after.Path, recursive: true);
    }

    /// <summary>A journal as the first version of the software wrote it.</summary>
    private (byte[] File, List<string> Chains) FirstSchema()
    {
        var path = Path.Combine(_rig.NewFolder().Path, "first.db");
        var chains = new List<string>();
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var script = new StreamReader(typeof(JournalStore).Assembly.GetManifestResourceStream("journal/0001_records.sql")!);
            JournalDatabase.Execute(connection, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; " + script.ReadToEnd() + "; PRAGMA user_version = 1");
            var chain = RecordChain.Genesis(_rig.Identity.ApplianceId, _rig.Identity.Epoch, Lane.Audit);
            for (var sequence = 1UL; sequence <= RecordCount; sequence++)
            {
                var record = SealedRecord.Create(Header(sequence), [], [], [], chain);
                chain = record.Chain.ToArray();
                chains.Add(Convert.ToHexString(chain));
                using var insert = connection.CreateCommand();
                insert.CommandText = "INSERT INTO records VALUES ($epoch, 2, $sequence, $id, 10, NULL, $header, x'', x'', x'', $chain, $written)";
                insert.Parameters.AddWithValue("$epoch", _rig.Identity.Epoch.ToByteArray(bigEndian: true));
                insert.Parameters.AddWithValue("$sequence", (long)sequence);
                insert.Parameters.AddWithValue("$id", RecordHeader.Parse(record.Header).Value.RecordId.ToByteArray(bigEndian: true));
                insert.Parameters.AddWithValue("$header", record.Header.ToArray());
                insert.Parameters.AddWithValue("$chain", chain);
                insert.Parameters.AddWithValue("$written", (long)sequence);
                insert.ExecuteNonQuery();
            }

            JournalDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        return (File.ReadAllBytes(path), chains);
    }

    private RecordHeader Header(ulong sequence) => new()
    {
        RecordId = Guid.NewGuid(),
        ApplianceId = _rig.Identity.ApplianceId,
        Epoch = _rig.Identity.Epoch,
        Lane = Lane.Audit,
        Sequence = sequence,
        Kind = RecordKind.Viewed,
        ActorId = "OFF-1",
        WallUnixMicroseconds = 1_795_459_200_000_000 + (long)sequence,
        MonotonicMicroseconds = (long)sequence,
        BootId = Guid.Empty,
        ClockQuality = ClockQuality.Held,
    };

    public void Dispose() => _rig.Dispose();
}
