namespace EdgeCheckpoint.Devices;

/// <summary>Holds the health of one device: written by its loop, read by anyone.</summary>
internal sealed class HealthCell(TimeProvider time, DeviceState state, string detail)
{
    private volatile DeviceHealth _current = new(state, detail, time.GetUtcNow());

    public DeviceHealth Current => _current;

    /// <summary>Moves to a state. Repeating the present state and detail keeps its beginning.</summary>
    /// <returns>True when anything changed.</returns>
    public bool Set(DeviceState state, string detail = "")
    {
        var before = _current;
        if (before.State == state && before.Detail == detail)
            return false;
        _current = new DeviceHealth(state, detail, time.GetUtcNow());
        return true;
    }
}
