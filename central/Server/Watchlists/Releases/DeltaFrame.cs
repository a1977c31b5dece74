using ZstdSharp;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>The codec that <see cref="EdgeCheckpoint.Watchlists.Deltas.EntryDelta"/> is written with.</summary>
internal static class DeltaFrame
{
    /// <summary>Slow to pack and as quick to unpack as any: central packs once, every appliance unpacks.</summary>
    private const int CompressionLevel = 19;

    public static byte[] Pack(ReadOnlySpan<byte> plain)
    {
        using var compressor = new Compressor(CompressionLevel);
        return compressor.Wrap(plain).ToArray();
    }
}
