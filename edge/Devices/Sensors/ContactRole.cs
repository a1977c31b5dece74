namespace EdgeCheckpoint.Devices.Sensors;

/// <summary>What a contact tells. For each, <see cref="ContactLevel.Open"/> is the state that somebody must know of, so that a cut wire tells it too.</summary>
public enum ContactRole
{
    /// <summary>Loop through the enclosure; open is an alarm.</summary>
    Tamper,

    /// <summary>Lid for the technician; open is expected in service mode only.</summary>
    Lid,

    /// <summary>Door or gate of the lane; open is open.</summary>
    Gate,

    /// <summary>Light barrier at the counter; open is: somebody stands there.</summary>
    Presence,

    /// <summary>The supply's own signal; open is: the mains are gone, the battery feeds.</summary>
    PowerLost,
}

/// <summary>Names of contacts for screens, files and health.</summary>
public static class ContactRoles
{
    /// <summary>In small letters, with hyphens.</summary>
    public static string Name(this ContactRole role) => role == ContactRole.PowerLost ? "power-lost" : role.ToString().ToLowerInvariant();
}
