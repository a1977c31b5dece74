using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Edge.Tests.Worker.Journal;

/// <summary>What the ladder does with a journal that is not as it was written.</summary>
public sealed class JournalDamageTests : IDisposable
{
    private const int PageSize = 4096;

    private readonly Bench _bench = new();

    private static RecordDraft Audit => new(Lane.Audit, RecordKind.Viewed, "OFF-1");

    private static RecordDraft Verdict(Guid encounter) => new(Lane.Encounters, RecordKind.EncounterVerdict, "OFF-1")
    {
        EncounterId = encounter,
        Personal = new PersonalPart { Surname = "LINDQUIST", Note = new string('N', 900) },
    };

    [Fact]
    public void Open_HeaderOfTheFileOverwritten_SavesEveryRecordUnderItsEpochAndBeginsAnother()
    {
        var open = Guid.NewGuid();
        for (var i = 0; i < 40; i++)
            _bench.Journal.Append(Audit, Verdict(i == 7 ? open : Guid.NewGuid()));
        var before = ReadAll(Lane.Encounters);
        Stop();
        Overwrite(0, 100);

        var after = ReadAll(Lane.Encounters);

        Assert.Equal(1, _bench.Journal.Recoveries);
        Assert.Equal(before.Select(Key), after.Select(Key));
        Assert.Contains(_bench.Journal.OpenEncounters(), record => RecordHeader.Parse(record.Header).Value.EncounterId == open);
        var (epoch, header) = Assert.Single(ReadAll(Lane.Alerts)).Header is var bytes ? (RecordHeader.Parse(bytes).Value.Epoch, RecordHeader.Parse(bytes).Value) : default;
        Assert.Equal(RecordKind.JournalRecovered, header.Kind);
        Assert.NotEqual(_bench.Identity.Epoch, epoch);
        Assert.Equal(DeviceState.Attention, _bench.Journal.Status(Bench.Start).State);
        var evidence = Assert.Single(Directory.GetDirectories(JournalRebuild.EvidenceIn(_bench.Data.Journal)));
        Assert.Contains("journal.db", Directory.GetFiles(evidence).Select(Path.GetFileName));
    }

