using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Worker.Inspection;

namespace EdgeCheckpoint.Edge.Tests.Worker;

public sealed class ReaderWatchServiceTests
{
    private static readonly DeviceHealth Well = new(DeviceState.Ok, "", new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void StatesBetween_Unchanged_IsNothing() => Assert.Empty(ReaderWatchService.StatesBetween(Well, Well with { }));

    [Theory]
    [InlineData(DeviceState.Failed)]
    [InlineData(DeviceState.Attention)]
    public void StatesBetween_Changed_IsTheNewState(DeviceState state) =>
        Assert.Equal([state], ReaderWatchService.StatesBetween(Well, Well with { State = state }));

    [Fact]
    public void StatesBetween_PulledOutAndPutBackBetweenTwoLooks_IsBoth() =>
        Assert.Equal(
            [DeviceState.Failed, DeviceState.Ok],
            ReaderWatchService.StatesBetween(Well, Well with { Since = Well.Since.AddMilliseconds(400) }));

    [Fact]
    public void StatesBetween_OtherReasonForTheSameFailure_IsNothing()
    {
        var failed = Well with { State = DeviceState.Failed, Detail = "missing" };

        Assert.Empty(ReaderWatchService.StatesBetween(failed, failed with { Detail = "no rights", Since = Well.Since.AddSeconds(1) }));
    }
}
