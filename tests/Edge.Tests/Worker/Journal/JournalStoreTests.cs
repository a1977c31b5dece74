using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Edge.Tests.Worker.Journal;

public sealed class JournalStoreTests
{
    private static RecordDraft Audit => new(Lane.Audit, RecordKind.Started, RecordDraft.Appliance);

    private static RecordDraft Verdict(Guid encounter) => new(Lane.Encounters, RecordKind.EncounterVerdict, "OFF-1")
    {
        EncounterId = encounter,
        Personal = new PersonalPart { Surname = "LINDQUIST" },
    };

    [Fact]
    public void Append_ThenReopen_ChainGoesOnAndBatchVerifies()
    {
        using var bench = new Bench();
        bench.Journal.Append(Audit, Audit);
        bench.Restart();
        bench.Journal.Append(Audit);

        var batch = bench.Journal.ReadUnsent(Lane.Audit);

        Assert.NotNull(batch);
        Assert.Equal(3, batch.Records.Length);
        var statement = new BatchStatement(
            bench.Identity.ApplianceId, batch.Epoch, Lane.Audit, 1, 3, batch.PreviousChain, batch.Records[^1].Chain);
        var verified = RecordBatch.Verify(
            statement, batch.Records, SignatureAlgorithm.EcdsaP256Sha256, bench.Key.Sign(statement.Encode()), bench.Key.SigningKeySpki.Span);
        Assert.True(verified.IsSuccess);
        Assert.Equal([1UL, 2, 3], verified.Value.Select(static header => header.Sequence));
    }

    [Fact]
    public void Append_OnAFullDisk_WritesNothingAndGoesOnAfterwards()
    {
        using var bench = new Bench();
        bench.Journal.Append(Audit);
        using (var other = new SqliteConnection($"Data Source={bench.Journal.FilePath};Pooling=False"))
        {
            // Another writer holds the database: what the journal sees is a write that fails, as on a failing card.
            other.Open();
            using var blocking = other.BeginTransaction();
            JournalDatabase.Execute(other, "CREATE TABLE blocker (x)", blocking);
            Assert.Throws<SqliteException>(() => bench.Journal.Append(Audit, Audit));
            blocking.Rollback();
        }

        var header = Assert.Single(bench.Journal.Append(Audit));
        Assert.Equal(2UL, header.Sequence);
        Assert.Equal(2, bench.Journal.ReadUnsent(Lane.Audit)!.Records.Length);
    }

    [Fact]
    public void OpenEncounters_AfterVerdictWithoutDecision_AreBackAfterARestart()
    {
        using var bench = new Bench();
        var (open, decided) = (Guid.NewGuid(), Guid.NewGuid());
        bench.Journal.Append(Verdict(open));
        bench.Journal.Append(Verdict(decided));
        bench.Journal.Append(new RecordDraft(Lane.Encounters, RecordKind.EncounterDecision, "OFF-1") { EncounterId = decided });
        bench.Restart();
        Assert.Null(bench.Keyring.JournalKey);
        bench.OpenKeys();

        var resumed = bench.Encounters.Resume(bench.Journal, bench.Keyring.JournalKey!);

        Assert.Equal(1, resumed);
        var encounter = Assert.Single(bench.Encounters.State.Open);
        Assert.Equal(open, encounter.Id);
        Assert.Equal("LINDQUIST", encounter.Person.Surname);
    }

    [Fact]
    public void Resume_WithAnotherDevicesKey_ShowsNothing()
    {
        using var bench = new Bench();
        using var thief = DeviceKey.CreateInMemory();
        bench.Journal.Append(Verdict(Guid.NewGuid()));

        Assert.Equal(0, bench.Encounters.Resume(bench.Journal, thief));
    }

    [Fact]
    public void ReadUnsent_OfLargeRecords_StaysWithinTheLimitsOfABatch()
    {
        using var bench = new Bench();
        for (var i = 0; i < 20; i++)
            bench.Journal.Append(Verdict(Guid.NewGuid()) with { Personal = new PersonalPart { Note = new string('N', 8000) } });

        var batch = bench.Journal.ReadUnsent(Lane.Encounters)!;

        Assert.InRange(batch.Records.Sum(static record => record.Ciphertext.Length), 1, RecordBatch.BytesMax);
        Assert.InRange(batch.Records.Length, 1, 8);
    }

    [Fact]
    public void SetDurable_GoingBackwards_SendsAgainFromThere()
    {
        using var bench = new Bench();
        bench.Journal.Append(Audit, Audit, Audit);
        bench.Journal.SetDurable(bench.Identity.Epoch, Lane.Audit, 3, 0);
        Assert.Null(bench.Journal.ReadUnsent(Lane.Audit));
        Assert.Equal(0, bench.Journal.Depth().RecordsWaiting);

        bench.Journal.SetDurable(bench.Identity.Epoch, Lane.Audit, 1, 0);

        Assert.Equal(2UL, bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
        Assert.Equal(2, bench.Journal.Depth().RecordsWaiting);
    }

    [Fact]
    public void SetDurable_BeyondWhatWasWritten_IsNotBelieved()
    {
        using var bench = new Bench();
        bench.Journal.Append(Audit);

        bench.Journal.SetDurable(bench.Identity.Epoch, Lane.Audit, 99, 0);
        bench.Journal.Append(Audit);

        Assert.Equal(2UL, bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
    }

    [Fact]
    public void Open_FileOfNewerSoftware_IsRefusedWithTheRemedy()
    {
        using var bench = new Bench();
        var path = bench.Journal.FilePath;
        bench.Restart();
        using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            JournalDatabase.Execute(other, "PRAGMA user_version = 99; PRAGMA application_id = 1162037859");
        }

        var refused = Assert.Throws<InvalidOperationException>(() => bench.Journal);
        Assert.Contains("newer software", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoint_AfterManyCommits_LeavesNoGrowingLog()
    {
        using var bench = new Bench();
        for (var i = 0; i < 200; i++)
            bench.Journal.Append(Audit);

        bench.Journal.Checkpoint();

        Assert.Equal(0, new FileInfo(bench.Journal.FilePath + "-wal").Length);
    }
}
