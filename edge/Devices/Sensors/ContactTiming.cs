namespace EdgeCheckpoint.Devices.Sensors;

/// <summary>Times of a contact.</summary>
/// <param name="Debounce">A level must hold so long to be accepted.</param>
/// <param name="Reread">The level is read again after so long without an edge.</param>
public readonly record struct ContactTiming(TimeSpan Debounce, TimeSpan Reread)
{
    /// <summary>
    /// Snap-action switches bounce for some 10 ms; a person needs far longer than 50 ms to open a lid.
    /// </summary>
    public static ContactTiming Default => new(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500));
}
