using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeCheckpoint.Devices;

/// <summary>
/// The calls of glibc that make a pseudo terminal (pty(7), termios(3)), and that read an input device alone and until told
/// to stop (ioctl(2), poll(2), eventfd(2)).
/// </summary>
internal static partial class LibC
{
    public const int OpenReadOnly = 0x0;
    public const int OpenReadWrite = 0x2;
    public const int OpenNonBlocking = 0x800;
    public const int OpenNoControllingTerminal = 0x100;
    public const int OpenCloseOnExec = 0x80000;
    public const int SetNow = 0;

    /// <summary>struct termios has 60 bytes on x86-64 and arm64; it is only handed from call to call.</summary>
    public const int TermiosBytes = 256;

    /// <summary>EVIOCGRAB of linux/input.h: _IOW('E', 0x90, int), the same on x86-64 and arm64.</summary>
    public const nuint GrabInput = 0x40044590;

    public const short PollIn = 0x1;
    public const int EventCloseOnExec = 0x80000;

    // access(2)
    public const int AccessRead = 4;
    public const int AccessWrite = 2;

    // errno.h
    public const int ErrorInterrupted = 4;
    public const int ErrorAccess = 13;
    public const int ErrorBusy = 16;

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

    [LibraryImport(Library, EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, nuint request, nint argument);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll([In, Out] PollEntry[] entries, nuint count, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint value, int flags);

    [LibraryImport(Library, EntryPoint = "eventfd_write", SetLastError = true)]
    public static partial int SignalEvent(SafeFileHandle file, ulong value);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
