using System.Runtime.InteropServices;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>
/// The installed list, decrypted, in memory the kernel is asked not to swap out or dump. Wiped when freed. Where the
/// limit on locked memory is too low the list still works and <see cref="IsLocked"/> says so.
/// </summary>
internal sealed partial class LockedMemory : SafeHandle, ISectionSource
{
    private const int DontDump = 16; // MADV_DONTDUMP, madvise(2)
    private const nuint PageSize = 65536; // the largest page size of our boards

    private readonly int _length;

    internal unsafe LockedMemory(int length)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        _length = length;
        var size = (nuint)Math.Max(length, 1);
        SetHandle((IntPtr)NativeMemory.AlignedAlloc(size, PageSize));
        NativeMemory.Clear((void*)handle, size);
        IsLocked = MemoryLock(handle, size) == 0;
        _ = MemoryAdvise(handle, size, DontDump);
    }

    public override bool IsInvalid => handle == IntPtr.Zero;

    /// <summary>False when the limit on locked memory (RLIMIT_MEMLOCK) is too low.</summary>
    internal bool IsLocked { get; }

    public long Length => _length;

    /// <summary>All bytes, to be filled once before the memory is read.</summary>
    internal unsafe Span<byte> Bytes => new((void*)handle, _length);

    public ReadOnlySpan<byte> Read(long offset, int length) => Bytes.Slice(checked((int)offset), length);

    protected override unsafe bool ReleaseHandle()
    {
        NativeMemory.Clear((void*)handle, (nuint)Math.Max(_length, 1));
        _ = MemoryUnlock(handle, (nuint)Math.Max(_length, 1));
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "mlock")]
    private static partial int MemoryLock(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "munlock")]
    private static partial int MemoryUnlock(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(nint address, nuint length, int advice);
}
