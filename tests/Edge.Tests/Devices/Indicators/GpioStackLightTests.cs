using System.Device.Gpio;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Indicators;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeCheckpoint.Edge.Tests.Devices.Indicators;

public sealed class GpioStackLightTests : IDisposable
{
    private readonly FakeGpioDriver _driver = new();
    private readonly GpioController _controller;
    private readonly GpioStackLight _light;

    public GpioStackLightTests()
    {
        _controller = new GpioController(_driver);
        _light = new GpioStackLight(
            _controller, 22, 23, 24, new FakeTimeProvider(), NullLogger<GpioStackLight>.Instance);
    }

    public void Dispose()
    {
        _light.Dispose();
        _controller.Dispose();
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
        _light.Show(StackLightState.Off);
        Assert.Equal(DeviceState.Ok, _light.Health.State);
    }
}
