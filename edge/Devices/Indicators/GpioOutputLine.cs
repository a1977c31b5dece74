using System.Device.Gpio;
using EdgeCheckpoint.Devices.Boards;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Indicators;

/// <summary>One GPIO output through a relay or a transistor; high is on. Low at the start and at disposal.</summary>
/// <remarks>The chip is the board's to dispose, after this.</remarks>
internal sealed class GpioOutputLine : IOutputLine
{
    private readonly Lock _gate = new();
    private readonly GpioLine _line;
    private readonly ILogger<GpioOutputLine> _log;
    private readonly HealthCell _health;
    private bool _isDisposed;

    /// <summary>Opens the line as an output, low, if it can be had now; else at the next <see cref="Set"/>.</summary>
    public GpioOutputLine(string name, GpioChip chip, int line, TimeProvider time, ILogger<GpioOutputLine> log)
    {
        (Name, _log) = (name, log);
        _health = new HealthCell(time, DeviceState.Ok, "");
        _line = new GpioLine(chip, line, PinMode.Output);
        Write(false);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public DeviceHealth Health => _health.Current;

    /// <inheritdoc/>
    public void Set(bool isOn)
    {
        lock (_gate)
        {
            if (!_isDisposed)
                Write(isOn);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            Write(false);
        }
    }

    private void Write(bool isOn)
    {
        try
        {
            _line.Write(isOn);
            _health.Set(DeviceState.Ok);
        }
        catch (Exception exception) when (exception is BoardUnavailableException or ObjectDisposedException)
        {
            if (_health.Set(DeviceState.Failed, $"The {Name} cannot be switched. {exception.Message}"))
                Log.OutputFailed(_log, Name, exception.Message);
        }
    }
}
