using System.Collections.Concurrent;
using System.Device.Gpio;

namespace EdgeCheckpoint.Edge.Tests.Devices;

/// <summary>A GPIO chip in memory: the test sets inputs and raises edges, and sees outputs.</summary>
internal sealed class FakeGpioDriver : GpioDriver
{
    private readonly ConcurrentDictionary<int, PinValue> _values = new();
    private readonly ConcurrentDictionary<int, PinMode> _modes = new();
    private readonly ConcurrentDictionary<int, PinChangeEventHandler> _callbacks = new();

    /// <summary>Set to make every read and write fail as a vanished chip does.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Set to refuse edges as an USB bridge without interrupts does.</summary>
    public bool HasNoEdges { get; init; }

    /// <summary>A line that another program holds.</summary>
    public int BusyLine { get; init; } = -1;

    public bool IsDisposed { get; private set; }

    /// <summary>Called after each read with its line and value.</summary>
    public Action<int, PinValue>? OnRead { get; set; }

    protected override int PinCount => 32;

    public PinValue ValueOf(int line) => _values.GetValueOrDefault(line, PinValue.Low);

    public PinMode? ModeOf(int line) => _modes.TryGetValue(line, out var mode) ? mode : null;

    public bool HasCallback(int line) => _callbacks.ContainsKey(line);

    /// <summary>Changes an input without telling anyone.</summary>
    public void Set(int line, PinValue value) => _values[line] = value;

    public void RaiseEdge(int line)
    {
        if (_callbacks.TryGetValue(line, out var callback))
            callback(this, new PinValueChangedEventArgs(PinEventTypes.Rising, line));
    }

    protected override void OpenPin(int pinNumber)
    {
        if (pinNumber == BusyLine)
            throw new IOException("Device or resource busy");
        _modes[pinNumber] = PinMode.Input;
    }

    protected override void ClosePin(int pinNumber) => _modes.TryRemove(pinNumber, out _);

    protected override void SetPinMode(int pinNumber, PinMode mode) => _modes[pinNumber] = mode;

    protected override PinMode GetPinMode(int pinNumber) => _modes[pinNumber];

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    protected override PinValue Read(int pinNumber)
    {
        Check();
        var value = ValueOf(pinNumber);
        OnRead?.Invoke(pinNumber, value);
        return value;
    }

    protected override void Write(int pinNumber, PinValue value)
    {
        Check();
        _values[pinNumber] = value;
    }

    protected override WaitForEventResult WaitForEvent(
        int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(
        int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        if (HasNoEdges)
            throw new IOException("No such device or address");
        _callbacks[pinNumber] = callback;
    }

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        _callbacks.TryRemove(pinNumber, out _);

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    private void Check()
    {
        if (IsBroken)
            throw new IOException("The chip is gone");
    }
}
