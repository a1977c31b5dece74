using System.Device.I2c;
using EdgeCheckpoint.Devices.Supervision;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Sensors.Ina219;

/// <summary>An INA219 as the battery of the appliance.</summary>
internal static class Ina219Sensor
{
    /// <summary>A battery that is nearly empty loses its last volts within a minute.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>A supply of the appliance below this, and it would not run.</summary>
    private const double VoltsMin = 1;

    internal static SampledDevice<Ina219, SupplyReading> Create(
        string name, Func<I2cDevice> open, double shuntOhms, TimeProvider time, ILogger log) => new(
        new SampledDeviceSpecification<Ina219, SupplyReading>
        {
            Name = name,
            Interval = Interval,
            Open = () => new Ina219(open(), shuntOhms),
            IdentifyAsync = (driver, _) => driver.TryConfigure()
                ? ValueTask.CompletedTask
                : throw new DeviceUnavailableException($"What answers at the address of the {name} is no INA219: compare Board:Supply with what is fitted"),
            SampleAsync = (driver, _) => ValueTask.FromResult<SupplyReading?>(driver.TryReadMeasurement(out var reading) ? reading : null),
            Doubt = reading => reading.Voltage.Volts >= VoltsMin ? "" : $"The {name} says {reading.Voltage}, with which nothing here would run",
        },
        time,
        log);
}
