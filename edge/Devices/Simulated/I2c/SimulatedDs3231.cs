namespace EdgeCheckpoint.Devices.Simulated.I2c;

/// <summary>A DS3231: 19 registers; the time runs with the clock it is given.</summary>
public sealed class SimulatedDs3231 : SimulatedRegisterChip
{
    private const int Status = 0x0F;
    private readonly TimeProvider _time;
    private TimeSpan _offset;

    /// <param name="time">The true time; the chip has an offset to it once it is set.</param>
    public SimulatedDs3231(TimeProvider time)
        : base(0x13)
    {
        _time = time;
        Registers[0x0E] = 0x1C;
        Registers[Status] = 0x88; // The oscillator has stood still until somebody sets the time.
        Registers[0x11] = 21;
        Fill();
    }

    /// <summary>Its time, UTC.</summary>
    public DateTimeOffset Time => _time.GetUtcNow() + _offset;

    /// <summary>Sets the chip as if it ran since; the mark that it stood still goes.</summary>
    public void Run(TimeSpan offset)
    {
        _offset = offset;
        Registers[Status] = 0x08;
    }

    /// <inheritdoc/>
    protected override void Written()
    {
        var r = Registers;
        var written = new DateTimeOffset(2000 + Value(r[6]) + ((r[5] & 0x80) != 0 ? 100 : 0), Value((byte)(r[5] & 0x7F)), Value(r[4]), Value(r[2]), Value(r[1]), Value(r[0]), TimeSpan.Zero);
        _offset = written - _time.GetUtcNow();
    }

    /// <inheritdoc/>
    protected override void Reading() => Fill();

    private void Fill()
    {
        var now = Time.UtcDateTime;
        byte[] registers =
        [
            Bcd(now.Second), Bcd(now.Minute), Bcd(now.Hour), (byte)((int)now.DayOfWeek + 1), Bcd(now.Day),
            (byte)(Bcd(now.Month) | (now.Year >= 2100 ? 0x80 : 0)), Bcd(now.Year % 100),
        ];
        registers.CopyTo(Registers);
    }

    private static int Value(byte bcd) => ((bcd >> 4) * 10) + (bcd & 0xF);

    private static byte Bcd(int value) => (byte)(((value / 10) << 4) | (value % 10));
}
