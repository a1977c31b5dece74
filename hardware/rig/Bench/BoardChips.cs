using EdgeCheckpoint.Bench.Mcp2221;
using EdgeCheckpoint.Devices.Clocks.Ds3231;
using EdgeCheckpoint.Devices.Indicators.Ssd1306;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Sht4x;
using EdgeCheckpoint.Devices.Simulated.I2c;
using EdgeCheckpoint.Devices.Units;

namespace EdgeCheckpoint.Bench;

/// <summary>The chips of the profile virtual-board behind its USB bridge: the same simulated ones that unit tests use.</summary>
internal sealed class BoardChips : IDisposable
{
    private const ushort Microchip = 0x04D8;
    private const ushort Mcp2221Product = 0x00DD;
    private const double ShuntOhms = 0.1;

    /// <summary>As the profile has it, and as battery boards wire it; the chip's own default is another.</summary>
    private const int SupplyAddress = 0x43;

    /// <summary>Reports of 64 bytes in and out, of a use of the maker's own (DS20005292 §3.0).</summary>
    private static ReadOnlySpan<byte> ReportDescriptor =>
    [
        0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, Mcp2221Bridge.ReportBytes,
        0x09, 0x01, 0x81, 0x02, 0x09, 0x01, 0x91, 0x02, 0xC0,
    ];

    private readonly Mcp2221Bridge _bridge;
    private readonly SimulatedI2cChip _sht4x;
    private UhidDevice? _usb;
    private ClimateReading _climate = new(new Temperature(21), new RelativeHumidity(40));
    private SupplyReading _supply = new(new ElectricPotential(8.2), new ElectricCurrent(0.5));

    /// <param name="time">Of the chips.</param>
    internal BoardChips(TimeProvider time)
    {
        _bridge = new Mcp2221Bridge(Bus);
        _sht4x = new SimulatedSht4x(() => _climate, time);
        Bus.Fit(Sht4x.DefaultI2cAddress, _sht4x);
        Bus.Fit(SupplyAddress, new SimulatedIna219(() => _supply, ShuntOhms));
        var clock = new SimulatedDs3231(time);
        // Its cell was never empty, so that it knows the time.
        clock.Run(TimeSpan.Zero);
        Clock = clock;
        Bus.Fit(Ds3231.DefaultI2cAddress, clock);
        Bus.Fit(Ssd1306.DefaultI2cAddress, Display);
    }

    internal SimulatedI2cBus Bus { get; } = new();

    internal SimulatedDs3231 Clock { get; }

    internal SimulatedSsd1306 Display { get; } = new();

    /// <summary>Levels of the bridge's pins: red, amber, green, buzzer.</summary>
    internal IEnumerable<bool> Pins => Enumerable.Range(0, Mcp2221Bridge.PinCount).Select(pin => _bridge[pin]);

    /// <summary>Puts the bridge's plug in. Nothing happens when it is in already.</summary>
    internal void Plug() => _usb ??= new UhidDevice(
        "MCP2221 USB-I2C/UART Combo", Microchip, Mcp2221Product, ReportDescriptor, (usb, report) => usb.Send(_bridge.Answer(report.Span)));

    /// <summary>Pulls it out.</summary>
    internal void Unplug()
    {
        _usb?.Dispose();
        _usb = null;
    }

    internal void SetClimate(double celsius, double percent) => _climate = new ClimateReading(new Temperature(celsius), new RelativeHumidity(percent));

    internal void SetSupply(double volts, double amperes) => _supply = new SupplyReading(new ElectricPotential(volts), new ElectricCurrent(amperes));

    /// <summary>Takes the climate sensor off the bus, or puts it back.</summary>
    internal void FitClimateSensor(bool isFitted)
    {
        if (isFitted)
            Bus.Fit(Sht4x.DefaultI2cAddress, _sht4x);
        else
            Bus.Unplug(Sht4x.DefaultI2cAddress);
    }

    public void Dispose()
    {
        Unplug();
        Bus.Dispose();
    }
}
