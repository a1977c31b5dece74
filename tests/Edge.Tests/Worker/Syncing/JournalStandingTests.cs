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

        Assert.Equal(6, behind);
        Assert.Equal(5UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
    }

    [Fact]
    public void TakeStanding_CentralHasNothingAnyMore_SendsEverythingAgain()
    {
        Write(10, durable: 10);

        Assert.Equal(10, _bench.Journal.TakeStanding([Epoch], [], _bench.Journal.DurableMark));
        Assert.Equal(1UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
    }

    [Fact]
    public void TakeStanding_ABatchWasAcknowledgedSinceItWasAsked_ChangesNothing()
    {
        Write(10, durable: 4);
        var mark = _bench.Journal.DurableMark;
        _bench.Journal.SetDurable(Epoch, Lane.Audit, 10, 0);

        Assert.Equal(0, _bench.Journal.TakeStanding([Epoch], [Standing(4)], mark));
        Assert.False(_bench.Journal.HasUnsent(Lane.Audit));
    }

    [Fact]
    public void TakeStanding_AReplyWasLost_IsTakenInItsPlace()
    {
        Write(10, durable: 4);

        Assert.Equal(0, _bench.Journal.TakeStanding([Epoch], [Standing(8)], _bench.Journal.DurableMark));
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

    [Fact]
    public void BeginAfter_Twice_BeginsOne()
    {
        Write(3, durable: 1);
        var forked = Epoch;

        Assert.True(_bench.Journal.BeginAfter(Lane.Audit, forked));
        Assert.False(_bench.Journal.BeginAfter(Lane.Audit, forked));

        Write(1, durable: null);
        var next = _bench.Journal.ReadUnsent(Lane.Audit, isHeld: epoch => epoch == forked)!;
        Assert.Equal(1UL, next.FirstSequence);
        Assert.NotEqual(forked, next.Epoch);
        Assert.Equal(2UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
    }

    public void Dispose() => _bench.Dispose();

    private Guid Epoch => _bench.Journal.Epochs(16)[0];

    /// <summary>Central's standing, its history being the card's own.</summary>
    private LaneStanding Standing(ulong durable) => new(Epoch, Lane.Audit, durable, 0, ChainAt(durable));

    private byte[] ChainAt(ulong sequence)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_bench.Data.Journal, "journal.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT chain FROM records WHERE lane = 2 AND sequence = $sequence";
        command.Parameters.AddWithValue("$sequence", (long)sequence);
        return command.ExecuteScalar() as byte[] ?? new byte[32];
    }

    private void Write(int count, ulong? durable)
    {
        for (var i = 0; i < count; i++)
            _bench.Journal.Append(new RecordDraft(Lane.Audit, RecordKind.Started, RecordDraft.Appliance));
        if (durable is { } through)
            _bench.Journal.SetDurable(Epoch, Lane.Audit, through, 0);
    }
}
