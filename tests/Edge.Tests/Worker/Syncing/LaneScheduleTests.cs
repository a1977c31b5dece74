using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Worker.Syncing;

public sealed class LaneScheduleTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Next_AllLanesFull_SharesTheStreamByWeight()
    {
        var turns = Turns(new LaneSchedule(_time), 700, [Lane.Encounters, Lane.Audit, Lane.Health]);

        Assert.Equal((400, 200, 100), (turns[Lane.Encounters], turns[Lane.Audit], turns[Lane.Health]));
    }

    [Fact]
    public void Next_OneLaneNeverEmpties_TheOthersStillGetTheirTurns()
    {
        var turns = Turns(new LaneSchedule(_time), 50, [Lane.Encounters, Lane.Health]);

        Assert.Equal(10, turns[Lane.Health]);
    }

    [Fact]
    public void Next_ALaneThatWasEmptyForLong_HasSavedNothing()
    {
        var schedule = new LaneSchedule(_time);
        Turns(schedule, 1_000, [Lane.Health]);

        var turns = Turns(schedule, 7, [Lane.Encounters, Lane.Audit, Lane.Health]);

        Assert.InRange(turns[Lane.Encounters], 3, 5);
    }

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

    private static Dictionary<Lane, int> Turns(LaneSchedule schedule, int count, Lane[] ready) =>
        Enumerable.Range(0, count).Select(_ => schedule.Next(ready)).CountBy(static lane => lane)
            .ToDictionary(static entry => entry.Key, static entry => entry.Value);
}
