using System.Runtime.InteropServices;

namespace EdgeCheckpoint.Central.Keys;

/// <summary>Files that only their owner may read: written so, and refused when they no longer are.</summary>
internal static partial class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>O_RDONLY | O_CLOEXEC of Linux.</summary>
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>Writes beside the target, flushes, renames, flushes the folder: a reader sees the old file or the whole new one, and a power cut leaves one.</summary>
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

        PutInPlace(temporary, path);
    }

    /// <summary>Renames a flushed file over another in one step, durably: at no moment is there none.</summary>
    public static void PutInPlace(string from, string path)
    {
        File.Move(from, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Brings to the disk what was written into a file, whoever wrote it.</summary>
    public static void Flush(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Gives a file a second name in its folder; a copy where the file system knows no links.</summary>
    public static void Keep(string path, string secondName)
    {
        if (Link(path, secondName) == 0)
            return;
        File.Copy(path, secondName);
        Flush(secondName);
    }

    /// <summary>Makes renames and new names durable: the folder's own entry must reach the disk. .NET opens no folders, libc does.</summary>
    /// <exception cref="IOException">The folder cannot be flushed: the rename may not survive a power cut.</exception>
    public static void FlushFolder(string folder)
    {
        var descriptor = Open(folder, ReadOnlyCloseOnExec);
        if (descriptor < 0)
            throw new IOException($"{folder} cannot be opened (errno {Marshal.GetLastPInvokeError()}).");
        var flushed = FileSync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (flushed != 0)
            throw new IOException($"{folder} cannot be flushed (errno {error}).");
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

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string path, string secondName);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
