namespace EdgeCheckpoint.Devices.Simulated.I2c;

/// <summary>
/// A chip of registers of one byte, as the DS3231: the first byte written sets the pointer, further ones and reads go on from there, and after the
/// last register comes the first.
/// </summary>
public class SimulatedRegisterChip(int registerCount) : SimulatedI2cChip
{
    private readonly byte[] _registers = new byte[registerCount];
    private int _pointer;

    /// <summary>The registers themselves.</summary>
    public Span<byte> Registers => _registers;

    /// <inheritdoc/>
    public override bool Write(ReadOnlySpan<byte> bytes)
    {
        // A pointer that is not there is acknowledged by real chips and reads rubbish; here it is refused, so that a driver's slip shows.
        if (bytes[0] >= _registers.Length)
            return false;
        _pointer = bytes[0];
        foreach (var value in bytes[1..])
        {
            _registers[_pointer] = value;
            Advance();
        }

        if (bytes.Length > 1)
            Written();
        return true;
    }

    /// <inheritdoc/>
    public override bool Read(Span<byte> bytes)
    {
        Reading();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = _registers[_pointer];
            Advance();
        }

        return true;
    }

    /// <summary>Registers were written.</summary>
    protected virtual void Written()
    {
    }

    /// <summary>Registers are about to be read.</summary>
    protected virtual void Reading()
    {
    }

    private void Advance() => _pointer = (_pointer + 1) % _registers.Length;
}
