using EdgeCheckpoint.Devices.Supervision;

namespace EdgeCheckpoint.Devices.Sensors.Gps;

/// <summary>Port of a satellite receiver.</summary>
public interface IGpsReceiver : ISensor<GpsFix>
{
    /// <summary>How far the machine's clock was ahead of the satellites' at the newest fix; null when that is old. Includes the receiver's delay, up to a second.</summary>
    TimeSpan? MachineAhead { get; }
}
