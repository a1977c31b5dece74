using ZstdSharp;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>The codec that <see cref="EdgeCheckpoint.Watchlists.Deltas.EntryDelta"/> is read with.</summary>
internal static class DeltaFrame
{
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
