using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Edge.Tests.Worker.Journal;

/// <summary>Room on the disk, health records that are shed, keys that are destroyed.</summary>
public sealed class JournalUpkeepTests : IDisposable
{
    private readonly Bench _bench = new();

    private static RecordDraft Verdict => new(Lane.Encounters, RecordKind.EncounterVerdict, "OFF-1")
    {
        EncounterId = Guid.NewGuid(),
        Personal = new PersonalPart { Surname = "LINDQUIST" },
    };

    private static RecordDraft Reading => new(Lane.Health, RecordKind.Health, RecordDraft.Appliance);

    [Theory]
    [InlineData(79, DeviceState.Ok, false)]
    [InlineData(80, DeviceState.Attention, false)]
    [InlineData(95, DeviceState.Failed, true)]
    public void Upkeep_DiskFillingUp_TurnsAmberThenTellsTheOfficerToStop(int percent, DeviceState state, bool isToStop)
    {
        _bench.Disk.UsedPercent = percent;

        _bench.Journal.Upkeep();

        Assert.Equal(percent, _bench.Journal.DiskUsedPercent);
        Assert.Equal(state, _bench.Journal.Status(Bench.Start).State);
        Assert.Equal(isToStop, _bench.Journal.StopNotice?.Contains("paper procedure", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Upkeep_Ballast_IsHeldWhileThereIsRoomAndNotMadeWhenThereIsNone()
    {
        _bench.JournalOptions.BallastBytes = 1 << 20;
        _bench.Disk.UsedPercent = 90;
        _bench.Journal.Upkeep();
        Assert.False(_bench.Journal.IsBallastHeld);

        _bench.Disk.UsedPercent = 20;
        _bench.Journal.Upkeep();

        Assert.True(_bench.Journal.IsBallastHeld);
        Assert.Equal(1 << 20, new FileInfo(Path.Combine(_bench.Data.Journal, "ballast")).Length);
    }

    /// <summary>Set aside and cut off by a power cut before its length was on the card.</summary>
    [Fact]
    public void Upkeep_EmptyBallast_CountsAsNoneAndIsMadeAnew()
    {
        _bench.JournalOptions.BallastBytes = 1 << 20;
        var path = Path.Combine(_bench.Data.Journal, "ballast");
        File.WriteAllBytes(path, []);
        Assert.False(_bench.Journal.IsBallastHeld);

        _bench.Journal.Upkeep();

        Assert.True(_bench.Journal.IsBallastHeld);
        Assert.Equal(1 << 20, new FileInfo(path).Length);
    }

    /// <summary>A rebuilt file has no marks, and central does not say again what it has said of a lane that grows no more.</summary>
    [Fact]
    public void Upkeep_MarksLostWithADamagedFile_CountsAnewAndErases()
    {
        WriteThree();
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 3, 3);
        _bench.Restart();
        using (var file = new FileStream(JournalStore.PathsIn(_bench.Data.Path)[0], FileMode.Open, FileAccess.Write))
            file.Write(new byte[100]);
        _bench.Time.Advance(TimeSpan.FromHours(100));
        Assert.Equal(1, _bench.Journal.Recoveries);
        _bench.Journal.Upkeep();
        Assert.Equal(0, _bench.Journal.KeysErased);
        // Central says what it said before.
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 3, 3);

        _bench.Time.Advance(TimeSpan.FromHours(73));
        _bench.Journal.Upkeep();

        Assert.Equal(3, _bench.Journal.KeysErased);
    }

    [Fact]
    public void Upkeep_DiskNearlyFull_ShedsTheOldestHealthBehindAMarkerAndNothingElse()
    {
        _bench.JournalOptions.HealthRecordsPerEpoch = 16;
        for (var i = 0; i < 20; i++)
            _bench.Journal.Append(Reading);
        _bench.Journal.Append(Verdict);
        var newest = _bench.Journal.ReadUnsent(Lane.Health)!;
        Assert.Equal(16, newest.Records.Length);
        _bench.Disk.UsedPercent = 96;

        _bench.Journal.Upkeep();

        Assert.Equal(16, _bench.Journal.RecordsShed);
        var left = _bench.Journal.ReadUnsent(Lane.Health)!;
        Assert.Equal((1UL, 5), (left.FirstSequence, left.Records.Length));
        var marker = left.Records[^1];
        Assert.Equal(RecordKind.Shed, RecordHeader.Parse(marker.Header).Value.Kind);
        Assert.True(SealedRecord.Open(_bench.Keyring.JournalKey!, marker.WrappedForAppliance.Span, marker.Header, marker.Ciphertext.Span).TryGet(out var personal, out _));
        Assert.Contains($"1 to 16 of epoch {newest.Epoch}", PersonalPart.Decode(personal).Value.Note, StringComparison.Ordinal);
        Assert.Equal(1, _bench.Journal.Depth().Lanes[1].RecordsWaiting);
        Assert.True(JournalVerification.Verify(JournalStore.PathsIn(_bench.Data.Path)[1]).IsSuccess);
    }

    /// <summary>Of an epoch that central does not take, what was written again is not told as lost, and the rest is.</summary>
    [Fact]
    public void Upkeep_DiskNearlyFullWhileHealthIsWrittenAgain_TellsOnlyWhatWasNot()
    {
        for (var i = 0; i < 100; i++)
            _bench.Journal.Append(Reading);
        var epoch = _bench.Journal.ReadUnsent(Lane.Health)!.Epoch;
        _bench.Journal.Close(Lane.Health, epoch, 1, "a test");
        var written = 100 - _bench.Journal.Untold;
        _bench.Disk.UsedPercent = 96;

        _bench.Journal.Upkeep();

        // A portion more was written again before.
        written += 64;
        Assert.Equal(100 - written, _bench.Journal.RecordsShed);
        Assert.Equal(0, _bench.Journal.Untold);
        var left = _bench.Journal.ReadUnsent(Lane.Health)!;
        Assert.Equal(written, left.Records.Count(static record => RecordHeader.Parse(record.Header).Value.Kind == RecordKind.Salvaged));
        var marker = Assert.Single(left.Records, static record => RecordHeader.Parse(record.Header).Value.Kind == RecordKind.Shed);
        Assert.True(SealedRecord.Open(_bench.Keyring.JournalKey!, marker.WrappedForAppliance.Span, marker.Header, marker.Ciphertext.Span).TryGet(out var personal, out _));
        Assert.Contains($"{written + 1} to 100 of epoch {epoch}", PersonalPart.Decode(personal).Value.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Upkeep_OnlyOneEpochOfHealth_ShedsItAndGoesOnInAnother()
    {
        for (var i = 0; i < 5; i++)
            _bench.Journal.Append(Reading);
        _bench.Disk.UsedPercent = 96;

        _bench.Journal.Upkeep();
        _bench.Journal.Append(Reading);

        Assert.Equal(5, _bench.Journal.RecordsShed);
        Assert.Equal(2, _bench.Journal.ReadUnsent(Lane.Health)!.Records.Length);
    }

    [Fact]
    public void Upkeep_DiskStaysFull_DoesNotShedItsOwnMarkers()
    {
        for (var i = 0; i < 5; i++)
            _bench.Journal.Append(Reading);
        _bench.Disk.UsedPercent = 96;

        for (var i = 0; i < 10; i++)
            _bench.Journal.Upkeep();

        Assert.Equal(5, _bench.Journal.RecordsShed);
        Assert.Single(_bench.Journal.ReadUnsent(Lane.Health)!.Records);
    }

    [Fact]
    public void Upkeep_HealthTakesTooMuch_GivesTheRoomBack()
    {
        _bench.JournalOptions.HealthBytesMax = 1 << 20;
        _bench.JournalOptions.HealthRecordsPerEpoch = 100;
        for (var i = 0; i < 400; i++)
            _bench.Journal.Append(Reading with { Personal = new PersonalPart { Note = new string('H', 4000) } });
        _bench.Journal.Checkpoint();
        var before = new FileInfo(JournalStore.PathsIn(_bench.Data.Path)[1]).Length;
        Assert.InRange(before, 1 << 20, 8 << 20);

        for (var i = 0; i < 4; i++)
            _bench.Journal.Upkeep();

        Assert.InRange(new FileInfo(JournalStore.PathsIn(_bench.Data.Path)[1]).Length, 1, 1 << 20);
        Assert.InRange(_bench.Journal.RecordsShed, 200, 300);
    }

    [Fact]
    public void Upkeep_BackedUpLongEnoughBySignedTime_DestroysKeysAndTheChainStillVerifies()
    {
        WriteThree();
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 3, 3);
        _bench.Time.Advance(TimeSpan.FromHours(71));
        _bench.Journal.Upkeep();
        Assert.Equal(0, _bench.Journal.KeysErased);

        _bench.Time.Advance(TimeSpan.FromHours(1.1));
        _bench.Journal.Upkeep();

        Assert.Equal(3, _bench.Journal.KeysErased);
        Assert.True(JournalVerification.Verify(_bench.Journal.FilePath, checksKeys: true).IsSuccess);
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 0, 3);
        Assert.All(_bench.Journal.ReadUnsent(Lane.Encounters)!.Records, static record => Assert.True(record.WrappedForCentral.IsEmpty && record.WrappedForAppliance.IsEmpty));
    }

    [Fact]
    public void Append_AWeekWithoutATimer_KeepsTheLogWithinItsBound()
    {
        for (var i = 0; i < 200; i++)
        {
            _bench.Journal.Append([.. Enumerable.Range(0, 40).Select(static _ => new RecordDraft(Lane.Audit, RecordKind.Started, RecordDraft.Appliance))]);
            Assert.InRange(_bench.Journal.WalBytes, 1, 8 << 20);
        }

        Assert.True(_bench.Journal.DatabaseBytes > 1 << 20, $"{_bench.Journal.DatabaseBytes} bytes say nothing of the log's bound");
        _bench.Journal.Checkpoint();

        Assert.InRange(_bench.Journal.WalBytes, 0, 64 << 10);
    }

    [Fact]
    public void Upkeep_BackupThatCentralHasLostSince_ErasesNothingUntilAnotherHasStoodThreeDays()
    {
        WriteThree();
        _bench.Clock.Confirm(_bench.Time.GetUtcNow());
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 3, 3);
        _bench.Time.Advance(TimeSpan.FromHours(50));
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 1, 1);
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 3, 1);
        _bench.Time.Advance(TimeSpan.FromHours(100));
        _bench.Journal.Upkeep();
        Assert.InRange(_bench.Journal.KeysErased, 0, 1);

        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 3, 3);
        _bench.Time.Advance(TimeSpan.FromHours(71));
        _bench.Journal.Upkeep();
        Assert.InRange(_bench.Journal.KeysErased, 0, 1);
        _bench.Time.Advance(TimeSpan.FromHours(2));
        _bench.Journal.Upkeep();

        Assert.Equal(3, _bench.Journal.KeysErased);
    }

    /// <summary>Keys of every record, on pages of their own and in overflow pages, in the database and in the log: nothing of them may be left, not even in free pages.</summary>
    [Fact]
    public void Upkeep_ErasedKeys_AreNowhereInTheFiles()
    {
        for (var i = 0; i < 30; i++)
            _bench.Journal.Append(Verdict with { Personal = new PersonalPart { Note = new string('N', i * 90) } });
        var keys = Keys(30);
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 30, 20);
        _bench.Journal.Checkpoint();
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 30, 30);
        Assert.All(keys, key => Assert.True(Lies(key)));
        _bench.Time.Advance(TimeSpan.FromHours(73));

        _bench.Journal.Upkeep();

        Assert.Equal(30, _bench.Journal.KeysErased);
        Assert.All(keys, key => Assert.False(Lies(key)));
    }

    /// <summary>Whoever reads, as a check of the pages does, keeps the log from being cut: the counter does not wait, and the next round cuts it.</summary>
    [Fact]
    public void Upkeep_KeysErasedBesideAReader_GoFromTheLogWithTheNextRound()
    {
        WriteThree();
        var keys = Keys(3);
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 3, 3);
        _bench.Time.Advance(TimeSpan.FromHours(73));
        using (var reader = new SqliteConnection($"Data Source={_bench.Journal.FilePath};Mode=ReadOnly;Pooling=False"))
        {
            reader.Open();
            using var reading = reader.BeginTransaction(deferred: true);
            Assert.NotNull(JournalDatabase.Scalar(reader, "SELECT count(*) FROM records", reading));
            _bench.Journal.Upkeep();
            Assert.Equal(3, _bench.Journal.KeysErased);
            Assert.Contains(keys, Lies);
        }

        _bench.Journal.Checkpoint();

        Assert.All(keys, key => Assert.False(Lies(key)));
        Assert.Equal(0, _bench.Journal.WalBytes);
    }

    [Fact]
    public void Upkeep_WallClockJumpsAhead_ErasesNothingEarly()
    {
        var time = new SteppedTime();
        _bench.UseClock(time);
        WriteThree();
        _bench.Clock.Confirm(time.Wall);
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 3, 3);
        // A clock set a hundred days on, or ten years: elapsed time says otherwise.
        foreach (var jump in new[] { TimeSpan.FromDays(100), TimeSpan.FromDays(3650) })
        {
            time.Wall += jump;
            _bench.Journal.Upkeep();
        }

        Assert.Equal(0, _bench.Journal.KeysErased);
        time.Elapsed += TimeSpan.FromHours(73);
        _bench.Journal.Upkeep();
        Assert.Equal(3, _bench.Journal.KeysErased);
    }

    [Fact]
    public void Upkeep_AfterABootWithoutSignedTime_CountsAnewFromThere()
    {
        WriteThree();
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 3, 3);
        _bench.Time.Advance(TimeSpan.FromHours(60));
        _bench.Restart();
        _bench.NewBoot();
        _bench.Journal.Upkeep();
        _bench.Time.Advance(TimeSpan.FromHours(71));
        _bench.Journal.Upkeep();
        Assert.Equal(0, _bench.Journal.KeysErased);

        _bench.Time.Advance(TimeSpan.FromHours(2));
        _bench.Journal.Upkeep();

        Assert.Equal(3, _bench.Journal.KeysErased);
    }

    [Fact]
    public void Upkeep_NotInTheBackup_KeepsItsKeysForEver()
    {
        _bench.Journal.Append(Verdict, Verdict);
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 2, 1);
        _bench.Time.Advance(TimeSpan.FromDays(400));

        _bench.Journal.Upkeep();

        Assert.Equal(1, _bench.Journal.KeysErased);
    }

    [Fact]
    public void Depth_ByLane_SaysWhatWaitsAndSinceWhen()
    {
        _bench.Journal.Append(Verdict, Verdict, Reading);
        _bench.Time.Advance(TimeSpan.FromMinutes(5));
        _bench.Journal.SetDurable(_bench.Identity.Epoch, Lane.Encounters, 1, 0);

        var depth = _bench.Journal.Depth();

        Assert.Equal([0L, 1, 0, 1], depth.Lanes.Select(static lane => lane.RecordsWaiting));
        Assert.Equal(TimeSpan.FromMinutes(5), _bench.Journal.OldestUnsentAge);
    }

    private void WriteThree()
    {
        for (var i = 0; i < 3; i++)
            _bench.Journal.Append(Verdict);
    }

    /// <summary>Pieces of the wrapped keys of the first records: an overflow page may cut a key in two.</summary>
    private byte[][] Keys(int count) =>
    [
        .. _bench.Journal.ReadUnsent(Lane.Encounters, count)!.Records
            .SelectMany(static record => new[] { record.WrappedForCentral, record.WrappedForAppliance }).SelectMany(static key => new[] { key[^48..^24], key[^24..] })
            .Select(static piece => piece.ToArray()),
    ];

    private bool Lies(byte[] key) =>
        Directory.GetFiles(_bench.Data.Journal).Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(key) >= 0);

    public void Dispose() => _bench.Dispose();

    /// <summary>A wall clock that somebody sets, beside a monotonic one that nobody can.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        internal DateTimeOffset Wall { get; set; } = Bench.Start;

        internal TimeSpan Elapsed { get; set; } = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
