using System.Runtime.InteropServices;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>The calls of glibc that make a pseudo terminal (pty(7), termios(3)).</summary>
internal static partial class LibC
{
    public const int OpenReadWrite = 0x2;
    public const int OpenNoControllingTerminal = 0x100;
    public const int OpenCloseOnExec = 0x80000;
    public const int SetNow = 0;

    /// <summary>struct termios has 60 bytes on x86-64 and arm64; it is only handed from call to call.</summary>
    public const int TermiosBytes = 256;

    private const string Library = "libc.so.6";

    [LibraryImport(Library, EntryPoint = "posix_openpt", SetLastError = true)]
    public static partial int OpenMaster(int flags);

    [LibraryImport(Library, EntryPoint = "grantpt", SetLastError = true)]
    public static partial int Grant(int descriptor);

    [LibraryImport(Library, EntryPoint = "unlockpt", SetLastError = true)]
    public static partial int Unlock(int descriptor);

    /// <returns>0, or the error number itself.</returns>
    [LibraryImport(Library, EntryPoint = "ptsname_r")]
    public static partial int SlaveName(int descriptor, [Out] byte[] name, nuint length);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(int descriptor, [Out] byte[] termios);

    [LibraryImport(Library, EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw([In, Out] byte[] termios);

    [LibraryImport(Library, EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(int descriptor, int when, [In] byte[] termios);
}
