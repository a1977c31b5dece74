using System.Buffers.Binary;
using System.Device.I2c;
using EdgeCheckpoint.Devices.Units;

namespace EdgeCheckpoint.Devices.Sensors.Ina219;

/// <summary>
/// TI's INA219: voltage and current of a supply or a battery on I2C. The current is computed here from the voltage over the shunt: the
/// chip's own current register needs a calibration that is lost when the chip loses its supply, unseen.
/// </summary>
/// <remarks>Trouble on the bus is an <see cref="IOException"/>, for the supervisor to retry; an answer that is wrong is false.</remarks>
public sealed class Ina219 : IDisposable
{
    /// <summary>Address with A0 and A1 to ground; UPS boards often have 0x41 to 0x43.</summary>
    public const int DefaultI2cAddress = 0x40;

    /// <summary>
    /// Range 32 V, shunt ±320 mV, both converters averaging 128 samples (68 ms), measuring without end (SBOS448G, configuration register).
    /// </summary>
    internal const ushort Configuration = 0x3FFF;

    /// <summary>What the register reads after a reset.</summary>
    internal const ushort PowerOnConfiguration = 0x399F;

    /// <summary>At 320 mV the converter stands at its end: what flows may be more.</summary>
    internal const int ShuntUnitsMax = 32_000;

    internal const double VoltsOfBusUnit = 0.004;
    internal const double VoltsOfShuntUnit = 0.00001;

    private const ushort Reset = 0x8000;
    private const int BusValueShift = 3;

    private readonly I2cDevice _device;
    private readonly double _shuntOhms;

    /// <param name="device">The chip's place on its bus; this driver's from now on.</param>
    /// <param name="shuntOhms">Resistance of the shunt, 0.1 on most boards.</param>
    public Ina219(I2cDevice device, double shuntOhms = 0.1)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shuntOhms);
        (_device, _shuntOhms) = (device, shuntOhms);
    }

    /// <summary>Resets the chip and sets it up.</summary>
    /// <returns>False when what answers does not reset as an INA219 does.</returns>
    /// <exception cref="IOException">The bus, or nothing is there.</exception>
    public bool TryConfigure()
    {
        Write(Ina219Register.Configuration, Reset);
        if (Read(Ina219Register.Configuration) != PowerOnConfiguration)
            return false;
        Write(Ina219Register.Configuration, Configuration);
        return Read(Ina219Register.Configuration) == Configuration;
    }

    /// <summary>Reads the newest measurement.</summary>
    /// <returns>False after the chip has lost its setting, as in a brown-out, or when the current is beyond what the shunt can show.</returns>
    /// <exception cref="IOException">The bus.</exception>
    public bool TryReadMeasurement(out SupplyReading reading)
    {
        reading = default;
        if (Read(Ina219Register.Configuration) != Configuration)
            return false;
        var bus = Read(Ina219Register.BusVoltage);
        var shunt = unchecked((short)Read(Ina219Register.ShuntVoltage));
        if (Math.Abs((int)shunt) >= ShuntUnitsMax)
            return false;
        reading = new SupplyReading(
            new ElectricPotential((bus >> BusValueShift) * VoltsOfBusUnit), new ElectricCurrent(shunt * VoltsOfShuntUnit / _shuntOhms));
        return true;
    }

    public void Dispose() => _device.Dispose();

    private ushort Read(Ina219Register register)
    {
        Span<byte> answer = stackalloc byte[2];
        _device.WriteRead([(byte)register], answer);
        return BinaryPrimitives.ReadUInt16BigEndian(answer);
    }

    private void Write(Ina219Register register, ushort value) => _device.Write([(byte)register, (byte)(value >> 8), (byte)(value & 0xFF)]);
}
