namespace EdgeCheckpoint.Devices.Simulated.I2c;

/// <summary>A chip on a simulated bus, written from its datasheet and not from its driver.</summary>
public abstract class SimulatedI2cChip
{
    /// <summary>Takes what the master writes.</summary>
    /// <returns>False when the chip does not acknowledge it.</returns>
    public abstract bool Write(ReadOnlySpan<byte> bytes);

    /// <summary>Fills what the master reads.</summary>
    /// <returns>False when the chip does not acknowledge its address now.</returns>
    public abstract bool Read(Span<byte> bytes);
}
