namespace EdgeCheckpoint.Bench.Mcp2221;

/// <summary>
/// What the chip's I2C engine is at. The datasheet names the field (table 3-2, byte 8) and leaves its values open; these are the ones by which
/// drivers of the chip tell an absent address from a bus that hangs and from data that are there.
/// </summary>
internal static class I2cEngineState
{
    public const byte Idle = 0x00;

    /// <summary>The address was sent in time and the clock or data line did not follow.</summary>
    public const byte AddressTimeout = 0x23;

    /// <summary>Nobody acknowledged the address.</summary>
    public const byte AddressNotAcknowledged = 0x25;

    /// <summary>The chip did not acknowledge a byte of data.</summary>
    public const byte DataNotAcknowledged = 0x45;

    /// <summary>More data lie in the buffer than one report holds.</summary>
    public const byte ReadPartial = 0x54;

    /// <summary>All data that were asked for are in this report.</summary>
    public const byte ReadComplete = 0x55;
}
