using System.Device.I2c;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Units;
using Iot.Device.Adc;
using Binding = Iot.Device.Adc.Ina219;

namespace EdgeCheckpoint.Devices.Bindings;

/// <summary>
/// The package's INA219 as it is after a reset: 32 V, ±320 mV across the shunt, both measured all the time. That is also its state at power-on, so that a
/// chip that was without supply for a moment measures on.
/// </summary>
internal sealed class IotIna219 : IDisposable
{
    /// <summary>Versions of the binding differ in whether they read the registers with their sign; what cannot be is a sign that was lost.</summary>
    private const double ShuntVoltsMax = 0.32768;
    private const double ShuntVoltsSpan = 0.65536;
    private const double BusVoltsSpan = 32.768;

    /// <summary>What the shunt can show at ±320 mV.</summary>
    private const double ShuntVoltsRange = 0.32;

    private readonly I2cDevice _device;
    private readonly double _shuntOhms;
    private readonly Binding _binding;

    internal IotIna219(I2cDevice device, double shuntOhms)
    {
        (_device, _shuntOhms) = (device, shuntOhms);
        _binding = new Binding(device);
    }

    /// <summary>Resets the chip; false when what answers does not reset as an INA219 does.</summary>
    internal bool TryReset()
    {
        _binding.Reset();
        return _binding.OperatingMode == Ina219OperatingMode.ShuntAndBusContinuous
            && _binding.BusVoltageRange == Ina219BusVoltageRange.Range32v
            && _binding.PgaSensitivity == Ina219PgaSensitivity.PlusOrMinus320mv;
    }

    /// <summary>False when the current is beyond what the shunt can show.</summary>
    internal bool TryReadMeasurement(out SupplyReading reading)
    {
        var bus = _binding.ReadBusVoltage().Volts;
        var shunt = _binding.ReadShuntVoltage().Volts;
        bus = bus < 0 ? bus + BusVoltsSpan : bus;
        shunt = shunt >= ShuntVoltsMax ? shunt - ShuntVoltsSpan : shunt;
        reading = new SupplyReading(new ElectricPotential(bus), new ElectricCurrent(shunt / _shuntOhms));
        return Math.Abs(shunt) < ShuntVoltsRange;
    }

    public void Dispose()
    {
        _binding.Dispose();

        // The binding leaves a place on the bus that was handed to it open.
        _device.Dispose();
    }
}
