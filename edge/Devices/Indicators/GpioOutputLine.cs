using System.Device.Gpio;
using EdgeCheckpoint.Devices.Boards;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Indicators;

/// <summary>One GPIO output through a relay or a transistor; high is on. Low at the start and at disposal.</summary>
/// <remarks>The chip is the board's to dispose, after this.</remarks>
internal sealed class GpioOutputLine : SwitchedOutput
{
    private readonly GpioLine _line;
    private readonly ILogger<GpioOutputLine> _log;

    /// <summary>Opens the line as an output, low, if it can be had now; else at the next <see cref="SwitchedOutput.Set"/>.</summary>
    public GpioOutputLine(string name, GpioChip chip, int line, TimeProvider time, ILogger<GpioOutputLine> log)
        : base(name, time)
    {
        _log = log;
        _line = new GpioLine(chip, line, PinMode.Output);
        Write(false);
    }

    protected override void Write(bool isOn)
    {
        try
        {
            _line.Write(isOn);
            State.Set(DeviceState.Ok);
        }
        catch (Exception exception) when (exception is BoardUnavailableException or ObjectDisposedException)
        {
            if (State.Set(DeviceState.Failed, $"The {Name} cannot be switched. {exception.Message}"))
                Log.OutputFailed(_log, Name, exception.Message);
        }
    }
}
