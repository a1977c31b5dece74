namespace EdgeCheckpoint.Devices.Scanners.KeyboardWedge;

/// <summary>The device at one path, as if it were the only one; its name is the path.</summary>
internal sealed class OneInputDevice(string path) : IInputDevices
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Keyboards() => File.Exists(path) ? [path] : [];

    /// <inheritdoc/>
    public Stream OpenExclusively(string id) => InputDevices.OpenPathExclusively(id);
}
