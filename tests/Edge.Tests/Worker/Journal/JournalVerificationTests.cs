using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Edge.Tests.Worker.Journal;

public sealed class JournalVerificationTests : IDisposable
{
    private readonly Bench _bench = new();

    public JournalVerificationTests()
    {
        for (var i = 0; i < 4; i++)
        {
            _bench.Journal.Append(
                new RecordDraft(Lane.Audit, RecordKind.Viewed, "OFF-1"),
                new RecordDraft(Lane.Encounters, RecordKind.EncounterVerdict, "OFF-1")
                {
                    EncounterId = Guid.NewGuid(),
                    Personal = new PersonalPart { Surname = "LINDQUIST" },
                });
        }
    }

    [Fact]
    public void Verify_BesideARunningService_IsWhole()
    {
        var lanes = JournalVerification.Verify(_bench.Journal.FilePath).Value;

        Assert.Equal([(Lane.Encounters, 4UL), (Lane.Audit, 4UL)], lanes.Select(static lane => (lane.Lane, lane.Records)));
        Assert.All(lanes, lane => Assert.Equal("ap-bench", lane.ApplianceId));
    }

    [Fact]
    public void Verify_AfterErasure_IsStillWhole()
    {
        Tamper("UPDATE records SET wrapped_for_appliance = x'', wrapped_for_central = x''");

        Assert.True(JournalVerification.Verify(_bench.Journal.FilePath).IsSuccess);
    }

    [Theory]
    [InlineData("UPDATE records SET ciphertext = x'00' WHERE lane = 1 AND sequence = 3", "record 3 of lane Encounters")]
    [InlineData("UPDATE records SET header = zeroblob(length(header)) WHERE lane = 2 AND sequence = 2", "record 2 of lane Audit")]
    [InlineData("UPDATE records SET record_id = zeroblob(16) WHERE lane = 2 AND sequence = 4", "record 4 of lane Audit")]
    [InlineData("UPDATE records SET chain = zeroblob(32) WHERE lane = 2 AND sequence = 4", "record 4 of lane Audit")]
    [InlineData("DELETE FROM records WHERE lane = 2 AND sequence = 1", "record 1 of lane Audit")]
    [InlineData("DELETE FROM records WHERE lane = 2 AND sequence = 3", "record 3 of lane Audit")]
    public void Verify_ChangedByHand_NamesTheFirst(string sql, string named)
    {
        Tamper(sql);

        Assert.Contains(named, JournalVerification.Verify(_bench.Journal.FilePath).Failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_EndCutOffThatCentralConfirmed_IsFound()
    {
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Audit, 4, 0);
        Tamper("DELETE FROM records WHERE lane = 2 AND sequence = 4");

        Assert.Contains("record 4 of lane Audit", JournalVerification.Verify(_bench.Journal.FilePath).Failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_NoJournal_Throws()
    {
        var file = Path.Combine(_bench.Data.Path, "not-a-journal");
        File.WriteAllText(file, "this is no database at all, and long enough not to be taken for an empty one");

        Assert.Throws<SqliteException>(() => JournalVerification.Verify(file));
    }

    private void Tamper(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_bench.Journal.FilePath};Pooling=False");
        connection.Open();
        JournalDatabase.Execute(connection, "PRAGMA foreign_keys = OFF");
        JournalDatabase.Execute(connection, sql);
    }

    public void Dispose() => _bench.Dispose();
}
