using System.Buffers.Binary;
using System.Device.I2c;
using EdgeCheckpoint.Devices.Units;

namespace EdgeCheckpoint.Devices.Sensors.Sht4x;

/// <summary>
/// Sensirion's SHT40, SHT41, SHT43 and SHT45: temperature and relative humidity on I2C. A measurement is begun, takes up to
/// <see cref="MeasurementTime"/>, and is then read; the chip answers no read before, and does not stretch the clock.
/// </summary>
/// <remarks>Trouble on the bus is an <see cref="IOException"/>, for the supervisor to retry; an answer that is wrong is false.</remarks>
public sealed class Sht4x : IDisposable
{
    /// <summary>Address of the types ending in AD1B; BD1B have 0x45, CD1B 0x46.</summary>
    public const int DefaultI2cAddress = 0x44;

    /// <summary>Longest measurement of high precision is 8.3 ms; the next whole number of timer ticks leaves room.</summary>
    public static readonly TimeSpan MeasurementTime = TimeSpan.FromMilliseconds(10);

    /// <summary>Two bytes and their checksum.</summary>
    private const int WordLength = 3;

    private readonly I2cDevice _device;

    /// <param name="device">The chip's place on its bus; this driver's from now on.</param>
    public Sht4x(I2cDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
    }

    /// <summary>Asks for the serial number; the chip has it ready within a millisecond, and answers no read before.</summary>
    /// <exception cref="IOException">The bus, or nothing is there.</exception>
    public void AskSerialNumber() => Send(Sht4xCommand.ReadSerialNumber);

    /// <summary>Reads the serial number that was asked for: whether what answers is an SHT4x.</summary>
    /// <returns>False when the answer has no right checksums, as that of another chip.</returns>
    /// <exception cref="IOException">The bus, or it is not ready.</exception>
    public bool TryReadSerialNumber(out uint serialNumber)
    {
        var isRight = TryReadWords(out var high, out var low);
        serialNumber = isRight ? ((uint)high << 16) | low : 0;
        return isRight;
    }

    /// <summary>Begins a measurement.</summary>
    /// <exception cref="IOException">The bus.</exception>
    public void StartMeasurement() => Send(Sht4xCommand.MeasureHighPrecision);

    /// <summary>Reads the measurement that was begun.</summary>
    /// <returns>False when a checksum is wrong: the two values are then not to be used.</returns>
    /// <exception cref="IOException">The bus, or the measurement is not ready.</exception>
    public bool TryReadMeasurement(out ClimateReading reading)
    {
        var isRight = TryReadWords(out var temperature, out var humidity);
        reading = isRight ? new ClimateReading(ToTemperature(temperature), ToHumidity(humidity)) : default;
        return isRight;
    }

    public void Dispose() => _device.Dispose();

    /// <summary>-45 + 175 · S / 65535 (Datasheet SHT4x, conversion of signals).</summary>
    internal static Temperature ToTemperature(ushort signal) => new(-45.0 + (175.0 * signal / ushort.MaxValue));

    /// <summary>-6 + 125 · S / 65535, cut to what humidity can be, as the datasheet asks for.</summary>
    internal static RelativeHumidity ToHumidity(ushort signal) => new(Math.Clamp(-6.0 + (125.0 * signal / ushort.MaxValue), 0, 100));

    private void Send(Sht4xCommand command) => _device.WriteByte((byte)command);

    private bool TryReadWords(out ushort first, out ushort second)
    {
        Span<byte> answer = stackalloc byte[2 * WordLength];
        _device.Read(answer);
        first = BinaryPrimitives.ReadUInt16BigEndian(answer);
        second = BinaryPrimitives.ReadUInt16BigEndian(answer[WordLength..]);
        return SensirionCrc.Compute(answer[..2]) == answer[2] && SensirionCrc.Compute(answer[3..5]) == answer[5];
    }
}
