using System.Device.I2c;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Supervision;
using EdgeCheckpoint.Devices.Units;
using BindingBme280 = Iot.Device.Bmxx80.Bme280;
using BindingSht4x = Iot.Device.Sht4x.Sht4x;

namespace EdgeCheckpoint.Devices.Bindings;

/// <summary>Climate sensors of the package. They wait for the chip by sleeping, some ten milliseconds of one thread.</summary>
internal static class IotClimate
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    internal static ISensor<ClimateReading> Sht4x(DevicePlace place) => Create(
        place,
        static device => new BindingSht4x(device),
        static driver => driver.ReadHumidityAndTemperature() is ({ } humidity, { } temperature)
            ? new ClimateReading(new Temperature(temperature.DegreesCelsius), new RelativeHumidity(humidity.Percent))
            : null,
        "SHT4x");

    /// <summary>The constructor compares the chip's identifier: a BMP280, which has no humidity, is refused there.</summary>
    internal static ISensor<ClimateReading> Bme280(DevicePlace place) => Create(
        place,
        static device => new BindingBme280(device),
        static driver => driver.Read() is { Temperature: { } temperature, Humidity: { } humidity }
            ? new ClimateReading(new Temperature(temperature.DegreesCelsius), new RelativeHumidity(humidity.Percent))
            : null,
        "BME280");

    private static SampledDevice<TBinding, ClimateReading> Create<TBinding>(
        DevicePlace place, Func<I2cDevice, TBinding> bind, Func<TBinding, ClimateReading?> read, string chip)
        where TBinding : IDisposable => new(
        new SampledDeviceSpecification<TBinding, ClimateReading>
        {
            Name = place.Name,
            Interval = Interval,
            Open = () => Bound.Open(place.Open, bind),

            // The bindings do not read a serial number in every version: a first measurement with right checksums is the proof.
            IdentifyAsync = (driver, _) => read(driver) is not null
                ? ValueTask.CompletedTask
                : throw new DeviceUnavailableException($"What answers at the address of the {place.Name} is no {chip}: compare Board:Climate with what is fitted"),
            SampleAsync = (driver, _) => ValueTask.FromResult(read(driver)),
            Doubt = reading => ClimateLimits.Doubt(place.Name, reading),
        },
        place.Time,
        place.Log);
}
