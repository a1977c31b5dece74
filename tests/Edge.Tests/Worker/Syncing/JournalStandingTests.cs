using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;

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

        Assert.Equal(11UL, _bench.Journal.ReadUnsent(Lane.Audit)!.FirstSequence);
    }

    public void Dispose() => _bench.Dispose();

    private Guid Epoch => _bench.Journal.Epochs(16)[0];

    private LaneStanding Standing(ulong durable) => new(Epoch, Lane.Audit, durable, 0);

    private void Write(int count, ulong? durable)
    {
        for (var i = 0; i < count; i++)
            _bench.Journal.Append(new RecordDraft(Lane.Audit, RecordKind.Started, RecordDraft.Appliance));
        if (durable is { } through)
            _bench.Journal.SetDurable(Epoch, Lane.Audit, through, 0);
    }
}
