using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

/// <summary>What central refuses holds up itself and nothing else.</summary>
public sealed class RefusedEpochsTests
{
    private static readonly Guid Old = Guid.NewGuid();
    private static readonly Guid New = Guid.NewGuid();
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new(Bench.Start);
    private readonly RefusedEpochs _refused;

    public RefusedEpochsTests() => _refused = new RefusedEpochs(_time, Options.Create(new SyncOptions()));

    [Fact]
    public void Refused_OneEpochOfALane_HoldsThatAlone()
    {
        _refused.Refused(Lane.Alerts, Old, "record 6", Minute);

        Assert.True(_refused.IsHeld(Lane.Alerts, Old));
        Assert.False(_refused.IsHeld(Lane.Alerts, New));
        Assert.False(_refused.IsHeld(Lane.Encounters, Old));
        Assert.Equal(Minute, _refused.Wait(Lane.Alerts));
        Assert.Null(_refused.Wait(Lane.Encounters));
    }

    [Fact]
    public void Refused_WhenTheWaitIsOver_IsOfferedAgainAndStaysOnTheScreen()
    {
        _refused.Refused(Lane.Encounters, Old, "record 6", Minute);

        _time.Advance(Minute);

        Assert.False(_refused.IsHeld(Lane.Encounters, Old));
        Assert.Null(_refused.Wait(Lane.Encounters));
        Assert.Equal(DeviceState.Failed, _refused.Health().State);
        Assert.Contains("lane 1: record 6", _refused.Health().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Refused_AgainAndAgain_IsOfferedMoreSeldomAndNeverLessThanOnceInAQuarterOfAnHour()
    {
        for (var i = 0; i < 200; i++)
            _refused.Refused(Lane.Encounters, Old, "record 6", Minute);

        Assert.InRange(_refused.Wait(Lane.Encounters)!.Value, Minute, TimeSpan.FromSeconds(new SyncOptions().BackoffSecondsMax));
    }

    [Fact]
    public void Settle_WhatBecameDurableByAnotherWay_IsForgotten()
    {
        _refused.Refused(Lane.Audit, Old, "record 6", Minute);
        _refused.Refused(Lane.Audit, New, "record 1", Minute);

        _refused.Settle(static (_, epoch) => epoch == Old);

        Assert.Contains("record 1", _refused.Health().Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("record 6", _refused.Health().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Settle_AsksWithoutHoldingItsLock()
    {
        _refused.Refused(Lane.Audit, Old, "record 6", Minute);

        // The journal, asked here, has its own lock and under that asks in turn what is held.
        _refused.Settle((_, _) =>
        {
            var other = Task.Run(() => _refused.IsHeld(Lane.Audit, Old));
            Assert.True(other.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            return false;
        });

        Assert.True(_refused.IsHeld(Lane.Audit, Old));
    }

    [Fact]
    public void Stored_TakesTheProblemFromTheScreen()
    {
        _refused.Refused(Lane.Audit, Old, "record 6", Minute);
        _refused.Refused(Lane.Audit, New, "record 1", Minute);

        _refused.Stored(Lane.Audit, Old);

        Assert.False(_refused.IsHeld(Lane.Audit, Old));
        Assert.Contains("record 1", _refused.Health().Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("record 6", _refused.Health().Detail, StringComparison.Ordinal);
        _refused.Stored(Lane.Audit, New);
        Assert.Equal(DeviceState.Ok, _refused.Health().State);
    }

    [Fact]
    public void Closed_StandsOnTheScreenWhateverElseIsTakenAndHoldsNothingUp()
    {
        _refused.Refused(Lane.Audit, Old, "record 6", Minute);

        _refused.Closed(Lane.Audit, Old, "record 6 is another");
        _refused.Settle(static (_, _) => true);
        _refused.Stored(Lane.Audit, Old);

        Assert.False(_refused.IsHeld(Lane.Audit, Old));
        Assert.Null(_refused.Wait(Lane.Audit));
        Assert.Equal(DeviceState.Failed, _refused.Health().State);
        Assert.Contains("lane 2: record 6 is another", _refused.Health().Detail, StringComparison.Ordinal);
    }
}
