namespace EdgeCheckpoint.Devices.Supervision;

/// <summary>Port of a device that is asked for its reading again and again.</summary>
/// <typeparam name="TReading">What it measures, with units.</typeparam>
public interface ISensor<TReading>
    where TReading : struct
{
    /// <summary>Name for screens and logs, as "climate".</summary>
    string Name { get; }

    /// <summary>Present health; may be read at any time from any thread.</summary>
    DeviceHealth Health { get; }

    /// <summary>The newest reading; null when there is none, or it is older than three intervals. Never a guess and never zero in its place.</summary>
    TReading? Latest { get; }
}
