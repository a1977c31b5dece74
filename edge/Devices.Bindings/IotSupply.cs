using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Supervision;

namespace EdgeCheckpoint.Devices.Bindings;

/// <summary>Supply sensors of the package.</summary>
internal static class IotSupply
{
    /// <summary>As our own driver.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>A supply of the appliance below this, and it would not run.</summary>
    private const double VoltsMin = 1;

    internal static ISensor<SupplyReading> Ina219(DevicePlace place, double shuntOhms) => new SampledDevice<IotIna219, SupplyReading>(
        new SampledDeviceSpecification<IotIna219, SupplyReading>
        {
            Name = place.Name,
            Interval = Interval,
            Open = () => Bound.Open(place.Open, device => new IotIna219(device, shuntOhms)),
            IdentifyAsync = (driver, _) => driver.TryReset()
                ? ValueTask.CompletedTask
                : throw new DeviceUnavailableException($"What answers at the address of the {place.Name} is no INA219: compare Board:Supply with what is fitted"),
            SampleAsync = (driver, _) => ValueTask.FromResult(driver.TryReadMeasurement(out var reading) ? reading : (SupplyReading?)null),
            Doubt = reading => reading.Voltage.Volts >= VoltsMin ? "" : $"The {place.Name} says {reading.Voltage}, with which nothing here would run",
        },
        place.Time,
        place.Log);
}
