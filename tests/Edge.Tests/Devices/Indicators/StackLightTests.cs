using System.Device.Gpio;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Indicators;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Devices.Indicators;

public sealed class StackLightTests : IDisposable
{
    private readonly FakeGpioDriver _driver = new();
    private readonly FakeTimeProvider _time = new();
    private readonly GpioChip _chip;
    private readonly StackLight _light;

    public StackLightTests()
    {
        _chip = new GpioChip("fake", () => new GpioController(_driver), _time);
        _light = new StackLight(Lamp("red lamp", 22), Lamp("amber lamp", 23), Lamp("green lamp", 24));
    }

    public void Dispose()
    {
        _light.Dispose();
        _chip.Dispose();
    }

    [Fact]
    public void Show_State_DrivesItsLines()
    {
        _light.Show(new StackLightState(Red: true, Amber: false, Green: true));

        Assert.Equal((PinValue.High, PinValue.Low, PinValue.High),
            (_driver.ValueOf(22), _driver.ValueOf(23), _driver.ValueOf(24)));
        Assert.Equal(PinMode.Output, _driver.ModeOf(22));
    }

    [Fact]
    public void Dispose_WithLampsLit_PutsThemOut()
    {
        _light.Show(new StackLightState(Red: true, Amber: true, Green: true));

        _light.Dispose();
        _light.Show(new StackLightState(Red: true, Amber: true, Green: true));

        Assert.Equal((PinValue.Low, PinValue.Low, PinValue.Low),
            (_driver.ValueOf(22), _driver.ValueOf(23), _driver.ValueOf(24)));
    }

    [Fact]
    public void Show_ChipGone_FailsWithoutThrowingAndRecovers()
    {
        _driver.IsBroken = true;
        _light.Show(StackLightState.Off);
        Assert.Equal(DeviceState.Failed, _light.Health.State);

        _driver.IsBroken = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        _light.Show(StackLightState.Off);
        Assert.Equal(DeviceState.Ok, _light.Health.State);
    }

    private GpioOutputLine Lamp(string name, int line) => new(name, _chip, line, _time, NullLogger<GpioOutputLine>.Instance);
}
