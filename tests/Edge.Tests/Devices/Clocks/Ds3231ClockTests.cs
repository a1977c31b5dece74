using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Clocks;
using EdgeCheckpoint.Devices.Clocks.Ds3231;
using EdgeCheckpoint.Edge.Tests.Devices.Suites;

namespace EdgeCheckpoint.Edge.Tests.Devices.Clocks;

/// <summary>The suite of clocks on our own driver.</summary>
public sealed class Ds3231ClockTests : ClockSuite
{
    protected override IBatteryClock Create(DevicePlace place) => new Ds3231Clock(place.Name, place.Open, place.Time, place.Log);
}