    [Fact]
    public void Open_OnePageOverwritten_LosesOnlyItsRecordsAndNamesThem()
    {
        for (var i = 0; i < 60; i++)
            _bench.Journal.Append(Verdict(Guid.NewGuid()));
        var before = ReadAll(Lane.Encounters).Select(Key).ToHashSet();
        Stop();
        var page = LeafOf(sequence: 30);
        Overwrite(page * PageSize, PageSize);

        var all = ReadAll(Lane.Encounters);

        Assert.Equal(1, _bench.Journal.Recoveries);
        var saved = all.Where(static record => RecordHeader.Parse(record.Header).Value.Kind == RecordKind.EncounterVerdict).ToArray();
        var carried = all.Except(saved).Select(record => SalvagedRecord.FromNote(NoteOf(record)).Value).ToArray();
        Assert.InRange(saved.Length, 20, 30);
        // Of the page itself some records are lost; those behind it travel in records of the new epoch, as they were.
        Assert.InRange(carried.Length + saved.Length, 53, 59);
        Assert.All(carried, record => Assert.Contains(Key(record), before));
        // What carries them says what they are, for lists, retention and alarms.
        Assert.All(all.Except(saved), static record =>
        {
            var carrier = RecordHeader.Parse(record.Header).Value;
            Assert.Equal((RecordKind.Salvaged, RecordKind.EncounterVerdict, "OFF-1"), (carrier.Kind, carrier.EffectiveKind, carrier.ActorId));
        });
        Assert.Equal(Enumerable.Range(1, saved.Length).Select(static i => (ulong)i), saved.Select(static record => RecordHeader.Parse(record.Header).Value.Sequence));
        Assert.Contains($"record {saved.Length + 1} of lane Encounters", NoteOf(ReadAll(Lane.Alerts)[0]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_CutBeforeAnybodyWroteAgain_HasKeptWhatWasFound(bool isCutInTheExchange)
    {
        for (var i = 0; i < 60; i++)
            _bench.Journal.Append(Verdict(Guid.NewGuid()));
        Stop();
        Overwrite(LeafOf(sequence: 30) * PageSize, PageSize);
        var plan = new JournalFilePlan(Path.Combine(_bench.Data.Journal, "journal.db"), [Lane.Alerts, Lane.Encounters, Lane.Audit], IsFlushedAtEachCommit: true);

        // The ladder alone: nothing of it is in anybody's memory when the next start reads the card.
        var saved = JournalRebuild.Run(plan, _bench.Identity.ApplianceId, "a test", Bench.Start);

        if (isCutInTheExchange)
            File.Move(plan.Path, plan.Path + JournalRebuild.RebuiltEnding);

        Assert.InRange(saved.Stranded.Length, 20, 39);
        Assert.Equal(RecordKind.JournalRecovered, RecordHeader.Parse(Assert.Single(ReadAll(Lane.Alerts)).Header).Value.Kind);
        Assert.Equal(
            saved.Stranded.Select(static row => Convert.ToHexString(row.Chain)),
            ReadAll(Lane.Encounters).Where(static record => RecordHeader.Parse(record.Header).Value.Kind == RecordKind.Salvaged)
                .Select(record => Key(SalvagedRecord.FromNote(NoteOf(record)).Value)));
        Assert.Equal(0, _bench.Journal.Recoveries);
        Assert.DoesNotContain(Directory.GetFiles(_bench.Data.Journal), static file => file.Contains(JournalRebuild.RebuiltEnding, StringComparison.Ordinal));
    }

    /// <summary>More than are written again at once, and a stop after every portion: all of them end as carriers, each once.</summary>
    [Fact]
    public void CarryOn_StoppedAgainAndAgain_WritesEveryStrandedRecordAgainOnce()
    {
        const int count = 500;
        for (var i = 0; i < count; i++)
            _bench.Journal.Append(Audit);
        var before = ReadAll(Lane.Audit).Select(Key).ToList();
        Stop();
        Tamper("DELETE FROM records WHERE lane = 2 AND sequence = 1");

        _bench.Journal.ReadUnsent(Lane.Audit);
        Assert.Equal(1, _bench.Journal.Recoveries);
        var starts = 0;
        for (Stop(); _bench.Journal.CarryOn(); starts++)
            Stop();

        Assert.InRange(starts, 2, 20);
        Assert.Equal(0, _bench.Journal.Recoveries);
        var carriers = ReadAll(Lane.Audit);
        Assert.Equal(before.Skip(1), carriers.Select(record => Key(SalvagedRecord.FromNote(NoteOf(record)).Value)));
        Assert.Equal(RecordKind.JournalRecovered, RecordHeader.Parse(Assert.Single(ReadAll(Lane.Alerts)).Header).Value.Kind);
    }

    /// <summary>A second damage while the first is being told: what is carried already is not carried again, what was not is found again.</summary>
    [Fact]
    public void Open_DamagedAgainWhileRecordsAreWrittenAgain_WritesTheRestAgainOnce()
    {
        const int count = 300;
        for (var i = 0; i < count; i++)
            _bench.Journal.Append(Audit);
        var before = ReadAll(Lane.Audit).Select(Key).ToList();
        Stop();
        Tamper("DELETE FROM records WHERE lane = 2 AND sequence = 1");
        _bench.Journal.ReadUnsent(Lane.Audit);
        Assert.InRange(_bench.Journal.Untold, 1, count - 1);
        Stop();
        Overwrite(0, 100);

        while (_bench.Journal.CarryOn())
        {
        }

        Assert.Equal(1, _bench.Journal.Recoveries);
        var carried = ReadAll(Lane.Audit).Select(record => Key(SalvagedRecord.FromNote(NoteOf(record)).Value)).ToList();
        Assert.Equal(before.Skip(1).Order(StringComparer.Ordinal), carried.Order(StringComparer.Ordinal));
        Assert.Equal(2, ReadAll(Lane.Alerts).Count);
    }

    /// <summary>Damage to a file in which a lane is closed: it stays closed, and what was carried is looked for and not carried twice.</summary>
    [Fact]
    public void Open_DamagedFileWithAClosedLane_LeavesItClosedAndCarriesTheRestOnce()
    {
        for (var i = 0; i < 150; i++)
            _bench.Journal.Append(Audit);
        var epoch = _bench.Journal.ReadUnsent(Lane.Audit)!.Epoch;
        var before = ReadAll(Lane.Audit).Select(Key).ToList();
        _bench.Journal.SetDurable(epoch, Lane.Audit, 20, 0);
        _bench.Journal.Close(Lane.Audit, epoch, 21, "a test");
        _bench.Journal.CarryOn();
        Assert.InRange(_bench.Journal.Untold, 1, 129);
        Stop();
        Overwrite(0, 100);

        while (_bench.Journal.CarryOn())
        {
        }

        Assert.Equal(1, _bench.Journal.Recoveries);
        Assert.Equal(21UL, Assert.Single(_bench.Journal.ClosedLanes).From);
        var sent = ReadAll(Lane.Audit).Where(static record => RecordHeader.Parse(record.Header).Value.Kind == RecordKind.Salvaged);
        Assert.Equal(before.Skip(20), sent.Select(record => Key(SalvagedRecord.FromNote(NoteOf(record)).Value)));
    }

    [Fact]
    public void Open_DecisionBehindALostRecord_LeavesItsEncounterDecided()
    {
        var encounter = Guid.NewGuid();
        _bench.Journal.Append(Verdict(encounter));
        for (var i = 0; i < 40; i++)
            _bench.Journal.Append(Verdict(Guid.NewGuid()));
        _bench.Journal.Append(new RecordDraft(Lane.Encounters, RecordKind.EncounterDecision, "OFF-1") { EncounterId = encounter });
        Stop();
        Overwrite(LeafOf(sequence: 20) * PageSize, PageSize);

        var open = _bench.Journal.OpenEncounters();

        Assert.Equal(1, _bench.Journal.Recoveries);
        Assert.DoesNotContain(open, record => RecordHeader.Parse(record.Header).Value.EncounterId == encounter);
        Assert.NotEmpty(open);
    }

    [Fact]
    public void SetDurable_ToWhereDamageLeftNothing_StaysSaysSoAndErasesNothing()
    {
        for (var i = 0; i < 60; i++)
            _bench.Journal.Append(Verdict(Guid.NewGuid()));
        var epoch = _bench.Journal.ReadUnsent(Lane.Encounters)!.Epoch;
        _bench.Journal.SetDurable(epoch, Lane.Encounters, 58, 58);
        Stop();
        Overwrite(LeafOf(sequence: 20) * PageSize, PageSize);
        Tamper("UPDATE lane_state SET durable_through = durable_through + 1 WHERE lane = 2");
        Assert.Equal(59UL, _bench.Journal.ReadUnsent(Lane.Encounters)!.FirstSequence);
        Assert.Equal(1, _bench.Journal.Recoveries);

        // Central was restored from a backup that had the first two.
        Assert.False(_bench.Journal.SetDurable(epoch, Lane.Encounters, 2, 2));

        Assert.Equal(59UL, _bench.Journal.ReadUnsent(Lane.Encounters)!.FirstSequence);
        _bench.Time.Advance(TimeSpan.FromDays(4));
        _bench.Journal.Upkeep();
        Assert.Equal(0, _bench.Journal.KeysErased);

        // What is here goes again.
        Assert.True(_bench.Journal.SetDurable(epoch, Lane.Encounters, 40, 0));
        Assert.Equal(41UL, _bench.Journal.ReadUnsent(Lane.Encounters)!.FirstSequence);
    }

    [Theory]
    [InlineData("UPDATE records SET ciphertext = x'00' WHERE lane = 2 AND sequence = 3", "record 3 of lane Audit")]
    [InlineData("DELETE FROM records WHERE lane = 2 AND sequence = 3", "record 3 of lane Audit")]
    [InlineData("UPDATE lane_state SET durable_through = 5 WHERE lane = 2", "the state of lane Audit")]
    [InlineData("DELETE FROM records WHERE lane = 2 AND sequence = 6", "record 6 of lane Audit")]
    public void ReadUnsent_Tampered_IsNeverServedAndIsNamed(string sql, string named)
    {
        for (var i = 0; i < 6; i++)
            _bench.Journal.Append(Audit);
        Stop();
        Tamper(sql);

        var served = ReadAll(Lane.Audit);

        Assert.InRange(served.Count, 2, 6);
        Assert.DoesNotContain(served, static record => record.Ciphertext.Length == 1);
        Assert.Equal(1, _bench.Journal.Recoveries);
        Assert.Contains(named, NoteOf(ReadAll(Lane.Alerts)[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadUnsent_TamperedWhileRunning_IsFoundWithoutARestart()
    {
        for (var i = 0; i < 6; i++)
            _bench.Journal.Append(Audit);
        Tamper("UPDATE records SET header = zeroblob(length(header)) WHERE lane = 2 AND sequence = 1");

        Assert.DoesNotContain(ReadAll(Lane.Audit), static record => RecordHeader.Parse(record.Header).Value.Sequence == 1 && record.Header.Span[4] == 0);
        Assert.Equal(1, _bench.Journal.Recoveries);
        _bench.Journal.Append(Audit);
        // The log still had the page as it was before.
        Assert.Equal(7, ReadAll(Lane.Audit).Count);
    }

    [Fact]
    public void OpenEncounters_ListOfThemTampered_IsRebuiltFromTheRecords()
    {
        var open = Guid.NewGuid();
        _bench.Journal.Append(Verdict(open));
        Stop();
        Tamper("UPDATE open_encounters SET encounter_id = zeroblob(16)");

        var record = Assert.Single(_bench.Journal.OpenEncounters());

        Assert.Equal(open, RecordHeader.Parse(record.Header).Value.EncounterId);
        Assert.Equal(1, _bench.Journal.Recoveries);
    }

    [Fact]
    public void ReadUnsent_KeysTampered_IsSentAndSaidToBeUnreadable()
    {
        _bench.Journal.Append(Verdict(Guid.NewGuid()));
        Stop();
        Tamper("UPDATE records SET wrapped_for_central = zeroblob(122) WHERE lane = 1");

        Assert.Single(ReadAll(Lane.Encounters));

        Assert.Contains("keys of 1 records", _bench.Journal.Status(Bench.Start).Detail, StringComparison.Ordinal);
    }

    /// <summary>A mark of a backup is no record: no check of records says in which file it is damaged.</summary>
    [Theory]
    [InlineData("journal.db")]
    [InlineData("health.db")]
    public void Upkeep_DamageThatNoCheckOfRecordsSees_PutsOnlyTheFileAsideThatWasWorkedOn(string fileName)
    {
        _bench.Journal.Append(Verdict(Guid.NewGuid()), new RecordDraft(Lane.Health, RecordKind.Health, RecordDraft.Appliance));
        Tamper("INSERT INTO backup_marks VALUES (x'0102030405', 1, 1, NULL, zeroblob(16), 0, zeroblob(16))", fileName);

        _bench.Journal.Upkeep();

        Assert.Null(_bench.Journal.Problem);
        Assert.Equal(1, _bench.Journal.Recoveries);
        var evidence = Assert.Single(Directory.GetDirectories(JournalRebuild.EvidenceIn(_bench.Data.Journal)));
        Assert.Equal(fileName, Assert.Single(Directory.GetFiles(evidence).Select(Path.GetFileName), static name => name!.EndsWith(".db", StringComparison.Ordinal)));
        Assert.Single(ReadAll(Lane.Encounters));
        Assert.Single(ReadAll(Lane.Health));
    }

    /// <summary>The card does not let the damaged file be moved: nothing is acknowledged, nothing is lost, and it is tried again.</summary>
    [Fact]
    public void Append_FileDamagedAtTheStartCannotBePutAside_RefusesUntilItCan()
    {
        for (var i = 0; i < 10; i++)
            _bench.Journal.Append(Audit);
        Stop();
        Overwrite(0, 100);
        // A file where the folder of the evidence should be made.
        var inTheWay = JournalRebuild.EvidenceIn(_bench.Data.Journal);
        File.WriteAllText(inTheWay, "");

        Assert.Throws<SqliteException>(() => _bench.Journal.Append(Audit));
        Assert.Contains("paper procedure", _bench.Journal.Problem, StringComparison.Ordinal);
        Assert.True(File.Exists(_bench.Journal.FilePath));
        File.Delete(inTheWay);
        _bench.Journal.Append(Audit);

        Assert.Null(_bench.Journal.Problem);
        Assert.Equal(1, _bench.Journal.Recoveries);
        Assert.Equal(11, ReadAll(Lane.Audit).Count);
    }

    /// <summary>The same while running: the record that is not as it was written is not served, and the counter goes on behind it.</summary>
    [Fact]
    public void ReadUnsent_DamagedFileCannotBePutAside_ServesNothingAndLosesNothing()
    {
        for (var i = 0; i < 10; i++)
            _bench.Journal.Append(Audit);
        var inTheWay = JournalRebuild.EvidenceIn(_bench.Data.Journal);
        File.WriteAllText(inTheWay, "");
        Tamper("UPDATE records SET header = zeroblob(length(header)) WHERE lane = 2 AND sequence = 1");

        Assert.Throws<SqliteException>(() => _bench.Journal.ReadUnsent(Lane.Audit));
        Assert.Contains("paper procedure", _bench.Journal.Problem, StringComparison.Ordinal);
        _bench.Journal.Append(Audit);
        Assert.Throws<SqliteException>(() => _bench.Journal.ReadUnsent(Lane.Audit));
        File.Delete(inTheWay);

        var audits = ReadAll(Lane.Audit);

        // The first record is spoilt for good; what follows it travels in records of the new epoch.
        Assert.Equal(1, _bench.Journal.Recoveries);
        Assert.Equal(10, audits.Count(static record => RecordHeader.Parse(record.Header).Value.Kind == RecordKind.Salvaged));
    }

    /// <summary>An alert that damage cut off from the one before it is still an alert: it goes first, in lane 0, where central counts it as a hit.</summary>
    [Fact]
    public void ReadUnsent_AlertBehindALostOne_TravelsInTheLaneOfAlerts()
    {
        var encounter = Guid.NewGuid();
        _bench.Journal.Append(new RecordDraft(Lane.Alerts, RecordKind.Tamper, RecordDraft.Appliance));
        _bench.Journal.Append(new RecordDraft(Lane.Alerts, RecordKind.Hit, "OFF-1") { EncounterId = encounter, Personal = new PersonalPart { Surname = "LINDQUIST" } });
        var hit = ReadAll(Lane.Alerts)[1];
        Stop();
        Tamper("DELETE FROM records WHERE lane = 0 AND sequence = 1");

        var sent = ReadAll(Lane.Alerts);

        Assert.Equal([RecordKind.JournalRecovered, RecordKind.Salvaged], sent.Select(static record => RecordHeader.Parse(record.Header).Value.Kind));
        var header = RecordHeader.Parse(sent[1].Header).Value;
        Assert.Equal((Lane.Alerts, encounter), (header.Lane, header.EncounterId));
        Assert.Equal(Key(hit), Key(SalvagedRecord.FromNote(NoteOf(sent[1])).Value));
    }

    /// <summary>Rows of another appliance, as on a card that was cloned and mixed up, are nobody's here.</summary>
    [Fact]
    public void Open_DamagedFileWithRecordsOfAnotherIdentity_SavesOnlyItsOwn()
    {
        for (var i = 0; i < 5; i++)
            _bench.Journal.Append(Audit);
        var other = new DataFolder(Path.Combine(_bench.Data.Path, "other"));
        var stranger = new ApplianceIdentity
        {
            ApplianceId = "ap-stranger",
            PostName = "Utopia South",
            CentralAddress = "https://127.0.0.1:1",
            CertificateDer = [],
            Epoch = Guid.NewGuid(),
            TicketIssuedAt = _bench.Identity.TicketIssuedAt,
        };
        using (var journal = new JournalStore(
            other, stranger, _bench.Trust, _bench.People, _bench.Clock, Options.Create(_bench.JournalOptions), _bench.Disk, NullLogger<JournalStore>.Instance))
        {
            for (var i = 0; i < 7; i++)
                journal.Append(Audit);
        }

        Stop();
        Tamper($"ATTACH '{JournalStore.PathsIn(other.Path)[0]}' AS other; INSERT INTO records SELECT * FROM other.records; INSERT INTO lane_state SELECT * FROM other.lane_state");
        Overwrite(0, 100);

        var audits = ReadAll(Lane.Audit);

        Assert.Equal(1, _bench.Journal.Recoveries);
        Assert.Equal(5, audits.Count);
        Assert.All(audits, record => Assert.Equal(_bench.Identity.ApplianceId, RecordHeader.Parse(record.Header).Value.ApplianceId));
        Assert.DoesNotContain(stranger.Epoch, _bench.Journal.Epochs(16));
        Assert.DoesNotContain("Lost", NoteOf(Assert.Single(ReadAll(Lane.Alerts))), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnOlderCopyOfTheFile_BeginsAnotherEpoch()
    {
        _bench.Journal.Append(Audit);
        Stop();
        var copy = File.ReadAllBytes(_bench.Journal.FilePath);
        Stop();
        Overwrite(0, 100);
        var epoch = _bench.Journal.ReadUnsent(Lane.Alerts)!.Epoch;
        Stop();
        Assert.NotEqual(_bench.Identity.Epoch, epoch);
        File.WriteAllBytes(Path.Combine(_bench.Data.Journal, "journal.db"), copy);

        _bench.Journal.Append(new RecordDraft(Lane.Alerts, RecordKind.Tamper, RecordDraft.Appliance));

        var batch = _bench.Journal.ReadUnsent(Lane.Alerts)!;
        Assert.NotEqual(_bench.Identity.Epoch, batch.Epoch);
        Assert.NotEqual(epoch, batch.Epoch);
        Assert.Equal(1UL, batch.FirstSequence);
    }

    [Fact]
    public void Open_FileGone_BeginsAnotherEpoch()
    {
        _bench.Journal.Append(Audit);
        Stop();
        File.Delete(Path.Combine(_bench.Data.Journal, "journal.db"));

        _bench.Journal.Append(Audit);

        Assert.NotEqual(_bench.Identity.Epoch, _bench.Journal.ReadUnsent(Lane.Audit)!.Epoch);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Open_PowerCutInTheMiddleOfTheLadder_GoesOn(int cut)
    {
        for (var i = 0; i < 10; i++)
            _bench.Journal.Append(Audit);
        var path = _bench.Journal.FilePath;
        Stop();
        var good = File.ReadAllBytes(path);
        Overwrite(0, 100);
        switch (cut)
        {
            // The fresh file was begun and not finished.
            case 1:
                File.WriteAllBytes(path + ".rebuilt", good.AsSpan(0, PageSize).ToArray());
                break;
            // The damaged one was moved, the fresh one not yet.
            case 2:
                File.WriteAllBytes(path + ".rebuilt", good);
                File.WriteAllBytes(path + "-wal", [1, 2, 3]);
                File.Delete(path);
                break;
            default:
                File.WriteAllBytes(path + ".rebuilt-wal", [1, 2, 3]);
                File.WriteAllBytes(path + ".rebuilt", []);
                break;
        }

        Assert.Equal(10, ReadAll(Lane.Audit).Count);
        Assert.False(File.Exists(path + ".rebuilt"));
    }

    /// <summary>Reads a lane to its end, over all epochs, as the exchange with central does.</summary>
    private List<SealedRecord> ReadAll(Lane lane)
    {
        var all = new List<SealedRecord>();
        while (_bench.Journal.ReadUnsent(lane) is { } batch)
        {
            all.AddRange(batch.Records);
            _bench.Journal.SetDurable(batch.Epoch, lane, batch.FirstSequence + (ulong)batch.Records.Length - 1, 0);
        }

        foreach (var epoch in all.Select(static record => RecordHeader.Parse(record.Header).Value.Epoch).Distinct())
            _bench.Journal.SetDurable(epoch, lane, 0, 0);
        return all;
    }

    private string NoteOf(SealedRecord record)
    {
        Assert.True(SealedRecord.Open(_bench.Keyring.JournalKey!, record.WrappedForAppliance.Span, record.Header, record.Ciphertext.Span).TryGet(out var personal, out var failure), failure?.ToString());
        return PersonalPart.Decode(personal).Value.Note;
    }

    private static string Key(SealedRecord record) => Convert.ToHexString(record.Chain.Span);

    private void Stop()
    {
        _bench.Restart();
        _bench.OpenKeys();
    }

    private void Overwrite(long offset, int length)
    {
        using var file = new FileStream(Path.Combine(_bench.Data.Journal, "journal.db"), FileMode.Open, FileAccess.Write);
        file.Position = offset;
        file.Write(Enumerable.Repeat((byte)0xA5, length).ToArray());
    }

    /// <summary>The page on which a record's header begins, so that the test damages what it means to.</summary>
    private int LeafOf(ulong sequence)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_bench.Data.Journal, "journal.db")};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT header FROM records WHERE lane = 1 AND sequence = {sequence}";
        var header = (byte[])command.ExecuteScalar()!;
        var file = File.ReadAllBytes(Path.Combine(_bench.Data.Journal, "journal.db"));
        return file.AsSpan().IndexOf(header.AsSpan(0, 60)) / PageSize;
    }

    private void Tamper(string sql, string fileName = "journal.db")
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_bench.Data.Journal, fileName)};Pooling=False");
        connection.Open();
        JournalDatabase.Execute(connection, "PRAGMA foreign_keys = OFF");
        JournalDatabase.Execute(connection, sql);
    }

    public void Dispose() => _bench.Dispose();
}
