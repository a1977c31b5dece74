using System.Collections.Frozen;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Clocks;
using EdgeCheckpoint.Devices.Clocks.Ds3231;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Indicators.Ssd1306;

namespace EdgeCheckpoint.Devices.Bindings;

/// <summary>The drivers of Iot.Device.Bindings beside our own, under names that begin with <c>iot-</c>.</summary>
public static class IotDrivers
{
    /// <summary>Ours and these.</summary>
    public static DeviceDrivers WithIot(DeviceDrivers own)
    {
        ArgumentNullException.ThrowIfNull(own);
        return own with
        {
            Climate = With(own.Climate, ("iot-sht4x", IotClimate.Sht4x), ("iot-bme280", IotClimate.Bme280)),
            Supply = With(own.Supply, ("iot-ina219", IotSupply.Ina219)),
            Clock = With(own.Clock, ("iot-ds3231", static place => (IBatteryClock)new Ds3231Clock(place.Name, IClockChip () => new IotDs3231(place.Open()), place.Time, place.Log))),
            Display = With(
                own.Display,
                ("iot-ssd1306", static place => (IStatusDisplay)new Ssd1306Display(place.Name, IStatusPanel () => new IotSsd1306Panel(place.Open()), place.Time, place.Log)),
                ("iot-lcd2004", static place => new Ssd1306Display(place.Name, IStatusPanel () => new IotLcd2004Panel(place.Open()), place.Time, place.Log))),
            Expanders = With(own.Expanders, ("mcp23017", IotMcp23017.Open)),
        };
    }

    private static FrozenDictionary<string, T> With<T>(FrozenDictionary<string, T> own, params (string Name, T Driver)[] more) =>
        own.Concat(more.Select(static driver => KeyValuePair.Create(driver.Name, driver.Driver))).ToFrozenDictionary(StringComparer.Ordinal);
}
