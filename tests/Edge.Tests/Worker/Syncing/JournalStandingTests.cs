using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

/// <summary>What an appliance does when central says how far it has the journal.</summary>
public sealed class JournalStandingTests : IDisposable
{
    private readonly Bench _bench = new();

    [Fact]
    public void TakeStanding_CentralWasRestored_SendsTheRestAgain()
    {
        Write(10, durable: 10);

        var behind = _bench.Journal.TakeStanding([Epoch], [Standing(4)], _bench.Journal.DurableMark);

        Assert.Equal(6, behind.Behind);
        Assert.Empty(behind.Unfillable);
        Assert.Equal(5UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
    }

    [Fact]
    public void TakeStanding_CentralHasNothingAnyMore_SendsEverythingAgain()
    {
        Write(10, durable: 10);

        Assert.Equal(10, _bench.Journal.TakeStanding([Epoch], [], _bench.Journal.DurableMark).Behind);
        Assert.Equal(1UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
    }

    [Fact]
    public void TakeStanding_ABatchWasAcknowledgedSinceItWasAsked_ChangesNothing()
    {
        Write(10, durable: 4);
        var mark = _bench.Journal.DurableMark;
        _bench.Journal.SetDurable(Epoch, Lane.Audit, 10, 0);

        Assert.Equal(0, _bench.Journal.TakeStanding([Epoch], [Standing(4)], mark).Behind);
        Assert.False(_bench.Journal.HasUnsent(Lane.Audit));
    }

    [Fact]
    public void TakeStanding_AReplyWasLost_IsTakenInItsPlace()
    {
        Write(10, durable: 4);

        Assert.Equal(0, _bench.Journal.TakeStanding([Epoch], [Standing(8)], _bench.Journal.DurableMark).Behind);
        Assert.Equal(9UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
    }

    [Fact]
    public void TakeStanding_MoreThanWasEverWritten_IsNotBelieved()
    {
        Write(10, durable: 4);

        _bench.Journal.TakeStanding([Epoch], [Standing(5_000)], _bench.Journal.DurableMark);
        Write(1, durable: null);

        Assert.Equal(5UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
    }

    [Fact]
    public void TakeStanding_OfAnotherHistory_DoesNotMakeDurableWhatCentralNeverSaw()
    {
        Write(10, durable: 4);

        _bench.Journal.TakeStanding([Epoch], [Standing(8) with { Chain = new byte[32] }], _bench.Journal.DurableMark);

        Assert.Equal(5UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
    }

    [Fact]
    public void TakeStanding_OfACentralThatSaysNoChain_DoesNotRunAhead()
    {
        Write(10, durable: 4);

        _bench.Journal.TakeStanding([Epoch], [Standing(8) with { Chain = default }], _bench.Journal.DurableMark);
        Assert.Equal(5UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
        _bench.Journal.TakeStanding([Epoch], [Standing(2) with { Chain = default }], _bench.Journal.DurableMark);
        Assert.Equal(3UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(300, 45)]
    public void TakeStanding_AllWasAcknowledgedAndCentralHasAnotherHistory_SendsTheNewestAgainAndCountsNoBackup(int records, int firstAgain)
    {
        Write(records, durable: (ulong)records);
        _bench.Journal.SetDurable(Epoch, Lane.Audit, (ulong)records, (ulong)records);

        _bench.Journal.TakeStanding(
            [Epoch], [Standing((ulong)records) with { Chain = new byte[32], BackedUpThrough = (ulong)records }], _bench.Journal.DurableMark);

        Assert.Equal((ulong)firstAgain, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
        _bench.Time.Advance(TimeSpan.FromDays(4));
        _bench.Journal.Upkeep();
        Assert.Equal(0, _bench.Journal.KeysErased);
    }

    [Fact]
    public void SetDurable_WithoutAComparison_BeginsNoBackup()
    {
        Write(10, durable: 8);
        _bench.Journal.SetDurable(Epoch, Lane.Audit, 8, 4);

        Assert.True(_bench.Journal.SetDurable(Epoch, Lane.Audit, 6, 6, isCompared: false));

        _bench.Time.Advance(TimeSpan.FromDays(4));
        _bench.Journal.Upkeep();
        Assert.Equal(7UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
        Assert.InRange(_bench.Journal.KeysErased, 0, 4);
    }

    /// <summary>Central's numbers go on where this card's do not: only what it has of this very history is in its backup.</summary>
    [Fact]
    public void TakeStanding_CentralGoesOnFromTheSameRecord_CountsOfItsBackupWhatIsOurs()
    {
        Write(10, durable: 10);
        _bench.Journal.SetDurable(Epoch, Lane.Audit, 10, 10);

        var taken = _bench.Journal.TakeStanding(
            [Epoch], [Standing(5_000) with { Chain = new byte[32], BackedUpThrough = 4, Match = LaneMatch.Same }], _bench.Journal.DurableMark);

        Assert.Equal(0, taken.Behind);
        Age();
        Assert.Equal(4, _bench.Journal.KeysErased);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(300, 45)]
    public void TakeStanding_CentralHasAnotherRecordWhereTheLaneStands_SendsAgainAndCountsNoBackup(int records, int firstAgain)
    {
        Write(records, durable: (ulong)records);
        _bench.Journal.SetDurable(Epoch, Lane.Audit, (ulong)records, (ulong)records);

        _bench.Journal.TakeStanding(
            [Epoch], [Standing(5_000) with { Chain = new byte[32], BackedUpThrough = 5_000, Match = LaneMatch.Other }], _bench.Journal.DurableMark);

        Assert.Equal((ulong)firstAgain, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
        _bench.Time.Advance(TimeSpan.FromDays(4));
        _bench.Journal.Upkeep();
        Assert.Equal(0, _bench.Journal.KeysErased);
    }

    [Fact]
    public void Close_Twice_BeginsOneEpochAndWritesEachRecordAgainOnce()
    {
        Write(100, durable: 1);
        var closed = Epoch;

        Assert.True(_bench.Journal.Close(Lane.Audit, closed, 3, "record 3 is another"));
        Assert.False(_bench.Journal.Close(Lane.Audit, closed, 3, "record 3 is another"));
        // What waits is the same as before, whether it is written again already or not.
        Assert.Equal(98, _bench.Journal.Depth().RecordsWaiting);
        Assert.Equal(Bench.Start, _bench.Journal.Depth().OldestWrittenAt);
        while (_bench.Journal.CarryOn())
        {
        }

        Assert.Equal(98, _bench.Journal.Depth().RecordsWaiting);
        Assert.NotEqual(closed, Epoch);
        Assert.Equal(Enumerable.Range(3, 98).Select(static i => (ulong)i), Carried().Select(static record => record.Sequence));
        Assert.False(_bench.Journal.HasUnsent(Lane.Audit));
        var stays = Assert.Single(_bench.Journal.ClosedLanes);
        Assert.Equal((closed, Lane.Audit, 3UL, "record 3 is another"), (stays.Epoch, stays.Lane, stays.From, stays.Reason));
    }

    /// <summary>Central was restored, and a copy of this card has gone on with it: the histories part earlier than was known.</summary>
    [Fact]
    public void Close_AgainFromBefore_WritesOnlyTheRestAgain()
    {
        Write(20, durable: 10);
        var closed = Epoch;
        _bench.Journal.Close(Lane.Audit, closed, 11, "a test");
        Assert.Equal(10, Carried().Count);

        Assert.True(_bench.Journal.Close(Lane.Audit, closed, 6, "a test"));

        Assert.Equal([6UL, 7, 8, 9, 10], Carried().Select(static record => record.Sequence));
        Assert.Equal(0, _bench.Journal.Untold);
    }

    [Fact]
    public void Close_AndStopBeforeAllIsWrittenAgain_GoesOnAtTheNextStart()
    {
        Write(200, durable: null);
        var closed = Epoch;
        _bench.Journal.Close(Lane.Audit, closed, 1, "a test");
        _bench.Journal.CarryOn();
        Assert.InRange(_bench.Journal.Untold, 1, 199);
        _bench.Restart();
        _bench.OpenKeys();

        while (_bench.Journal.CarryOn())
        {
        }

        Assert.Equal(Enumerable.Range(1, 200).Select(static i => (ulong)i), Carried().Select(static record => record.Sequence));
    }

    /// <summary>Of a closed lane the keys go when what carries them has been in central's backup for long enough, and not before.</summary>
    [Fact]
    public void Upkeep_OfAClosedLane_DestroysKeysOnceTheCarriersAreInTheBackup()
    {
        Write(10, durable: 4);
        var closed = Epoch;
        _bench.Journal.Close(Lane.Audit, closed, 5, "a test");
        Assert.Equal(6, Carried().Count);
        _bench.Journal.SetDurable(closed, Lane.Audit, 4, 4);
        Age();
        // Four were sent under their own numbers, and are in the backup.
        Assert.Equal(4, _bench.Journal.KeysErased);

        _bench.Journal.SetDurable(Epoch, Lane.Audit, 6, 3);
        Age();

        // Three carriers, and what they carry.
        Assert.Equal(4 + 3 + 3, _bench.Journal.KeysErased);
        _bench.Journal.SetDurable(Epoch, Lane.Audit, 6, 6);
        Age();
        Assert.Equal(4 + 6 + 6, _bench.Journal.KeysErased);
        Assert.True(JournalVerification.Verify(_bench.Journal.FilePath, checksKeys: true).IsSuccess);
    }

    [Fact]
    public void Upkeep_CentralLosesTheBackupOfTheCarriers_BeginsTheHoursOfTheClosedLaneAnew()
    {
        Write(10, durable: null);
        var closed = Epoch;
        _bench.Journal.Close(Lane.Audit, closed, 1, "a test");
        Assert.Equal(10, Carried().Count);
        _bench.Journal.SetDurable(Epoch, Lane.Audit, 10, 10);
        _bench.Journal.Upkeep();

        _bench.Journal.SetDurable(Epoch, Lane.Audit, 10, 0);
        Age();

        Assert.Equal(0, _bench.Journal.KeysErased);
    }

    /// <summary>What central says of a closed lane counts for what has gone there under its own numbers, and opens nothing.</summary>
    [Fact]
    public void TakeStanding_OfAClosedLane_SendsAgainWhatCentralHadOfItAndNothingElse()
    {
        Write(10, durable: 6);
        var closed = Epoch;
        _bench.Journal.Close(Lane.Audit, closed, 7, "a test");
        Assert.Equal(4, Carried().Count);

        var taken = _bench.Journal.TakeStanding([closed], [new LaneStanding(closed, Lane.Audit, 4, 0, ChainAt(4, closed))], _bench.Journal.DurableMark);

        Assert.Equal(2, taken.Behind);
        var again = _bench.Journal.ReadUnsent(Lane.Audit)!;
        Assert.Equal((closed, 5UL, 2), (again.Epoch, again.FirstSequence, again.Records.Length));
        _bench.Journal.TakeStanding(
            [closed], [new LaneStanding(closed, Lane.Audit, 900, 900, new byte[32], LaneMatch.Same)], _bench.Journal.DurableMark);
        Assert.Equal(5UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
        _bench.Journal.SetDurable(closed, Lane.Audit, 900, 900);
        Assert.False(_bench.Journal.HasUnsent(Lane.Audit));
    }

    /// <summary>Damage took the beginning, central was restored to within it, and nothing is unsent.</summary>
    [Fact]
    public void TakeStanding_ToWhatDamageTook_ClosesTheLaneSaysSoAndCarriesTheRest()
    {
        Write(20, durable: 20);
        var epoch = Epoch;
        _bench.Restart();
        _bench.OpenKeys();
        Tamper("DELETE FROM records WHERE lane = 2 AND sequence < 10", "UPDATE lane_state SET head_sequence = head_sequence + 1 WHERE lane = 1");
        Assert.False(_bench.Journal.HasUnsent(Lane.Audit));

        var taken = _bench.Journal.TakeStanding([epoch], [new LaneStanding(epoch, Lane.Audit, 3, 3, new byte[32])], _bench.Journal.DurableMark);

        Assert.Contains("what follows record 3", Assert.Single(taken.Unfillable).Reason, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(10, 11).Select(static i => (ulong)i), Carried().Select(static record => record.Sequence));
        // Said once, and not sent twice.
        Assert.Empty(_bench.Journal.TakeStanding([epoch], [new LaneStanding(epoch, Lane.Audit, 3, 3, new byte[32])], _bench.Journal.DurableMark).Unfillable);
        Assert.False(_bench.Journal.HasUnsent(Lane.Audit));
        _bench.Journal.SetDurable(Epoch, Lane.Audit, 11, 11);
        Age();
        Assert.Equal(22, _bench.Journal.KeysErased);
    }

    [Fact]
    public void StepBack_GoesNoFurtherThanTheFirstRecord()
    {
        Write(20, durable: 20);

        Assert.True(_bench.Journal.StepBack(Epoch, Lane.Audit, 15));
        Assert.Equal(6UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
        Assert.True(_bench.Journal.StepBack(Epoch, Lane.Audit, 15));
        Assert.Equal(1UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
        Assert.False(_bench.Journal.StepBack(Epoch, Lane.Audit, 15));
    }

    /// <summary>Central answers for sixteen epochs at a time: after a restore it must hear of every one that the card has.</summary>
    [Fact]
    public void Epochs_MoreThanCanBeAskedAbout_AllComeRoundAndTheNewestEachTime()
    {
        var all = new HashSet<Guid>();
        for (var i = 0; i < 40; i++)
        {
            Write(2, durable: null);
            all.Add(Epoch);
            _bench.Journal.Close(Lane.Audit, Epoch, from: 3, "a test");
        }

        var asked = new HashSet<Guid>();
        for (var beat = 0; beat < 4; beat++)
        {
            var some = _bench.Journal.Epochs(16);
            Assert.Equal(16, some.Distinct().Count());
            Assert.Contains(Epoch, some);
            asked.UnionWith(some);
        }

        Assert.Superset(all, asked);
    }

    /// <summary>Central was restored to the record before the first that damage left: nothing is lost, and the lane goes on from there.</summary>
    [Fact]
    public void TakeStanding_ExactlyToBeforeTheFirstRecordThatIsLeft_SendsFromThere()
    {
        Write(20, durable: 20);
        var epoch = Epoch;
        var before = ChainAt(9);
        _bench.Restart();
        _bench.OpenKeys();
        Tamper("DELETE FROM records WHERE lane = 2 AND sequence < 10", "UPDATE lane_state SET head_sequence = head_sequence + 1 WHERE lane = 1");
        Assert.False(_bench.Journal.HasUnsent(Lane.Audit));
        Assert.Equal(1, _bench.Journal.Recoveries);

        _bench.Journal.TakeStanding([epoch], [new LaneStanding(epoch, Lane.Audit, 9, 0, before)], _bench.Journal.DurableMark);

        var batch = _bench.Journal.ReadUnsent(Lane.Audit)!;
        Assert.Equal((epoch, 10UL, 11), (batch.Epoch, batch.FirstSequence, batch.Records.Length));
        Assert.Equal(before, batch.PreviousChain.ToArray());
    }

    public void Dispose() => _bench.Dispose();

    private void Tamper(params ReadOnlySpan<string> statements)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_bench.Data.Journal, "journal.db")};Pooling=False");
        connection.Open();
        foreach (var sql in statements)
            JournalDatabase.Execute(connection, sql);
    }

    private Guid Epoch => _bench.Journal.Epochs(16)[0];

    /// <summary>Central's standing, its history being the card's own.</summary>
    private LaneStanding Standing(ulong durable) => new(Epoch, Lane.Audit, durable, 0, ChainAt(durable));

    /// <summary>Sends all that waits, to the last, and gives the headers of what travels inside.</summary>
    private List<RecordHeader> Carried()
    {
        var carried = new List<RecordHeader>();
        while (_bench.Journal.ReadUnsent(Lane.Audit) is { } batch)
        {
            foreach (var record in batch.Records)
            {
                if (RecordHeader.Parse(record.Header).Value.Kind != RecordKind.Salvaged)
                    continue;
                Assert.True(SealedRecord.Open(_bench.Keyring.JournalKey!, record.WrappedForAppliance.Span, record.Header, record.Ciphertext.Span).TryGet(out var personal, out _));
                carried.Add(RecordHeader.Parse(SalvagedRecord.FromNote(PersonalPart.Decode(personal).Value.Note).Value.Header).Value);
            }

            _bench.Journal.SetDurable(batch.Epoch, Lane.Audit, batch.FirstSequence + (ulong)batch.Records.Length - 1, 0);
        }

        return carried;
    }

    /// <summary>Upkeep before and after the hours that keys are kept.</summary>
    private void Age()
    {
        _bench.Journal.Upkeep();
        _bench.Time.Advance(TimeSpan.FromHours(73));
        _bench.Journal.Upkeep();
    }

    private byte[] ChainAt(ulong sequence, Guid? epoch = null)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_bench.Data.Journal, "journal.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT chain FROM records WHERE epoch = $epoch AND lane = 2 AND sequence = $sequence";
        command.Parameters.AddWithValue("$epoch", (epoch ?? Epoch).ToByteArray(bigEndian: true));
        command.Parameters.AddWithValue("$sequence", (long)sequence);
        return command.ExecuteScalar() as byte[] ?? new byte[32];
    }

    private void Write(int count, ulong? durable)
    {
        for (var i = 0; i < count; i++)
            _bench.Journal.Append(new RecordDraft(Lane.Audit, RecordKind.Viewed, "OFF-1") { Personal = new PersonalPart { Note = "has a key that can be destroyed" } });
        if (durable is { } through)
            _bench.Journal.SetDurable(Epoch, Lane.Audit, through, 0);
    }
}
