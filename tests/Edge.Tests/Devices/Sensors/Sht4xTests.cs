using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Sht4x;
using EdgeCheckpoint.Devices.Simulated.I2c;
using EdgeCheckpoint.Devices.Units;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Devices.Sensors;

public sealed class Sht4xTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly SimulatedI2cBus _bus = new();
    private readonly SimulatedSht4x _chip;
    private readonly Sht4x _driver;
    private ClimateReading _air = new(new Temperature(25), new RelativeHumidity(50));

    public Sht4xTests()
    {
        _chip = new SimulatedSht4x(() => _air, _time);
        _bus.Fit(Sht4x.DefaultI2cAddress, _chip);
        _driver = new Sht4x(_bus.CreateDevice(Sht4x.DefaultI2cAddress));
    }

    public void Dispose()
    {
        _driver.Dispose();
        _bus.Dispose();
    }

    /// <summary>The datasheet's own example.</summary>
    [Fact]
    public void Crc_OfTheDatasheetsExample_IsItsChecksum() => Assert.Equal(0x92, SensirionCrc.Compute([0xBE, 0xEF]));

    /// <summary>Ends of the range, by the datasheet's formulas.</summary>
    [Theory]
    [InlineData(0x0000, -45.0, 0.0)]
    [InlineData(0xFFFF, 130.0, 100.0)]
    [InlineData(0x6666, 25.0, 44.0)]
    public void Signal_ConvertsByTheDatasheet(int signal, double degrees, double percent)
    {
        Assert.Equal(degrees, Sht4x.ToTemperature((ushort)signal).DegreesCelsius, 0.01);
        Assert.Equal(percent, Sht4x.ToHumidity((ushort)signal).Percent, 0.01);
    }

    [Theory]
    [InlineData(-39.5, 3)]
    [InlineData(0, 100)]
    [InlineData(71.3, 12.5)]
    public void Measurement_Done_IsTheAirRoundTheChip(double degrees, double percent)
    {
        _air = new ClimateReading(new Temperature(degrees), new RelativeHumidity(percent));

        _driver.StartMeasurement();
        _time.Advance(Sht4x.MeasurementTime);

        Assert.True(_driver.TryReadMeasurement(out var reading));
        Assert.Equal(degrees, reading.Temperature.DegreesCelsius, 0.01);
        Assert.Equal(percent, reading.Humidity.Percent, 0.01);
    }

    [Fact]
    public void Measurement_ReadTooEarly_IsNotAcknowledged()
    {
        _driver.StartMeasurement();
        _time.Advance(TimeSpan.FromMilliseconds(8));

        var fault = Assert.Throws<IOException>(() => _driver.TryReadMeasurement(out _));
        Assert.Contains("121", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Measurement_WithAFlippedBit_IsNone()
    {
        _driver.StartMeasurement();
        _time.Advance(Sht4x.MeasurementTime);
        _chip.FlipsNext = true;

        Assert.False(_driver.TryReadMeasurement(out var reading));
        Assert.Equal(default, reading);
    }

    [Fact]
    public void SerialNumber_OfTheRightChip_IsRead()
    {
        _driver.AskSerialNumber();
        Assert.Throws<IOException>(() => _driver.TryReadSerialNumber(out _));
        _driver.AskSerialNumber();
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(_driver.TryReadSerialNumber(out var number));
        Assert.Equal(_chip.SerialNumber, number);
    }

    [Fact]
    public void SerialNumber_OfAnotherChip_IsNone()
    {
        _bus.Fit(Sht4x.DefaultI2cAddress, new SimulatedRegisterChip(0xF0));

        Assert.False(_driver.TryReadSerialNumber(out _));
    }
}
