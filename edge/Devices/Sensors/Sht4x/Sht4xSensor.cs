using System.Device.I2c;
using EdgeCheckpoint.Devices.Supervision;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Sensors.Sht4x;

/// <summary>An SHT4x as the climate of the enclosure.</summary>
internal static class Sht4xSensor
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <param name="open">The chip's place on its bus.</param>
    internal static SampledDevice<Sht4x, ClimateReading> Create(string name, Func<I2cDevice> open, TimeProvider time, ILogger log) => new(
        new SampledDeviceSpecification<Sht4x, ClimateReading>
        {
            Name = name,
            Interval = Interval,
            Open = () => new Sht4x(open()),
            IdentifyAsync = async (driver, token) =>
            {
                driver.AskSerialNumber();
                await Task.Delay(Sht4x.MeasurementTime, time, token);
                if (!driver.TryReadSerialNumber(out _))
                    throw new DeviceUnavailableException($"What answers at the address of the {name} is no SHT4x: compare Board:Climate with what is fitted");
            },
            SampleAsync = async (driver, token) =>
            {
                driver.StartMeasurement();
                await Task.Delay(Sht4x.MeasurementTime, time, token);
                return driver.TryReadMeasurement(out var reading) ? reading : null;
            },
            Doubt = reading => ClimateLimits.Doubt(name, reading),
        },
        time,
        log);
}
