using System.Buffers.Binary;
using EdgeCheckpoint.Devices.Sensors;

namespace EdgeCheckpoint.Devices.Simulated.I2c;

/// <summary>
/// An INA219: registers of two bytes, most significant first; the first byte written is the pointer, which stays and does not advance
/// (SBOS448G, writing and reading).
/// </summary>
/// <param name="supply">What is measured.</param>
/// <param name="shuntOhms">Resistance of the shunt.</param>
public sealed class SimulatedIna219(Func<SupplyReading> supply, double shuntOhms) : SimulatedI2cChip
{
    private const ushort PowerOn = 0x399F;
    private const int RegisterCount = 6;
    private int _pointer;
    private ushort _configuration = PowerOn;

    /// <summary>As after a supply that was gone for a moment.</summary>
    public void LoseSupply() => (_configuration, _pointer) = (PowerOn, 0);

    /// <inheritdoc/>
    public override bool Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] >= RegisterCount || bytes.Length is not (1 or 3))
            return false;
        _pointer = bytes[0];
        if (bytes.Length == 3 && _pointer == 0)
        {
            var value = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
            _configuration = (value & 0x8000) != 0 ? PowerOn : value;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Read(Span<byte> bytes)
    {
        if (bytes.Length != 2)
            return false;
        BinaryPrimitives.WriteUInt16BigEndian(bytes, _pointer switch
        {
            0 => _configuration,
            1 => unchecked((ushort)(short)Math.Clamp(supply().Current.Amperes * shuntOhms / 0.00001, short.MinValue, short.MaxValue)),
            2 => (ushort)(((int)Math.Clamp(Math.Round(supply().Voltage.Volts / 0.004), 0, 8191) << 3) | 0x2),
            _ => 0,
        });
        return true;
    }
}
