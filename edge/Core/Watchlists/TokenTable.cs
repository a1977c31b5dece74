using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Tokens by a 32-bit hash: the number of bucket bits u32, a directory u32 of 2^bits + 1 positions, then entries u32 of
/// seven check bits, the token's length modulo eight and its ordinal. A hash finds its bucket by its upper bits; the check
/// bits leave one false entry in a hundred, and those are compared letter by letter anyway. The length spares a look at the
/// text of most tokens that differ by too many letters.
/// </summary>
internal readonly ref struct TokenTable
{
    private const int LengthBits = 3;
    private const int CheckShift = PackageFormat.TokenOrdinalBits + LengthBits;
    private const uint CheckMask = (1u << (32 - CheckShift)) - 1;
    private const uint OrdinalMask = (1u << PackageFormat.TokenOrdinalBits) - 1;

    /// <summary>Entries of a bucket on the average; a bucket then lies in one cache line.</summary>
    private const int EntriesPerBucket = 4;

    private readonly ReadOnlySpan<uint> _directory;
    private readonly ReadOnlySpan<uint> _entries;
    private readonly int _shift;

    /// <summary>Opens a section that <see cref="IsSound"/> accepts.</summary>
    internal TokenTable(ReadOnlySpan<byte> section)
    {
        var words = MemoryMarshal.Cast<byte, uint>(section);
        var bits = (int)words[0];
        _shift = 32 - bits;
        _directory = words.Slice(1, (1 << bits) + 1);
        _entries = words[((1 << bits) + 2)..];
    }

    /// <summary>True when the directory has its length and stays inside the entries, rising, and every entry is a token.</summary>
    internal static bool IsSound(ReadOnlySpan<byte> section, int tokenCount)
    {
        if (section.Length < 12 || section.Length % 4 != 0)
            return false;
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(section);
        if (bits is 0 or > 28 || section.Length / 4 < (1 << (int)bits) + 2)
            return false;
        var words = MemoryMarshal.Cast<byte, uint>(section);
        var directory = words.Slice(1, (1 << (int)bits) + 1);
        var entryCount = (uint)(words.Length - directory.Length - 1);
        for (var bucket = 1; bucket < directory.Length; bucket++)
        {
            if (directory[bucket] < directory[bucket - 1])
                return false;
        }

        foreach (var entry in words[(directory.Length + 1)..])
        {
            if (Ordinal(entry) >= tokenCount)
                return false;
        }

        return directory[0] == 0 && directory[^1] == entryCount;
    }

    /// <summary>The entries of a hash's bucket; <see cref="IsMatch"/> and <see cref="Ordinal"/> read them.</summary>
    internal ReadOnlySpan<uint> Bucket(uint hash)
    {
        var bucket = (int)(hash >> _shift);
        return _entries[(int)_directory[bucket]..(int)_directory[bucket + 1]];
    }

    /// <summary>Where the buckets of several hashes stand: they lie far apart, and reads that do not wait for one another overlap.</summary>
    /// <param name="hashes">Any number.</param>
    /// <param name="buckets">Filled: for <see cref="Bucket(Range)"/>.</param>
    internal void Find(ReadOnlySpan<uint> hashes, Span<Range> buckets)
    {
        for (var i = 0; i < hashes.Length; i++)
        {
            var bucket = (int)(hashes[i] >> _shift);
            buckets[i] = (int)_directory[bucket]..(int)_directory[bucket + 1];
        }
    }

    /// <summary>The entries of a bucket.</summary>
    internal ReadOnlySpan<uint> Bucket(Range bucket) => _entries[bucket];

    internal static bool IsMatch(uint entry, uint hash) => entry >> CheckShift == (hash & CheckMask);

    /// <summary>False when the lengths differ by more letters than the limit, 0 to 2, whatever the letters are.</summary>
    internal static bool MayBeNear(uint entry, int length, int limit) =>
        (unchecked((entry >> PackageFormat.TokenOrdinalBits) - (uint)length + (uint)limit) & 7) <= 2 * (uint)limit;

    internal static int Ordinal(uint entry) => (int)(entry & OrdinalMask);

    /// <summary>Writes a table.</summary>
    /// <param name="pairs">Hash in the upper half, ordinal in the lower; sorted here, repeated ones dropped.</param>
    /// <param name="lengthOf">Letters of a token.</param>
    internal static byte[] Build(List<ulong> pairs, Func<int, int> lengthOf)
    {
        pairs.Sort();
        var distinct = 0;
        var values = CollectionsMarshal.AsSpan(pairs);
        for (var i = 0; i < values.Length; i++)
        {
            if (i == 0 || values[i] != values[i - 1])
                values[distinct++] = values[i];
        }

        var bits = Math.Clamp(BitOperations.Log2((uint)Math.Max(2, distinct / EntriesPerBucket)), 1, 28);
        var words = new uint[1 + (1 << bits) + 1 + distinct];
        words[0] = (uint)bits;
        var directory = words.AsSpan(1, (1 << bits) + 1);
        var entries = words.AsSpan(directory.Length + 1);
        for (var i = 0; i < distinct; i++)
        {
            var hash = (uint)(values[i] >> 32);
            directory[(int)(hash >> (32 - bits)) + 1]++;
            var ordinal = (uint)(values[i] & OrdinalMask);
            var length = (uint)lengthOf((int)ordinal) & ((1u << LengthBits) - 1);
            entries[i] = ((hash & CheckMask) << CheckShift) | (length << PackageFormat.TokenOrdinalBits) | ordinal;
        }

        for (var bucket = 1; bucket < directory.Length; bucket++)
            directory[bucket] += directory[bucket - 1];
        return MemoryMarshal.AsBytes(words.AsSpan()).ToArray();
    }
}
