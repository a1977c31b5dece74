using ZstdSharp;

namespace EdgeCheckpoint.Core.Tests.Watchlists.Deltas;

/// <summary>The codec of deltas, both halves, for tests of either end.</summary>
internal static class ZstdFrames
{
    internal static byte[] Pack(ReadOnlySpan<byte> plain)
    {
        using var compressor = new Compressor(19);
        return compressor.Wrap(plain).ToArray();
    }

    internal static bool TryUnpack(ReadOnlySpan<byte> frame, Span<byte> plain)
    {
        try
        {
            using var decompressor = new Decompressor();
            return decompressor.Unwrap(frame, plain) == plain.Length;
        }
        catch (ZstdException)
        {
            return false;
        }
    }
}
