using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EdgeCheckpoint.Worker;

/// <summary>
/// Where the appliance keeps what it must not lose. Private files can be read by their owner alone, and are replaced
/// whole: write beside, flush, rename, flush the folder.
/// </summary>
internal sealed partial class DataFolder
{
    /// <summary>Name of the journal's folder, for tools that must not create it.</summary>
    internal const string JournalName = "journal";

    /// <summary>Ending of a file that could not be read and was put aside.</summary>
    internal const string DamagedEnding = ".damaged";

    private const int DestroyedBytesMax = 64 * 1024;
    private const int ReadOnlyCloseOnExec = 0x80000; // O_RDONLY | O_CLOEXEC, alike on x64 and arm64
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Mode of every folder here.</summary>
    internal const UnixFileMode PrivateFolder = OwnerOnly | UnixFileMode.UserExecute;

    /// <summary>
    /// Told of each step of a change of files before it is taken: which step, and of which file or folder. Null but in the flow of a test, which
    /// cuts the power there.
    /// </summary>
    internal static AsyncLocal<Action<FileStep, string>?> Watcher { get; } = new();

    internal DataFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(Path, PrivateFolder);
    }

    internal string Path { get; }

    internal string Identity => Child("identity");

    internal string Journal => Child(JournalName);

    internal string Lists => Child("lists");

    internal string Suppressions => Child("suppressions");

    internal string People => Child("people");

    internal string ContentKeys => Child("content-keys");

    internal string State => Child("state");

    internal string Inbox => Child("inbox");

    /// <summary>Replaces a private file whole, durably.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        };
        Tell(FileStep.Write, temporary);
        using (var file = new FileStream(temporary, options))
        {
            file.Write(content);
            file.Flush();
            Tell(FileStep.Flush, temporary);
            file.Flush(flushToDisk: true);
        }

        Tell(FileStep.Rename, path);
        File.Move(temporary, path, overwrite: true);
        FlushFolder(System.IO.Path.GetDirectoryName(path)!);
    }

    /// <summary>Tells a test which step comes next.</summary>
    internal static void Tell(FileStep step, string path) => Watcher.Value?.Invoke(step, path);

    /// <summary>Reads a private file; refuses one that others can read.</summary>
    /// <exception cref="InvalidDataException">Group or others have rights on the file.</exception>
    internal static byte[] ReadPrivate(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if ((File.GetUnixFileMode(path) & Others) != 0)
            throw new InvalidDataException($"{path} can be read by others. Run: chmod 600 {path}");
        return File.ReadAllBytes(path);
    }

    /// <summary>
    /// Reads a small file of the appliance's state. A damaged one must not stop the appliance: it is put aside as evidence, under its name
    /// with <see cref="DamagedEnding"/>, and what holds without it holds.
    /// </summary>
    internal static T ReadState<T>(string path, JsonTypeInfo<T> type, T without)
        where T : class
    {
        if (!File.Exists(path))
            return without;
        try
        {
            return JsonSerializer.Deserialize(ReadPrivate(path), type) ?? without;
        }
        catch (JsonException)
        {
            File.Move(path, path + DamagedEnding, overwrite: true);
            FlushFolder(System.IO.Path.GetDirectoryName(path)!);
            return without;
        }
    }

    /// <summary>True while evidence of a damaged file lies beside it.</summary>
    internal static bool WasDamaged(string path) => File.Exists(path + DamagedEnding);

    /// <summary>
    /// Destroys a file of keys: overwritten first, so that what a file system keeps of the old blocks is the least possible, then deleted.
    /// </summary>
    internal static void Destroy(string path)
    {
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            // Keys are small; of a list its content key is what counts.
            file.Write(RandomNumberGenerator.GetBytes((int)Math.Min(file.Length, DestroyedBytesMax)));
            file.Flush(flushToDisk: true);
        }

        File.Delete(path);
        FlushFolder(System.IO.Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes a rename durable: the folder's own entry must reach the disk. .NET opens no folders, libc does.</summary>
    /// <exception cref="IOException">The folder cannot be flushed: the rename may not survive a power cut.</exception>
    internal static void FlushFolder(string folder)
    {
        Tell(FileStep.FlushFolder, folder);
        var descriptor = Open(folder, ReadOnlyCloseOnExec);
        if (descriptor < 0)
            throw new IOException($"{folder} cannot be opened (errno {Marshal.GetLastPInvokeError()}).");
        var flushed = FileSync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (flushed != 0)
            throw new IOException($"{folder} cannot be flushed (errno {error}).");
    }

    private string Child(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(path, PrivateFolder);
        return path;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

/// <summary>Steps in which files change.</summary>
internal enum FileStep
{
    /// <summary>Bytes are written; until the flush any part of them may be lost.</summary>
    Write,
    Flush,

    /// <summary>A file comes to this name; durable once the folder is flushed.</summary>
    Rename,
    FlushFolder,
    Delete,
}
