using System.Device.I2c;
using EdgeCheckpoint.Devices.Units;

namespace EdgeCheckpoint.Devices.Clocks.Ds3231;

/// <summary>
/// Maxim's DS3231: a clock with its own battery on I2C. Only for boards whose kernel does not drive the chip: two drivers on one chip read
/// torn times (the kernel checks nothing in that case).
/// </summary>
/// <remarks>Trouble on the bus is an <see cref="IOException"/>, for the supervisor to retry; an answer that is wrong is false.</remarks>
public sealed class Ds3231 : IClockChip
{
    /// <summary>The chip has no other.</summary>
    public const int DefaultI2cAddress = 0x68;

    /// <summary>The century bit counts from here, as Linux has it.</summary>
    private const int BaseYear = 2000;

    private const int TimeLength = 7;
    private const byte OscillatorStopped = 0x80;
    private const byte OscillatorOffOnBattery = 0x80;
    private const byte TwelveHours = 0x40;
    private const byte Century = 0x80;

    private readonly I2cDevice _device;

    /// <param name="device">The chip's place on its bus; this driver's from now on.</param>
    public Ds3231(I2cDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
    }

    /// <summary>Reads the time in UTC.</summary>
    /// <returns>
    /// False when the oscillator has stood still since the time was set (battery empty or changed), or the registers hold no time: another chip,
    /// or none that was ever set.
    /// </returns>
    /// <exception cref="IOException">The bus, or nothing is there.</exception>
    public bool TryReadTime(out DateTimeOffset time)
    {
        Span<byte> registers = stackalloc byte[TimeLength];
        _device.WriteRead([(byte)Ds3231Register.Seconds], registers);
        var isTime = TryDecode(registers, out time);
        return isTime && !HasStopped();
    }

    /// <summary>Sets the time, starts the oscillator on battery too, and takes back the mark that it stood still.</summary>
    /// <param name="time">2000 to 2199; written in UTC, in whole seconds.</param>
    /// <exception cref="IOException">The bus.</exception>
    public void SetTime(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        ArgumentOutOfRangeException.ThrowIfLessThan(utc.Year, BaseYear);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(utc.Year, BaseYear + 199);
        var isSecondCentury = utc.Year >= BaseYear + 100;

        // One transfer: the chip copies its counters at the start of each, so the time is never set in halves.
        _device.Write(
        [
            (byte)Ds3231Register.Seconds, Bcd(utc.Second), Bcd(utc.Minute), Bcd(utc.Hour), (byte)((int)utc.DayOfWeek + 1), Bcd(utc.Day),
            (byte)(Bcd(utc.Month) | (isSecondCentury ? Century : 0)), Bcd(utc.Year % 100),
        ]);
        Write(Ds3231Register.Control, (byte)(Read(Ds3231Register.Control) & ~OscillatorOffOnBattery));
        Write(Ds3231Register.Status, (byte)(Read(Ds3231Register.Status) & ~OscillatorStopped));
    }

    /// <summary>Temperature of the chip, measured every 64 seconds, ±3 °C.</summary>
    /// <exception cref="IOException">The bus.</exception>
    public Temperature ReadTemperature()
    {
        Span<byte> answer = stackalloc byte[2];
        _device.WriteRead([(byte)Ds3231Register.TemperatureHigh], answer);
        return new Temperature(unchecked((sbyte)answer[0]) + ((answer[1] >> 6) * 0.25));
    }

    public void Dispose() => _device.Dispose();

    private bool HasStopped() => (Read(Ds3231Register.Status) & OscillatorStopped) != 0;

    private byte Read(Ds3231Register register)
    {
        Span<byte> answer = stackalloc byte[1];
        _device.WriteRead([(byte)register], answer);
        return answer[0];
    }

    private void Write(Ds3231Register register, byte value) => _device.Write([(byte)register, value]);

    private static bool TryDecode(ReadOnlySpan<byte> registers, out DateTimeOffset time)
    {
        time = default;
        if (!TryBcd(registers[0], 59, out var second) || !TryBcd(registers[1], 59, out var minute) || !TryHour(registers[2], out var hour)
            || !TryBcd(registers[4], 31, out var day) || !TryBcd((byte)(registers[5] & ~Century), 12, out var month) || !TryBcd(registers[6], 99, out var year))
        {
            return false;
        }

        year += BaseYear + ((registers[5] & Century) != 0 ? 100 : 0);
        if (month == 0 || day == 0 || day > DateTime.DaysInMonth(year, month))
            return false;
        time = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero);
        return true;
    }

    /// <summary>Another program may have set the chip to twelve hours: bit 6 says so, bit 5 is the afternoon.</summary>
    private static bool TryHour(byte register, out int hour)
    {
        if ((register & TwelveHours) == 0)
            return TryBcd(register, 23, out hour);
        var isRight = TryBcd((byte)(register & 0x1F), 12, out hour) && hour > 0;
        hour = (hour % 12) + ((register & 0x20) != 0 ? 12 : 0);
        return isRight;
    }

    private static bool TryBcd(byte register, int max, out int value)
    {
        value = ((register >> 4) * 10) + (register & 0xF);
        return (register & 0xF) <= 9 && value <= max;
    }

    private static byte Bcd(int value) => (byte)(((value / 10) << 4) | (value % 10));
}
