namespace EdgeCheckpoint.Devices.Indicators;

/// <summary>
/// Port of the stack light. Disposing it puts all lamps out, so that a stopped appliance shows nothing.
/// </summary>
public interface IStackLight : IDisposable
{
    /// <summary>Present health; may be read at any time from any thread.</summary>
    DeviceHealth Health { get; }

    /// <summary>
    /// Lights the lamps. Never throws: a broken lamp must not stop an inspection, it shows in <see cref="Health"/>.
    /// Call it again from time to time, for outputs that lost their level.
    /// </summary>
    void Show(StackLightState state);
}
