using EdgeCheckpoint.Devices.Clocks.Ds3231;
using EdgeCheckpoint.Devices.Simulated.I2c;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Devices.Clocks;

public sealed class Ds3231Tests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 30, 9, 41, 7, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly SimulatedI2cBus _bus = new();
    private readonly SimulatedDs3231 _chip;
    private readonly Ds3231 _driver;

    public Ds3231Tests()
    {
        _chip = new SimulatedDs3231(_time);
        _bus.Fit(Ds3231.DefaultI2cAddress, _chip);
        _driver = new Ds3231(_bus.CreateDevice(Ds3231.DefaultI2cAddress));
    }

    public void Dispose()
    {
        _driver.Dispose();
        _bus.Dispose();
    }

    [Fact]
    public void Time_OfAChipThatStoodStill_IsNoneUntilItIsSet()
    {
        Assert.False(_driver.TryReadTime(out _));

        _driver.SetTime(Start);

        Assert.True(_driver.TryReadTime(out var time));
        Assert.Equal(Start, time);
    }

    public static TheoryData<string> Moments =>
        ["2000-01-01T00:00:00Z", "2026-12-31T23:59:59Z", "2028-02-29T12:00:00Z", "2099-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "2199-06-30T07:08:09Z"];

    [Theory]
    [MemberData(nameof(Moments))]
    public void Time_SetAndRead_IsTheSame(string moment)
    {
        var set = DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture);

        _driver.SetTime(set);

        Assert.True(_driver.TryReadTime(out var time));
        Assert.Equal(set, time);
    }

    [Fact]
    public void Time_SetInAnotherZone_IsWrittenInUtc()
    {
        _driver.SetTime(Start.ToOffset(TimeSpan.FromHours(5)));

        Assert.Equal(Start, _chip.Time);
    }

    /// <summary>0x49: bit 6 is twelve hours, bit 5 the afternoon.</summary>
    [Theory]
    [InlineData(0x52, 0)]
    [InlineData(0x41, 1)]
    [InlineData(0x72, 12)]
    [InlineData(0x71, 23)]
    public void Time_OfAChipSetToTwelveHours_IsRead(int register, int hour)
    {
        var fixedChip = Fixed(Start);
        fixedChip.Registers[2] = (byte)register;

        Assert.True(_driver.TryReadTime(out var time));
        Assert.Equal(hour, time.Hour);
    }

    [Theory]
    [InlineData(0, 0x60)]
    [InlineData(0, 0x0A)]
    [InlineData(1, 0x7F)]
    [InlineData(2, 0x24)]
    [InlineData(2, 0x53)]
    [InlineData(4, 0x00)]
    [InlineData(4, 0x32)]
    [InlineData(5, 0x13)]
    [InlineData(5, 0x00)]
    [InlineData(6, 0xFF)]
    public void Time_OfRegistersThatHoldNone_IsNone(int register, int value)
    {
        var fixedChip = Fixed(Start);
        fixedChip.Registers[register] = (byte)value;

        Assert.False(_driver.TryReadTime(out _));
    }

    [Fact]
    public void Time_OfThe31stOfNovember_IsNone()
    {
        var fixedChip = Fixed(Start);
        fixedChip.Registers[4] = 0x31;

        Assert.False(_driver.TryReadTime(out _));
    }

    [Theory]
    [InlineData(1999)]
    [InlineData(2200)]
    public void Set_OutsideTheChipsCenturies_IsABug(int year) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _driver.SetTime(new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData(0x19, 0x40, 25.25)]
    [InlineData(0xFF, 0xC0, -0.25)]
    [InlineData(0xD8, 0x00, -40.0)]
    public void Temperature_OfItsRegisters_IsInQuarters(int high, int low, double degrees)
    {
        (_chip.Registers[0x11], _chip.Registers[0x12]) = ((byte)high, (byte)low);

        Assert.Equal(degrees, _driver.ReadTemperature().DegreesCelsius);
    }

    /// <summary>A chip whose registers stand still, so that a test can set each.</summary>
    private SimulatedRegisterChip Fixed(DateTimeOffset time)
    {
        var chip = new SimulatedRegisterChip(0x13);
        _bus.Fit(Ds3231.DefaultI2cAddress, chip);
        _driver.SetTime(time);
        Assert.True(_driver.TryReadTime(out var read));
        Assert.Equal(time, read);
        return chip;
    }
}
