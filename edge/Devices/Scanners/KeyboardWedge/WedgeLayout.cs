namespace EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

/// <summary>Keyboard layouts a wedge can be set to.</summary>
public enum WedgeLayout
{
    /// <summary>United States.</summary>
    Us,

    /// <summary>United Kingdom.</summary>
    Uk,

    /// <summary>France (AZERTY).</summary>
    Fr,

    /// <summary>Germany (QWERTZ).</summary>
    De,
}
