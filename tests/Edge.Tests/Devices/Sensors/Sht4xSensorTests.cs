using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Sht4x;
using EdgeCheckpoint.Devices.Supervision;
using EdgeCheckpoint.Edge.Tests.Devices.Suites;

namespace EdgeCheckpoint.Edge.Tests.Devices.Sensors;

/// <summary>The suite of climates on our own driver.</summary>
public sealed class Sht4xSensorTests : ClimateSuite
{
    protected override ISensor<ClimateReading> Create(DevicePlace place) => Sht4xSensor.Create(place.Name, place.Open, place.Time, place.Log);
}
