using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Benchmarks;

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
