namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>Whether a device can be opened, in a sentence for the technician who is about to try.</summary>
public static class ReaderAccess
{
    /// <summary>What stands in the way; null when nothing does.</summary>
    public static string? Problem(string path, ScannerKind kind)
    {
        var (folder, group, mode) = kind == ScannerKind.KeyboardWedge
            ? ("/dev/input/by-id", "input", LibC.AccessRead)
            : ("/dev/serial/by-id", "dialout", LibC.AccessRead | LibC.AccessWrite);
        if (!File.Exists(path))
            return $"There is no device at {path}. Plug the reader in and look for it with: ls -l {folder}";
        return LibC.Access(path, mode) == 0
            ? null
            : $"{path} may not be opened. Add the user to the group {group} and sign in again: sudo usermod -aG {group} USER";
    }
}
