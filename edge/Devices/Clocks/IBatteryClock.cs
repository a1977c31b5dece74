namespace EdgeCheckpoint.Devices.Clocks;

/// <summary>Port of a clock that runs while the power is off. It is a witness of the machine's clock, not its master (DESIGN §6: only signed time raises the floor).</summary>
public interface IBatteryClock
{
    /// <summary>Present health; may be read at any time from any thread.</summary>
    DeviceHealth Health { get; }

    /// <summary>How far the machine's clock was ahead of this one when it was last read; null when it has no time to tell.</summary>
    TimeSpan? MachineAhead { get; }

    /// <summary>Sets the clock at the next look; from signed time only.</summary>
    void Set(DateTimeOffset signedTime);
}
