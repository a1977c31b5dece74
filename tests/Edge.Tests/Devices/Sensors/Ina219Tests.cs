using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Ina219;
using EdgeCheckpoint.Devices.Simulated.I2c;
using EdgeCheckpoint.Devices.Units;

namespace EdgeCheckpoint.Edge.Tests.Devices.Sensors;

public sealed class Ina219Tests : IDisposable
{
    private const double ShuntOhms = 0.1;

    private readonly SimulatedI2cBus _bus = new();
    private readonly SimulatedIna219 _chip;
    private readonly Ina219 _driver;
    private SupplyReading _supply = new(new ElectricPotential(7.4), new ElectricCurrent(0.5));

    public Ina219Tests()
    {
        _chip = new SimulatedIna219(() => _supply, ShuntOhms);
        _bus.Fit(Ina219.DefaultI2cAddress, _chip);
        _driver = new Ina219(_bus.CreateDevice(Ina219.DefaultI2cAddress), ShuntOhms);
    }

    public void Dispose()
    {
        _driver.Dispose();
        _bus.Dispose();
    }

    [Theory]
    [InlineData(7.4, 0.5)]
    [InlineData(8.396, -1.25)]
    [InlineData(0, 0)]
    public void Measurement_IsWithinOneUnitOfTheChip(double volts, double amperes)
    {
        _supply = new SupplyReading(new ElectricPotential(volts), new ElectricCurrent(amperes));
        Assert.True(_driver.TryConfigure());

        Assert.True(_driver.TryReadMeasurement(out var reading));

        Assert.Equal(volts, reading.Voltage.Volts, Ina219.VoltsOfBusUnit);
        Assert.Equal(amperes, reading.Current.Amperes, Ina219.VoltsOfShuntUnit / ShuntOhms);
    }

    [Fact]
    public void Measurement_AfterTheChipLostItsSupply_IsNoneUntilItIsSetUpAgain()
    {
        Assert.True(_driver.TryConfigure());
        _chip.LoseSupply();

        Assert.False(_driver.TryReadMeasurement(out _));
        Assert.True(_driver.TryConfigure());
        Assert.True(_driver.TryReadMeasurement(out _));
    }

    [Fact]
    public void Measurement_OfACurrentBeyondTheShunt_IsNone()
    {
        Assert.True(_driver.TryConfigure());
        _supply = new SupplyReading(new ElectricPotential(7.4), new ElectricCurrent(3.25));

        Assert.False(_driver.TryReadMeasurement(out _));
    }

    [Fact]
    public void Configure_OfAnotherChip_IsRefused()
    {
        _bus.Fit(Ina219.DefaultI2cAddress, new SimulatedRegisterChip(0x20));

        Assert.False(_driver.TryConfigure());
    }

    [Fact]
    public void Shunt_OfNothing_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ina219(_bus.CreateDevice(Ina219.DefaultI2cAddress), 0));
}
