namespace EdgeCheckpoint.Devices.Indicators;

/// <summary>Which lamps of the stack light burn.</summary>
public readonly record struct StackLightState(bool Red, bool Amber, bool Green)
{
    /// <summary>All lamps out.</summary>
    public static StackLightState Off => default;
}
