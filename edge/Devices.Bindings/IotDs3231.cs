using System.Device.I2c;
using EdgeCheckpoint.Devices.Clocks;
using EdgeCheckpoint.Devices.Units;
using Binding = Iot.Device.Rtc.Ds3231;

namespace EdgeCheckpoint.Devices.Bindings;

/// <summary>
/// The package's DS3231. It does not tell whether the oscillator has stood still, so two registers are read and written beside it; and it counts years
/// from 1900 with the century bit, where Linux and our own driver count from 2000: a year before 2000 is one without the bit.
/// </summary>
internal sealed class IotDs3231 : IClockChip
{
    private const byte Control = 0x0E;
    private const byte Status = 0x0F;

    /// <summary>In the status: the oscillator stood still. In the control: it stands still on battery.</summary>
    private const byte Stopped = 0x80;
    private const int FirstYear = 2000;
    private const int YearsOfTheBit = 100;

    private readonly I2cDevice _device;
    private readonly Binding _binding;

    internal IotDs3231(I2cDevice device)
    {
        _device = device;
        _binding = new Binding(device);
    }

    public bool TryReadTime(out DateTimeOffset time)
    {
        time = default;
        try
        {
            var read = _binding.RtcDateTime;
            time = new DateTimeOffset(DateTime.SpecifyKind(read.Year < FirstYear ? read.AddYears(YearsOfTheBit) : read, DateTimeKind.Utc));
        }
        catch (ArgumentOutOfRangeException)
        {
            // Registers that hold no time.
            return false;
        }

        return (Read(Status) & Stopped) == 0;
    }

    public void SetTime(DateTimeOffset time)
    {
        _binding.RtcDateTime = time.UtcDateTime;
        Write(Control, (byte)(Read(Control) & ~Stopped));
        Write(Status, (byte)(Read(Status) & ~Stopped));
    }

    public Temperature ReadTemperature() => new(_binding.Temperature.DegreesCelsius);

    /// <summary>The binding disposes of its place on the bus.</summary>
    public void Dispose() => _binding.Dispose();

    private byte Read(byte register)
    {
        Span<byte> answer = stackalloc byte[1];
        _device.WriteRead([register], answer);
        return answer[0];
    }

    private void Write(byte register, byte value) => _device.Write([register, value]);
}
