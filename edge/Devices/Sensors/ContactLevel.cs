namespace EdgeCheckpoint.Devices.Sensors;

/// <summary>Level of a contact.</summary>
public enum ContactLevel
{
    /// <summary>Cannot be read. Never to be taken for closed.</summary>
    Unknown,

    /// <summary>The loop is whole: the normal state of a tamper loop.</summary>
    Closed,

    /// <summary>The loop is open: lid lifted, wire cut or plug pulled.</summary>
    Open,
}

/// <summary>A change of level that outlasted the debounce time.</summary>
/// <param name="Level">The new level.</param>
/// <param name="At">Wall clock at which it was accepted.</param>
public readonly record struct ContactChange(ContactLevel Level, DateTimeOffset At);
