using System.IO.MemoryMappedFiles;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Benchmarks;

/// <summary>
/// A file, mapped: what is not read stays on disk. Unsafe code, since a span over a map can be had in no other way; the
/// benchmark beside it is its reason.
/// </summary>
internal sealed unsafe class MappedSectionSource : ISectionSource, IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    internal MappedSectionSource(string path)
    {
        Length = new FileInfo(path).Length;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public long Length { get; }

    public ReadOnlySpan<byte> Read(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}

/// <summary>Counts the pages of 4 KiB that reads touch.</summary>
internal sealed class PageCountingSource(ISectionSource inner) : ISectionSource
{
    private const int PageLength = 4096;

    public long Length => inner.Length;

    internal long Pages { get; private set; }

    public ReadOnlySpan<byte> Read(long offset, int length)
    {
        if (length > 0)
            Pages += ((offset + length - 1) / PageLength) - (offset / PageLength) + 1;
        return inner.Read(offset, length);
    }
}
