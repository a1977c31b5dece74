using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>
/// A serial line without hardware: what is written here comes out at <see cref="SlavePath"/> and at the link. Disposing
/// it is the same as pulling the cable.
/// </summary>
/// <remarks>
/// The slave side stays open here too: with nobody on it the master fails with EIO, and bytes between two openings by
/// the appliance would be lost. Linux only.
/// </remarks>
public sealed class PseudoTerminal : IDisposable
{
    private const int OpenFlags = LibC.OpenReadWrite | LibC.OpenNoControllingTerminal | LibC.OpenCloseOnExec;

    private readonly SafeFileHandle _slave;
    private readonly FileStream _master;
    private readonly string? _linkPath;

    private PseudoTerminal(FileStream master, SafeFileHandle slave, string slavePath, string? linkPath) =>
        (_master, _slave, SlavePath, _linkPath) = (master, slave, slavePath, linkPath);

    /// <summary>Path of the terminal, as /dev/pts/7.</summary>
    public string SlavePath { get; }

    /// <summary>Makes a terminal in raw mode.</summary>
    /// <param name="linkPath">Where to put a symbolic link to it, replacing an older link; null for none.</param>
    /// <exception cref="IOException">The system gives no terminal, or the link cannot be made.</exception>
    public static PseudoTerminal Create(string? linkPath)
    {
        // 1. Master. 2. Slave, raw, so that no byte is changed or echoed. 3. Link.
        var master = new SafeFileHandle(LibC.OpenMaster(OpenFlags), ownsHandle: true);
        SafeFileHandle? slave = null;
        try
        {
            Check(master.IsInvalid ? -1 : 0, "posix_openpt");
            var descriptor = (int)master.DangerousGetHandle();
            Check(LibC.Grant(descriptor), "grantpt");
            Check(LibC.Unlock(descriptor), "unlockpt");
            var slavePath = NameOfSlave(descriptor);
            slave = OpenRaw(slavePath);
            if (linkPath is not null)
                Link(linkPath, slavePath);
            var stream = new FileStream(master, FileAccess.ReadWrite, bufferSize: 0, isAsync: false);
            return new PseudoTerminal(stream, slave, slavePath, linkPath);
        }
        catch
        {
            slave?.Dispose();
            master.Dispose();
            throw;
        }
    }

    /// <summary>Sends bytes to whoever has the terminal open. Blocks when some 4 KiB lie unread.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => _master.Write(bytes);

    public void Dispose()
    {
        if (_linkPath is not null && new FileInfo(_linkPath).LinkTarget == SlavePath)
            File.Delete(_linkPath);
        _slave.Dispose();
        _master.Dispose();
    }

    private static SafeFileHandle OpenRaw(string path)
    {
        var slave = new SafeFileHandle(LibC.Open(path, OpenFlags), ownsHandle: true);
        Check(slave.IsInvalid ? -1 : 0, "open");
        var descriptor = (int)slave.DangerousGetHandle();
        var termios = new byte[LibC.TermiosBytes];
        Check(LibC.GetAttributes(descriptor, termios), "tcgetattr");
        LibC.MakeRaw(termios);
        Check(LibC.SetAttributes(descriptor, LibC.SetNow, termios), "tcsetattr");
        return slave;
    }

    private static string NameOfSlave(int descriptor)
    {
        var name = new byte[128];
        var error = LibC.SlaveName(descriptor, name, (nuint)name.Length);
        if (error != 0)
            throw new IOException($"ptsname_r failed with error {error}.");
        return Encoding.UTF8.GetString(name, 0, Array.IndexOf(name, (byte)0));
    }

    /// <summary>Replaces a link, which a killed simulator leaves behind; never anything else.</summary>
    private static void Link(string linkPath, string target)
    {
        if (new FileInfo(linkPath).LinkTarget is not null)
            File.Delete(linkPath);
        File.CreateSymbolicLink(linkPath, target);
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
            throw new IOException($"{call} failed with error {Marshal.GetLastPInvokeError()}.");
    }
}
