namespace EdgeCheckpoint.Devices.Indicators;

/// <summary>Port of one output: buzzer, gate-ready lamp. Off at the start and at disposal.</summary>
public interface IOutputLine : IDisposable
{
    /// <summary>Name for screens and logs, as "buzzer".</summary>
    string Name { get; }

    /// <summary>Present health; may be read at any time from any thread.</summary>
    DeviceHealth Health { get; }

    /// <summary>Switches. Never throws. Call it again from time to time, for outputs that lost their level.</summary>
    void Set(bool isOn);
}
