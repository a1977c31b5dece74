using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Sht4x;

namespace EdgeCheckpoint.Devices.Simulated.I2c;

/// <summary>
/// An SHT4x: takes one byte as a command, answers six bytes with two checksums, and does not acknowledge a read while it measures
/// (Datasheet SHT4x, communication).
/// </summary>
/// <param name="climate">The air round it.</param>
public sealed class SimulatedSht4x(Func<ClimateReading> climate, TimeProvider time) : SimulatedI2cChip
{
    private const int AnswerLength = 6;

    /// <summary>Longest measurement of high precision.</summary>
    private static readonly TimeSpan Measuring = TimeSpan.FromMilliseconds(8.3);

    private static readonly TimeSpan Answering = TimeSpan.FromMilliseconds(1);

    private readonly byte[] _answer = new byte[AnswerLength];
    private bool _hasAnswer;
    private long _begun;
    private TimeSpan _takes;

    /// <summary>Serial number.</summary>
    public uint SerialNumber { get; init; } = 0x0EC0_0001;

    /// <summary>The next answer has a bit flipped, as by interference.</summary>
    public bool FlipsNext { get; set; }

    /// <inheritdoc/>
    public override bool Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 1)
            return false;
        switch (bytes[0])
        {
            case 0x89:
                Answer((ushort)(SerialNumber >> 16), (ushort)(SerialNumber & 0xFFFF), Answering);
                return true;
            case 0xFD:
                var air = climate();
                Answer(
                    Signal((air.Temperature.DegreesCelsius + 45) / 175), Signal((air.Humidity.Percent + 6) / 125), Measuring);
                return true;
            case 0x94:
                _hasAnswer = false;
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public override bool Read(Span<byte> bytes)
    {
        if (!_hasAnswer || time.GetElapsedTime(_begun) < _takes || bytes.Length > AnswerLength)
            return false;
        _answer.AsSpan(0, bytes.Length).CopyTo(bytes);
        if (FlipsNext)
            bytes[0] ^= 0x10;
        (_hasAnswer, FlipsNext) = (false, false);
        return true;
    }

    private static ushort Signal(double fraction) => (ushort)Math.Clamp(Math.Round(fraction * ushort.MaxValue), 0, ushort.MaxValue);

    private void Answer(ushort first, ushort second, TimeSpan takes)
    {
        Word(first, _answer.AsSpan(0, 3));
        Word(second, _answer.AsSpan(3, 3));
        (_hasAnswer, _begun, _takes) = (true, time.GetTimestamp(), takes);
    }

    private static void Word(ushort word, Span<byte> bytes)
    {
        (bytes[0], bytes[1]) = ((byte)(word >> 8), (byte)(word & 0xFF));
        bytes[2] = SensirionCrc.Compute(bytes[..2]);
    }
}
