using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Clocks;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Supervision;
using EdgeCheckpoint.Edge.Tests.Devices.Suites;

namespace EdgeCheckpoint.Devices.Bindings.Tests;

/// <summary>The suite of climates on the package's SHT4x.</summary>
public sealed class IotSht4xTests : ClimateSuite
{
    protected override ISensor<ClimateReading> Create(DevicePlace place) => IotDrivers.WithIot(DeviceDrivers.Own).Climate["iot-sht4x"](place);

    /// <summary>The binding sleeps: the chip measures in the machine's own time.</summary>
    private protected override TimeProvider ChipTime(TimeProvider test) => TimeProvider.System;
}

/// <summary>The suite of supplies on the package's INA219.</summary>
public sealed class IotIna219Tests : SupplySuite
{
    protected override ISensor<SupplyReading> Create(DevicePlace place, double shuntOhms) =>
        IotDrivers.WithIot(DeviceDrivers.Own).Supply["iot-ina219"](place, shuntOhms);
}

/// <summary>The suite of clocks on the package's DS3231.</summary>
public sealed class IotDs3231Tests : ClockSuite
{
    protected override IBatteryClock Create(DevicePlace place) => IotDrivers.WithIot(DeviceDrivers.Own).Clock["iot-ds3231"](place);
}

/// <summary>The suite of displays on the package's SSD1306.</summary>
public sealed class IotSsd1306Tests : DisplaySuite
{
    protected override IStatusDisplay Create(DevicePlace place) => IotDrivers.WithIot(DeviceDrivers.Own).Display["iot-ssd1306"](place);
}

public sealed class IotDriversTests
{
    [Fact]
    public void WithIot_KeepsOursAndAddsTheirs()
    {
        var drivers = IotDrivers.WithIot(DeviceDrivers.Own);

        Assert.Equal(["iot-bme280", "iot-sht4x", "sht4x"], drivers.Climate.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["ina219", "iot-ina219"], drivers.Supply.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["ds3231", "iot-ds3231"], drivers.Clock.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["iot-lcd2004", "iot-ssd1306", "ssd1306"], drivers.Display.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["mcp23017"], drivers.Expanders.Keys);
    }

    [Fact]
    public void Lcd_OfEightLines_ShowsTheFirstThatSaySomethingAndTheLast()
    {
        var shown = IotLcd2004Panel.Chosen(["UTOPIA NORTH", "2026-11-30 12:00 Confirmed", "LIST 12", "LINK UP", "", "21 °C", "", "FAILED: reader"]);

        Assert.Equal(["UTOPIA NORTH        ", "2026-11-30 12:00 Con", "LIST 12             ", "FAILED: reader      "], shown);
    }
}
