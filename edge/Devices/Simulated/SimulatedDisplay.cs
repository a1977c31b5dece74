using System.Collections.Immutable;
using EdgeCheckpoint.Devices.Indicators;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>A status display that is a file.</summary>
internal sealed class SimulatedDisplay(string path, TimeProvider time) : IStatusDisplay
{
    private readonly HealthCell _health = new(time, DeviceState.Ok, "");

    public DeviceHealth Health => _health.Current;

    public void Show(ImmutableArray<string> lines)
    {
        try
        {
            AtomicFile.Write(path, string.Join('\n', lines.Select(static line => line[..Math.Min(line.Length, IStatusDisplay.ColumnCount)])));
            _health.Set(DeviceState.Ok);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _health.Set(DeviceState.Failed, $"Display file {path} cannot be written");
        }
    }
}
