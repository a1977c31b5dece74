namespace EdgeCheckpoint.Devices.Boards;

/// <summary>One line of a GPIO chip.</summary>
public abstract class LineOptions
{
    /// <summary>Offset on the chip, 0 to 511.</summary>
    public int Line { get; set; } = -1;

    /// <summary>Label of the chip where it is another than the board's; empty for that.</summary>
    public string ChipLabel { get; set; } = "";
}

/// <summary>How an input is held while nothing drives it.</summary>
public enum ContactPull
{
    /// <summary>The chip's own resistor to its supply.</summary>
    Up,

    /// <summary>A resistor outside, or an output that drives both levels.</summary>
    None,
}

/// <summary>A contact.</summary>
public sealed class ContactOptions : LineOptions
{
    /// <summary>False: low is closed, as a loop to ground under a pull-up. True: high is closed, as an output that is high while all is well.</summary>
    public bool IsInverted { get; set; }

    /// <summary>Resistor of the input.</summary>
    public ContactPull Pull { get; set; } = ContactPull.Up;

    /// <summary>A level must hold so long to be accepted, 1 to 5000. Shorter than the shortest pulse that counts.</summary>
    public int DebounceMilliseconds { get; set; } = 50;
}

/// <summary>An output; high is on.</summary>
public sealed class OutputOptions : LineOptions;

/// <summary>A chip on the board's I2C bus.</summary>
public abstract class I2cOptions
{
    /// <summary>Seven bits, in decimal: 0x44 is 68.</summary>
    public int Address { get; set; }

    /// <summary>Name of the driver.</summary>
    public string Driver { get; set; } = "";
}

/// <summary>Temperature and humidity of the enclosure.</summary>
public sealed class ClimateOptions : I2cOptions
{
    public ClimateOptions() => (Address, Driver) = (Sensors.Sht4x.Sht4x.DefaultI2cAddress, "sht4x");
}

/// <summary>Battery.</summary>
public sealed class SupplyOptions : I2cOptions
{
    public SupplyOptions() => (Address, Driver) = (Sensors.Ina219.Ina219.DefaultI2cAddress, "ina219");

    /// <summary>Resistance of the shunt.</summary>
    public double ShuntOhms { get; set; } = 0.1;

    /// <summary>Below this, a warning. The value for two lithium cells in series.</summary>
    public int LowMillivolts { get; set; } = 7000;

    /// <summary>Below this, an orderly stop.</summary>
    public int EmptyMillivolts { get; set; } = 6400;
}

/// <summary>A clock chip that the kernel does not drive.</summary>
public sealed class ClockOptions : I2cOptions
{
    public ClockOptions() => (Address, Driver) = (Clocks.Ds3231.Ds3231.DefaultI2cAddress, "ds3231");
}

/// <summary>Status display.</summary>
public sealed class DisplayOptions : I2cOptions
{
    public DisplayOptions() => (Address, Driver) = (Indicators.Ssd1306.Ssd1306.DefaultI2cAddress, "ssd1306");
}

/// <summary>Satellite receiver.</summary>
public sealed class GpsOptions
{
    /// <summary>Serial line, best below /dev/serial/by-id.</summary>
    public string DevicePath { get; set; } = "";

    /// <summary>Bits per second.</summary>
    public int BaudRate { get; set; } = 9600;
}
