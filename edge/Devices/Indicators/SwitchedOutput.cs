namespace EdgeCheckpoint.Devices.Indicators;

/// <summary>What all outputs have in common: one switching at a time, off at disposal and never on again after it.</summary>
internal abstract class SwitchedOutput(string name, TimeProvider time) : IOutputLine
{
    private readonly Lock _gate = new();
    private bool _isDisposed;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public DeviceHealth Health => State.Current;

    /// <summary>Written by <see cref="Write"/>.</summary>
    protected HealthCell State { get; } = new(time, DeviceState.Ok, "");

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

    /// <summary>Switches, and says in <see cref="State"/> what came of it; never throws.</summary>
    protected abstract void Write(bool isOn);
}
