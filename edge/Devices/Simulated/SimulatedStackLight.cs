using EdgeCheckpoint.Devices.Indicators;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>A stack light that is a file.</summary>
internal sealed class SimulatedStackLight : IStackLight
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly HealthCell _health;
    private bool _isDisposed;

    public SimulatedStackLight(string path, TimeProvider time)
    {
        _path = path;
        _health = new HealthCell(time, DeviceState.Ok, "");
        Write(StackLightState.Off);
    }

    public DeviceHealth Health => _health.Current;

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
            AtomicFile.Write(_path, $"red={Bit(state.Red)} amber={Bit(state.Amber)} green={Bit(state.Green)}");
            _health.Set(DeviceState.Ok);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _health.Set(DeviceState.Failed, $"Lamp file {_path} cannot be written");
        }
    }

    private static char Bit(bool isLit) => isLit ? '1' : '0';
}
