using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

public sealed class LaneScheduleTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Next_AllLanesFull_SharesTheLinkByWeight()
    {
        var schedule = new LaneSchedule(_time);

        var turns = Turns(schedule, 1500, [true, true, true, true]);

        Assert.InRange(turns[Lane.Alerts], 780, 820);
        Assert.InRange(turns[Lane.Encounters], 380, 420);
        Assert.InRange(turns[Lane.Audit], 180, 220);
        Assert.InRange(turns[Lane.Health], 90, 110);
    }

    [Fact]
    public void Next_LaneZeroNeverEmpties_TheOthersStillGetTheirTurns()
    {
        var schedule = new LaneSchedule(_time);

        var turns = Turns(schedule, 90, [true, false, false, true]);

        Assert.Equal(10, turns[Lane.Health]);
    }

    [Fact]
    public void Next_AnAlertComesIntoAnEmptyLane_IsSentNextWhateverTheOthersHaveSaved()
    {
        var schedule = new LaneSchedule(_time);
        for (var i = 1; i <= 50; i++)
        {
            Turns(schedule, i, [false, true, true, true]);
            Assert.Equal(Lane.Alerts, schedule.Next([true, true, true, true]));
        }
    }

    [Fact]
    public void Next_NobodyWaits_IsNobodysTurn() => Assert.Null(new LaneSchedule(_time).Next([false, false, false, false]));

    [Fact]
    public void Hold_OneLane_IsForItAloneAndEnds()
    {
        var schedule = new LaneSchedule(_time);
        schedule.Hold(Lane.Encounters, TimeSpan.FromSeconds(60));

        Assert.Equal(60, schedule.Held(Lane.Encounters).TotalSeconds);
        Assert.Equal(TimeSpan.Zero, schedule.Held(Lane.Alerts));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(TimeSpan.Zero, schedule.Held(Lane.Encounters));
    }

    private static Dictionary<Lane, int> Turns(LaneSchedule schedule, int count, bool[] isWaiting) =>
        Enumerable.Range(0, count).Select(_ => schedule.Next(isWaiting)!.Value).CountBy(static lane => lane)
            .ToDictionary(static entry => entry.Key, static entry => entry.Value);
}
