namespace EdgeCheckpoint.Bench.Mcp2221;

/// <summary>First bytes of reports (DS20005292 §3.1).</summary>
internal static class Mcp2221Command
{
    /// <summary>Status and parameters: state of the I2C engine, cancelling, speed (§3.1.1).</summary>
    public const byte Status = 0x10;

    /// <summary>Gives the data that were read from the bus (§3.1.10).</summary>
    public const byte GetI2cData = 0x40;

    /// <summary>Sets levels and directions of pins (§3.1.11).</summary>
    public const byte SetGpio = 0x50;

    /// <summary>Levels and directions of pins (§3.1.12).</summary>
    public const byte GetGpio = 0x51;

    /// <summary>Start, write, stop (§3.1.5).</summary>
    public const byte WriteI2c = 0x90;

    /// <summary>Start, read, stop (§3.1.8).</summary>
    public const byte ReadI2c = 0x91;

    /// <summary>Repeated start, read, stop (§3.1.9).</summary>
    public const byte ReadI2cRepeatedStart = 0x93;

    /// <summary>Start, write, no stop (§3.1.7).</summary>
    public const byte WriteI2cNoStop = 0x94;
}
