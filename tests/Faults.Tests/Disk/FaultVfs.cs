using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeCheckpoint.Faults.Tests.Disk;

/// <summary>
/// A virtual file system of SQLite between the library and the real one, in this process (sqlite.org/vfs.html). For folders that are watched, a
/// <see cref="DiskScript"/> sees every opening, write, cut, flush and deletion and may refuse most of them; everything else goes through untouched. Registered
/// as the default, so that the product runs on it without knowing.
/// </summary>
internal static unsafe class FaultVfs
{
    private const string Library = "e_sqlite3";
    private const int FileHeaderLength = 16;

    private static readonly ConcurrentDictionary<string, DiskScript> Scripts = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<long, (string Path, DiskScript Script)> Files = new();
    private static readonly Vfs* Base;
    private static readonly Methods* Ours;
    private static long _lastFile;

    static FaultVfs()
    {
        // The library is loaded by the provider; the same handle is asked for here.
        SQLitePCL.Batteries_V2.Init();
        var library = NativeLibrary.Load(Library, typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, null);
        var find = (delegate* unmanaged[Cdecl]<byte*, Vfs*>)NativeLibrary.GetExport(library, "sqlite3_vfs_find");
        var register = (delegate* unmanaged[Cdecl]<Vfs*, int, int>)NativeLibrary.GetExport(library, "sqlite3_vfs_register");
        Base = find(null);
        Ours = (Methods*)NativeMemory.AllocZeroed((nuint)sizeof(Methods));
        *Ours = new Methods
        {
            Version = 3,
            Close = &Close,
            Read = &Read,
            Write = &Write,
            Truncate = &Truncate,
            Sync = &Sync,
            FileSize = &FileSize,
            Lock = &Lock,
            Unlock = &Unlock,
            CheckReservedLock = &CheckReservedLock,
            FileControl = &FileControl,
            SectorSize = &SectorSize,
            DeviceCharacteristics = &DeviceCharacteristics,
            ShmMap = &ShmMap,
            ShmLock = &ShmLock,
            ShmBarrier = &ShmBarrier,
            ShmUnmap = &ShmUnmap,
            Fetch = &Fetch,
            Unfetch = &Unfetch,
        };
        var vfs = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        *vfs = *Base;
        vfs->Next = null;
        vfs->Name = (byte*)Marshal.StringToCoTaskMemUTF8("checkpoint-faults");
        vfs->FileLength = Base->FileLength + FileHeaderLength;
        vfs->Open = &Open;
        vfs->Delete = &Delete;
        Assert.Equal(0, register(vfs, 1));
    }

    /// <summary>Watches the files of a folder until disposed. Open a database only afterwards.</summary>
    internal static IDisposable Watch(string folder, DiskScript script)
    {
        Scripts[folder] = script;
        return new Watching(folder);
    }

    private sealed class Watching(string folder) : IDisposable
    {
        public void Dispose() => Scripts.TryRemove(folder, out _);
    }

