using System.Device.Gpio;
using System.Runtime.CompilerServices;
using EdgeCheckpoint.Devices.Boards;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Sensors;

/// <summary>
/// A contact on a GPIO line. As a normally closed loop between line and ground, with the line pulled up, low is closed; opened, cut and
/// unplugged all read high, which is open.
/// </summary>
/// <remarks>
/// Callbacks of the driver only wake the loop: one that throws loses all later edges, or ends the process (hardware quirks in
/// Sensors/README.md).
/// </remarks>
internal sealed class GpioContactInput : IContactInput
{
    private readonly GpioLine _line;
    private readonly PinValue _closed;
    private readonly ILogger<GpioContactInput> _log;
    private readonly HealthCell _health;
    private readonly ContactWatch _watch;
    private GpioController? _registered;
    private volatile bool _isWatched;

    /// <summary>Opens the line as an input, if it can be had now; else later.</summary>
    /// <param name="name">Name for screens and logs.</param>
    /// <param name="chip">Chip of the line.</param>
    /// <param name="options">Line, wiring and debounce time.</param>
    /// <param name="time">Clock of the timers.</param>
    /// <param name="log">Takes what goes wrong.</param>
    public GpioContactInput(string name, GpioChip chip, ContactOptions options, TimeProvider time, ILogger<GpioContactInput> log)
    {
        Name = name;
        _log = log;
        _closed = options.IsInverted ? PinValue.High : PinValue.Low;
        _health = new HealthCell(time, DeviceState.Ok, "");
        _watch = new ContactWatch(
            time, ReadLevel, TimeSpan.FromMilliseconds(options.DebounceMilliseconds), ContactTiming.Default.Reread);
        _line = new GpioLine(chip, options.Line, options.Pull == ContactPull.Up ? PinMode.InputPullUp : PinMode.Input) { Opened = Register };
        ReadLevel();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public DeviceHealth Health => _health.Current;

    /// <inheritdoc/>
    public ContactLevel Level => ReadLevel();

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContactChange> WatchAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _isWatched = true;
        try
        {
            await foreach (var change in _watch.RunAsync(cancellationToken))
                yield return change;
        }
        finally
        {
            _isWatched = false;
        }
    }

    /// <summary>Some chips have no interrupts (a USB bridge answers ENXIO); the timer then does alone.</summary>
    private void Register(GpioController controller)
    {
        if (ReferenceEquals(_registered, controller))
            return;
        _registered = controller;
        try
        {
            controller.RegisterCallbackForPinValueChangedEvent(_line.Line, PinEventTypes.Rising | PinEventTypes.Falling, OnEdge);
        }
        catch (Exception exception)
            when (exception is IOException or NotSupportedException or InvalidOperationException or System.Device.Gpio.Drivers.GpiodException)
        {
            Log.NoEdges(_log, Name, _line.Line, exception.Message);
        }
    }

    private void OnEdge(object sender, PinValueChangedEventArgs arguments)
    {
        if (_isWatched)
            _watch.OnEdge();
    }

    private ContactLevel ReadLevel()
    {
        try
        {
            var level = _line.Read() == _closed ? ContactLevel.Closed : ContactLevel.Open;
            _health.Set(DeviceState.Ok);
            return level;
        }
        catch (Exception exception) when (exception is BoardUnavailableException or ObjectDisposedException)
        {
            if (_health.Set(DeviceState.Failed, $"Contact {Name} cannot be read. {exception.Message}"))
                Log.ContactUnreadable(_log, Name, exception.Message);
            return ContactLevel.Unknown;
        }
    }
}
