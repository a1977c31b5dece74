namespace EdgeCheckpoint.Devices.I2c;

/// <summary>
/// What the kernel answers when a transfer on the bus fails. System.Device.Gpio throws all of it as <see cref="IOException"/> with the
/// number in the text, so drivers let it through and their <see cref="Supervision.SampledDevice{TDriver, TReading}"/> retries.
/// </summary>
internal static class I2cFault
{
    /// <summary>ENXIO: no chip answered at the address.</summary>
    public const int NoDevice = 6;

    /// <summary>ETIMEDOUT: the bus did not come free; a stuck line, or a chip that stretches the clock.</summary>
    public const int TimedOut = 110;

    /// <summary>EREMOTEIO: the chip did not acknowledge.</summary>
    public const int RemoteIo = 121;

    /// <summary>As the library words it.</summary>
    public static IOException Of(int errno) => new($"Error {errno} performing I2C data transfer.");
}