    private static DiskScript? ScriptOf(string path) =>
        Scripts.TryGetValue(Path.GetDirectoryName(path) ?? "", out var script) ? script : null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, FaultFile* file, int flags, int* outFlags)
    {
        file->Methods = null;
        var real = RealOf(file);
        real->Methods = null;
        var result = Base->Open(Base, name, (FaultFile*)real, flags, outFlags);
        if (real->Methods == null)
            return result;
        file->Methods = Ours;
        file->Id = Interlocked.Increment(ref _lastFile);
        if (name != null && Marshal.PtrToStringUTF8((nint)name) is { } path && ScriptOf(path) is { } script)
        {
            Files[file->Id] = (path, script);
            script.Opened(path);
        }

        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(Vfs* vfs, byte* name, int syncFolder)
    {
        var path = Marshal.PtrToStringUTF8((nint)name)!;
        ScriptOf(path)?.Delete(path);
        return Base->Delete(Base, name, syncFolder);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(FaultFile* file)
    {
        Files.TryRemove(file->Id, out _);
        return RealOf(file)->Methods->Close((FaultFile*)RealOf(file));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(FaultFile* file, void* buffer, int length, long offset)
    {
        var refused = Files.TryGetValue(file->Id, out var watched) ? watched.Script.Read(watched.Path, offset) : 0;
        return refused != 0 ? refused : RealOf(file)->Methods->Read((FaultFile*)RealOf(file), buffer, length, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(FaultFile* file, void* buffer, int length, long offset)
    {
        var refused = Files.TryGetValue(file->Id, out var watched) ? watched.Script.Write(watched.Path, offset, new ReadOnlySpan<byte>(buffer, length)) : 0;
        return refused != 0 ? refused : RealOf(file)->Methods->Write((FaultFile*)RealOf(file), buffer, length, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(FaultFile* file, long length)
    {
        var refused = Files.TryGetValue(file->Id, out var watched) ? watched.Script.Truncate(watched.Path, length) : 0;
        return refused != 0 ? refused : RealOf(file)->Methods->Truncate((FaultFile*)RealOf(file), length);
    }

    /// <summary>What counts as flushed is what the script has seen flushed; the real disk is spared.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(FaultFile* file, int flags) => Files.TryGetValue(file->Id, out var watched)
        ? watched.Script.Sync(watched.Path)
        : RealOf(file)->Methods->Sync((FaultFile*)RealOf(file), flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(FaultFile* file, long* length) => RealOf(file)->Methods->FileSize((FaultFile*)RealOf(file), length);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Lock(FaultFile* file, int level) => RealOf(file)->Methods->Lock((FaultFile*)RealOf(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unlock(FaultFile* file, int level) => RealOf(file)->Methods->Unlock((FaultFile*)RealOf(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(FaultFile* file, int* result) => RealOf(file)->Methods->CheckReservedLock((FaultFile*)RealOf(file), result);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileControl(FaultFile* file, int operation, void* argument) => RealOf(file)->Methods->FileControl((FaultFile*)RealOf(file), operation, argument);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(FaultFile* file) => RealOf(file)->Methods->SectorSize((FaultFile*)RealOf(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int DeviceCharacteristics(FaultFile* file) => RealOf(file)->Methods->DeviceCharacteristics((FaultFile*)RealOf(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmMap(FaultFile* file, int page, int length, int extend, void** address) =>
        RealOf(file)->Methods->ShmMap((FaultFile*)RealOf(file), page, length, extend, address);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(FaultFile* file, int offset, int count, int flags) => RealOf(file)->Methods->ShmLock((FaultFile*)RealOf(file), offset, count, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ShmBarrier(FaultFile* file) => RealOf(file)->Methods->ShmBarrier((FaultFile*)RealOf(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmUnmap(FaultFile* file, int delete) => RealOf(file)->Methods->ShmUnmap((FaultFile*)RealOf(file), delete);

    /// <summary>No memory-mapped pages: they would go past the script.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Fetch(FaultFile* file, long offset, int length, void** page)
    {
        *page = null;
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unfetch(FaultFile* file, long offset, void* page) => 0;

    private static FaultFile* RealOf(FaultFile* file) => (FaultFile*)((byte*)file + FileHeaderLength);

    /// <summary>sqlite3_file, and behind it what is ours; the real file follows.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FaultFile
    {
        internal Methods* Methods;
        internal long Id;
    }

    /// <summary>sqlite3_vfs, version 3 (sqlite3.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        internal int Version, FileLength, PathLengthMax;
        internal Vfs* Next;
        internal byte* Name;
        internal void* AppData;
        internal delegate* unmanaged[Cdecl]<Vfs*, byte*, FaultFile*, int, int*, int> Open;
        internal delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int> Delete;
        internal void* Access, FullPathname, LibraryOpen, LibraryError, LibrarySymbol, LibraryClose, Randomness, Sleep, CurrentTime, GetLastError;
        internal void* CurrentTimeInt64, SetSystemCall, GetSystemCall, NextSystemCall;
    }

    /// <summary>sqlite3_io_methods, version 3 (sqlite3.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Methods
    {
        internal int Version;
        internal delegate* unmanaged[Cdecl]<FaultFile*, int> Close;
        internal delegate* unmanaged[Cdecl]<FaultFile*, void*, int, long, int> Read;
        internal delegate* unmanaged[Cdecl]<FaultFile*, void*, int, long, int> Write;
        internal delegate* unmanaged[Cdecl]<FaultFile*, long, int> Truncate;
        internal delegate* unmanaged[Cdecl]<FaultFile*, int, int> Sync;
        internal delegate* unmanaged[Cdecl]<FaultFile*, long*, int> FileSize;
        internal delegate* unmanaged[Cdecl]<FaultFile*, int, int> Lock;
        internal delegate* unmanaged[Cdecl]<FaultFile*, int, int> Unlock;
        internal delegate* unmanaged[Cdecl]<FaultFile*, int*, int> CheckReservedLock;
        internal delegate* unmanaged[Cdecl]<FaultFile*, int, void*, int> FileControl;
        internal delegate* unmanaged[Cdecl]<FaultFile*, int> SectorSize;
        internal delegate* unmanaged[Cdecl]<FaultFile*, int> DeviceCharacteristics;
        internal delegate* unmanaged[Cdecl]<FaultFile*, int, int, int, void**, int> ShmMap;
        internal delegate* unmanaged[Cdecl]<FaultFile*, int, int, int, int> ShmLock;
        internal delegate* unmanaged[Cdecl]<FaultFile*, void> ShmBarrier;
        internal delegate* unmanaged[Cdecl]<FaultFile*, int, int> ShmUnmap;
        internal delegate* unmanaged[Cdecl]<FaultFile*, long, int, void**, int> Fetch;
        internal delegate* unmanaged[Cdecl]<FaultFile*, long, void*, int> Unfetch;
    }
}
