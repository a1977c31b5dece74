namespace EdgeCheckpoint.Devices.Sensors;

/// <summary>Port of a two-state input: tamper loop, lid, door, beam.</summary>
/// <remarks>
/// The port does not latch: a loop that was opened and closed again reads closed. It does report both changes, in order
/// and never merged, to a watcher that keeps up; an alarm is latched by the consumer, which journals the first
/// <see cref="ContactLevel.Open"/> and holds it over a loss of power until a person resets it.
/// </remarks>
public interface IContactInput
{
    /// <summary>Name for screens and logs, as "tamper".</summary>
    string Name { get; }

    /// <summary>Present health; may be read at any time from any thread.</summary>
    DeviceHealth Health { get; }

    /// <summary>Reads the level now, without debouncing.</summary>
    ContactLevel Level { get; }

    /// <summary>
    /// The level at the start, then each change that outlasts the debounce time. The level is read again on a timer as
    /// well as after an edge, because drivers lose edges. Ends only by cancellation, without an exception.
    /// </summary>
    IAsyncEnumerable<ContactChange> WatchAsync(CancellationToken cancellationToken);
}
