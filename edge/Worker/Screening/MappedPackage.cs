using System.IO.MemoryMappedFiles;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>A package for the bench, mapped from its file. An installed list never is: it lies in locked memory.</summary>
internal sealed unsafe class MappedPackage : ISectionSource, IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    /// <exception cref="IOException">The file cannot be read or is empty.</exception>
    internal MappedPackage(string path)
    {
        Length = new FileInfo(path).Length;
        if (Length == 0)
            throw new IOException($"{path} is empty.");
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public long Length { get; }

    public ReadOnlySpan<byte> Read(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
