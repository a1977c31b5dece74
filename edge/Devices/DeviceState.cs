namespace EdgeCheckpoint.Devices;

/// <summary>How a device does. Nothing but <see cref="Ok"/> may be shown green.</summary>
public enum DeviceState
{
    /// <summary>Configuration says that there is none.</summary>
    NotFitted,

    /// <summary>Works.</summary>
    Ok,

    /// <summary>Works in part, or has not been seen working yet.</summary>
    Attention,

    /// <summary>Does not work.</summary>
    Failed,
}
