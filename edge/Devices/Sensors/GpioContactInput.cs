using System.Device.Gpio;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Sensors;

/// <summary>
/// A normally closed loop between a GPIO line and ground, with the line pulled up: low is closed; opened, cut and
/// unplugged all read high, which is open.
/// </summary>
/// <remarks>
/// The controller must have been made with a chosen driver and chip, and is the caller's to dispose. Callbacks of the
/// driver only wake the loop: one that throws loses all later edges, or ends the process (hardware quirks in
/// Sensors/README.md).
/// </remarks>
public sealed class GpioContactInput : IContactInput
{
    private readonly GpioController _controller;
    private readonly int _line;
    private readonly ILogger<GpioContactInput> _log;
    private readonly HealthCell _health;
    private readonly ContactWatch _watch;

    /// <summary>Opens the line as an input with pull-up.</summary>
    /// <param name="name">Name for screens and logs.</param>
    /// <param name="controller">Controller of the chip.</param>
    /// <param name="line">Line offset on the chip.</param>
    /// <param name="timing">Debounce and re-read times.</param>
    /// <param name="time">Clock of the timers.</param>
    /// <param name="log">Takes what goes wrong.</param>
    public GpioContactInput(
        string name, GpioController controller, int line, ContactTiming timing, TimeProvider time,
        ILogger<GpioContactInput> log)
    {
        ArgumentNullException.ThrowIfNull(controller);
        Name = name;
        _controller = controller;
        _line = line;
        _log = log;
        _health = new HealthCell(time, DeviceState.Ok, "");
        _watch = new ContactWatch(time, ReadLevel, timing.Debounce, timing.Reread);
        controller.OpenPin(line, PinMode.InputPullUp);
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
        var hasEdges = TryRegister();
        try
        {
            await foreach (var change in _watch.RunAsync(cancellationToken))
                yield return change;
        }
        finally
        {
            if (hasEdges)
                _controller.UnregisterCallbackForPinValueChangedEvent(_line, OnEdge);
        }
    }

    /// <summary>Some chips have no interrupts (a USB bridge answers ENXIO); the timer then does alone.</summary>
    private bool TryRegister()
    {
        try
        {
            _controller.RegisterCallbackForPinValueChangedEvent(
                _line, PinEventTypes.Rising | PinEventTypes.Falling, OnEdge);
            return true;
        }
        catch (Exception exception)
            when (exception is IOException or NotSupportedException or InvalidOperationException)
        {
            Log.NoEdges(_log, Name, _line, exception.Message);
            return false;
        }
    }

    private void OnEdge(object sender, PinValueChangedEventArgs arguments) => _watch.OnEdge();

    private ContactLevel ReadLevel()
    {
        try
        {
            var level = _controller.Read(_line) == PinValue.Low ? ContactLevel.Closed : ContactLevel.Open;
            _health.Set(DeviceState.Ok);
            return level;
        }
        catch (Exception exception)
            when (exception is IOException or InvalidOperationException or ObjectDisposedException)
        {
            if (_health.Set(DeviceState.Failed, $"Line {_line} of contact {Name} cannot be read"))
                Log.ContactUnreadable(_log, Name, exception.Message);
            return ContactLevel.Unknown;
        }
    }
}
