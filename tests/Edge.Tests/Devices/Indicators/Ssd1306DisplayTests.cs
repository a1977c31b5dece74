using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Indicators.Ssd1306;
using EdgeCheckpoint.Edge.Tests.Devices.Suites;

namespace EdgeCheckpoint.Edge.Tests.Devices.Indicators;

/// <summary>The suite of displays on our own driver.</summary>
public sealed class Ssd1306DisplayTests : DisplaySuite
{
    protected override IStatusDisplay Create(DevicePlace place) => new Ssd1306Display(place.Name, place.Open, place.Time, place.Log);
}
