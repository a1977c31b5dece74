using System.Device.Gpio;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Indicators;

/// <summary>
/// Three lamps on GPIO outputs through relays or transistors; high lights. Low at start and at disposal.
/// </summary>
/// <remarks>The controller is the caller's to dispose, after this.</remarks>
public sealed class GpioStackLight : IStackLight
{
    private readonly Lock _gate = new();
    private readonly GpioController _controller;
    private readonly int _red;
    private readonly int _amber;
    private readonly int _green;
    private readonly ILogger<GpioStackLight> _log;
    private readonly HealthCell _health;
    private bool _isDisposed;

    /// <summary>Opens the three lines as outputs, low.</summary>
    public GpioStackLight(
        GpioController controller, int red, int amber, int green, TimeProvider time, ILogger<GpioStackLight> log)
    {
        ArgumentNullException.ThrowIfNull(controller);
        (_controller, _red, _amber, _green, _log) = (controller, red, amber, green, log);
        _health = new HealthCell(time, DeviceState.Ok, "");
        controller.OpenPin(red, PinMode.Output, PinValue.Low);
        controller.OpenPin(amber, PinMode.Output, PinValue.Low);
        controller.OpenPin(green, PinMode.Output, PinValue.Low);
    }

    /// <inheritdoc/>
    public DeviceHealth Health => _health.Current;

    /// <inheritdoc/>
    public void Show(StackLightState state)
    {
        lock (_gate)
        {
            if (!_isDisposed)
                Write(state);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            Write(StackLightState.Off);
        }
    }

    private void Write(StackLightState state)
    {
        try
        {
            _controller.Write(_red, state.Red);
            _controller.Write(_amber, state.Amber);
            _controller.Write(_green, state.Green);
            _health.Set(DeviceState.Ok);
        }
        catch (Exception exception)
            when (exception is IOException or InvalidOperationException or ObjectDisposedException)
        {
            if (_health.Set(DeviceState.Failed, "A lamp of the stack light cannot be switched"))
                Log.StackLightFailed(_log, exception.Message);
        }
    }
}
