using System.Collections.Frozen;
using System.Device.Gpio;
using System.Device.I2c;
using EdgeCheckpoint.Devices.Clocks;
using EdgeCheckpoint.Devices.Clocks.Ds3231;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Indicators.Ssd1306;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Ina219;
using EdgeCheckpoint.Devices.Sensors.Sht4x;
using EdgeCheckpoint.Devices.Supervision;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>A device that is about to be made: its name for screens and logs, and how its place on the bus is opened.</summary>
public sealed record DevicePlace(string Name, Func<I2cDevice> Open, TimeProvider Time, ILogger Log);

/// <summary>The drivers by the names that <c>Board:…:Driver</c> knows. A build with other bindings adds theirs at its start.</summary>
public sealed record DeviceDrivers
{
    private static DeviceDrivers _inUse = Own;

    /// <summary>Drivers of the climate sensor.</summary>
    public required FrozenDictionary<string, Func<DevicePlace, ISensor<ClimateReading>>> Climate { get; init; }

    /// <summary>Drivers of the supply sensor; the number is the shunt in ohms.</summary>
    public required FrozenDictionary<string, Func<DevicePlace, double, ISensor<SupplyReading>>> Supply { get; init; }

    /// <summary>Drivers of the clock chip.</summary>
    public required FrozenDictionary<string, Func<DevicePlace, IBatteryClock>> Clock { get; init; }

    /// <summary>Drivers of the status display.</summary>
    public required FrozenDictionary<string, Func<DevicePlace, IStatusDisplay>> Display { get; init; }

    /// <summary>GPIO expanders on the bus, for chip labels of the form <c>NAME@ADDRESS</c>, the address in decimal.</summary>
    public FrozenDictionary<string, Func<I2cDevice, GpioController>> Expanders { get; init; } = FrozenDictionary<string, Func<I2cDevice, GpioController>>.Empty;

    /// <summary>Those of this project.</summary>
    public static DeviceDrivers Own => new()
    {
        Climate = new Dictionary<string, Func<DevicePlace, ISensor<ClimateReading>>>
        {
            ["sht4x"] = static place => Sht4xSensor.Create(place.Name, place.Open, place.Time, place.Log),
        }.ToFrozenDictionary(),
        Supply = new Dictionary<string, Func<DevicePlace, double, ISensor<SupplyReading>>>
        {
            ["ina219"] = static (place, shuntOhms) => Ina219Sensor.Create(place.Name, place.Open, shuntOhms, place.Time, place.Log),
        }.ToFrozenDictionary(),
        Clock = new Dictionary<string, Func<DevicePlace, IBatteryClock>>
        {
            ["ds3231"] = static place => new Ds3231Clock(place.Name, place.Open, place.Time, place.Log),
        }.ToFrozenDictionary(),
        Display = new Dictionary<string, Func<DevicePlace, IStatusDisplay>>
        {
            ["ssd1306"] = static place => new Ssd1306Display(place.Name, place.Open, place.Time, place.Log),
        }.ToFrozenDictionary(),
    };

    /// <summary>Those of the running program.</summary>
    public static DeviceDrivers InUse => Volatile.Read(ref _inUse);

    /// <summary>Sets what <see cref="InUse"/> is; once, before anything is configured.</summary>
    public static void Use(DeviceDrivers drivers) => Volatile.Write(ref _inUse, drivers);
}
