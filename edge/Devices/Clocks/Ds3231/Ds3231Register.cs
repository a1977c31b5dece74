namespace EdgeCheckpoint.Devices.Clocks.Ds3231;

/// <summary>Registers (Maxim, DS3231, 19-5170, timekeeping registers).</summary>
internal enum Ds3231Register : byte
{
    /// <summary>First of seven in BCD: seconds, minutes, hours, day of the week, day, month with century, year.</summary>
    Seconds = 0x00,
    Control = 0x0E,
    Status = 0x0F,

    /// <summary>Whole degrees, two's complement; the next register has quarters in its two highest bits.</summary>
    TemperatureHigh = 0x11,
}
