namespace EdgeCheckpoint.Watchlists;

/// <summary>What follows a place in another source, up to its end.</summary>
internal sealed class SectionSlice(ISectionSource source, long start) : ISectionSource
{
    public long Length => source.Length - start;

    public ReadOnlySpan<byte> Read(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return source.Read(start + offset, length);
    }
}
