namespace EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

/// <summary>The input devices of this machine that type, by stable names.</summary>
internal interface IInputDevices
{
    /// <summary>Names of the devices that are plugged in, in the order of the alphabet. Never throws.</summary>
    IReadOnlyList<string> Keyboards();

    /// <summary>Opens one so that nobody else gets its keys.</summary>
    /// <exception cref="IOException">It is missing, or <see cref="ReaderUnavailableException"/> with a remedy.</exception>
    Stream OpenExclusively(string id);
}
