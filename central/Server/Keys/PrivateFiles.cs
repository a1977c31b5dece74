namespace EdgeCheckpoint.Central.Keys;

/// <summary>Files that only their owner may read: written so, and refused when they no longer are.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Writes beside the target, flushes, renames: a reader sees the old file or the whole new one.</summary>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        // A name of its own: a command and the server may write the same file at the same moment.
        var temporary = $"{path}.{Path.GetRandomFileName()}.new";
        using (var stream = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        }))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a private file.</summary>
    /// <exception cref="CentralFault">It is missing, or others than its owner may read or write it.</exception>
    public static byte[] Read(string path)
    {
        if (!File.Exists(path))
            throw new CentralFault($"The key file {path} is missing; restore it from the backup of the data folder.");
        var mode = File.GetUnixFileMode(path);
        if ((mode & Others) != 0)
        {
            throw new CentralFault(
                $"The key file {path} is open to others than its owner (mode {Convert.ToString((int)mode, 8)}); "
                + $"find out who could read it, then run: chmod 600 {path}");
        }

        return File.ReadAllBytes(path);
    }
}
