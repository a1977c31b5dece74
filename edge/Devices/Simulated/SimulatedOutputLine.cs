using EdgeCheckpoint.Devices.Indicators;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>An output that is a file with 0 or 1.</summary>
internal sealed class SimulatedOutputLine : SwitchedOutput
{
    private readonly string _path;

    public SimulatedOutputLine(string name, string path, TimeProvider time)
        : base(name, time)
    {
        _path = path;
        Write(false);
    }

    protected override void Write(bool isOn)
    {
        try
        {
            AtomicFile.Write(_path, isOn ? "1" : "0");
            State.Set(DeviceState.Ok);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            State.Set(DeviceState.Failed, $"Output file {_path} cannot be written");
        }
    }
}
