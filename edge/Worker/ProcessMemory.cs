using System.Runtime.InteropServices;

namespace EdgeCheckpoint.Worker;

/// <summary>Keeps the memory of this process to itself: no core dump, and no other program of the same user may look into it.</summary>
internal static partial class ProcessMemory
{
    private const int GetDumpable = 3; // PR_GET_DUMPABLE, prctl(2)
    private const int SetDumpable = 4;

    /// <summary>True once it is so.</summary>
    internal static bool IsPrivate => Control(GetDumpable, 0) == 0;

    /// <summary>Makes it so, for as long as the process lives.</summary>
    /// <returns>False where the kernel refuses.</returns>
    internal static bool KeepPrivate() => Control(SetDumpable, 0) == 0 && IsPrivate;

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint argument);
}
