using System.Runtime.CompilerServices;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Sizes and places of a three-wise binary fuse filter (Graf and Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor
/// Filters", 2022): overlapping windows of three neighbouring segments, one place in each.
/// </summary>
/// <param name="SegmentLength">Power of two.</param>
/// <param name="SegmentCount">Segments in which a window can begin; two more follow them.</param>
internal readonly record struct BinaryFuseShape(int SegmentLength, int SegmentCount)
{
    internal const int Arity = 3;
    internal const int SegmentLengthMax = 1 << 18;

    /// <summary>The smallest segment; below it a handful of keys would not spread.</summary>
    private const int SegmentLengthMin = 4;

    /// <summary>Bytes of fingerprints.</summary>
    internal int FingerprintCount => (SegmentCount + Arity - 1) * SegmentLength;

    /// <summary>The shape for a number of keys.</summary>
    internal static BinaryFuseShape For(int keyCount)
    {
        // The constants are those the paper found by experiment for arity 3; 1.125 places a key from a million keys on.
        var logarithm = Math.Log(Math.Max(keyCount, 2));
        var exponent = (int)Math.Floor((logarithm / Math.Log(3.33)) + 2.25);
        var segmentLength = Math.Clamp(1 << exponent, SegmentLengthMin, SegmentLengthMax);
        var spare = Math.Max(1.125, 0.875 + (0.25 * Math.Log(1_000_000) / logarithm));
        var capacity = (int)Math.Round(keyCount * spare);
        var segments = (capacity + segmentLength - 1) / segmentLength;
        return new BinaryFuseShape(segmentLength, Math.Max(1, segments - (Arity - 1)));
    }

    /// <summary>True for what <see cref="For"/> can give; what a reader must ask of bytes it did not write.</summary>
    internal static bool IsPossible(uint segmentLength, uint segmentCount) =>
        segmentLength is >= SegmentLengthMin and <= SegmentLengthMax
        && (segmentLength & (segmentLength - 1)) == 0
        && segmentCount >= 1
        && (segmentCount + (long)Arity) * segmentLength <= int.MaxValue;

    /// <summary>Spreads a key under a seed: Stafford's 13th variant of the MurmurHash3 finaliser, a bijection.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Mix(ulong key, ulong seed)
    {
        unchecked
        {
            var mixed = key + seed;
            mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebUL;
            return mixed ^ (mixed >> 31);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte Fingerprint(ulong mixed) => unchecked((byte)(mixed ^ (mixed >> 32)));

    /// <summary>The three places of a mixed key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Places(ulong mixed, out int first, out int second, out int third)
    {
        unchecked
        {
            var mask = SegmentLength - 1;
            first = (int)Math.BigMul(mixed, (uint)(SegmentCount * SegmentLength), out _);
            second = (first + SegmentLength) ^ ((int)(mixed >> 18) & mask);
            third = (first + (2 * SegmentLength)) ^ ((int)mixed & mask);
        }
    }
}
