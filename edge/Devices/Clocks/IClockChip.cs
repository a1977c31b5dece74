using EdgeCheckpoint.Devices.Units;

namespace EdgeCheckpoint.Devices.Clocks;

/// <summary>A driver of a clock chip with its own battery. Trouble on the bus is an <see cref="IOException"/>.</summary>
internal interface IClockChip : IDisposable
{
    /// <summary>Reads the time in UTC; false when the chip has stood still or holds no time.</summary>
    bool TryReadTime(out DateTimeOffset time);

    /// <summary>Sets the time, and takes back the mark that the chip stood still.</summary>
    void SetTime(DateTimeOffset time);

    /// <summary>Temperature of the chip: whether it is one.</summary>
    Temperature ReadTemperature();
}
