namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Where the bytes of a package come from: a file map (bench packages and tools) or locked memory (the installed list,
/// decrypted). Core never opens a file itself.
/// </summary>
/// <remarks>Implementations are safe for parallel use and keep their bytes in place until disposed by their owner.</remarks>
public interface ISectionSource
{
    /// <summary>Bytes in all.</summary>
    long Length { get; }

    /// <summary>A view of some bytes; valid as long as the source is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range reaches past <see cref="Length"/>: the reader has a bug,
    /// since it checks every offset when it opens the package.</exception>
    ReadOnlySpan<byte> Read(long offset, int length);
}

/// <summary>A package that lies in ordinary managed memory.</summary>
public sealed class MemorySectionSource(ReadOnlyMemory<byte> bytes) : ISectionSource
{
    public long Length => bytes.Length;

    public ReadOnlySpan<byte> Read(long offset, int length) => bytes.Span.Slice(checked((int)offset), length);
}
