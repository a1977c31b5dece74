using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Ina219;
using EdgeCheckpoint.Devices.Supervision;
using EdgeCheckpoint.Edge.Tests.Devices.Suites;

namespace EdgeCheckpoint.Edge.Tests.Devices.Sensors;

/// <summary>The suite of supplies on our own driver.</summary>
public sealed class Ina219SensorTests : SupplySuite
{
    protected override ISensor<SupplyReading> Create(DevicePlace place, double shuntOhms) =>
        Ina219Sensor.Create(place.Name, place.Open, shuntOhms, place.Time, place.Log);

    [Fact]
    public async Task Run_ChipThatLostItsSetting_IsDoubtedAndThenSetUpAnew()
    {
        var running = RunAsync(Ending.Token);
        await UntilAsync(() => Device.Latest is not null);

        Chip.LoseSupply();
        await UntilAsync(() => Device.Health.State == DeviceState.Attention);
        await UntilAsync(() => Device.Health.State == DeviceState.Ok);

        await EndAsync(running);
    }
}
