using EdgeCheckpoint.Devices.Indicators;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>An output that is a file with 0 or 1.</summary>
internal sealed class SimulatedOutputLine : IOutputLine
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly HealthCell _health;
    private bool _isDisposed;

    public SimulatedOutputLine(string name, string path, TimeProvider time)
    {
        (Name, _path) = (name, path);
        _health = new HealthCell(time, DeviceState.Ok, "");
        Write(false);
    }

    public string Name { get; }

    public DeviceHealth Health => _health.Current;

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
            AtomicFile.Write(_path, isOn ? "1" : "0");
            _health.Set(DeviceState.Ok);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _health.Set(DeviceState.Failed, $"Output file {_path} cannot be written");
        }
    }
}
