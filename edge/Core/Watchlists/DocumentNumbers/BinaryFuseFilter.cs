using System.Buffers.Binary;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Says of a key "certainly not listed" or "perhaps", the latter wrongly once in 256, in 9 bits a key and three reads of
/// memory: a binary fuse filter with 8-bit fingerprints (Graf and Lemire, 2022), in shards by the upper bits of the key.
/// </summary>
/// <remarks>Safe for parallel use. Keys have to be evenly spread already, as keyed hashes are.</remarks>
public sealed class BinaryFuseFilter
{
    internal const uint Version = 1;
    internal const int HeaderLength = 32;
    internal const int ShardRowLength = 16;
    internal const int ShardBitsMax = 8;

    private readonly ISectionSource _source;
    private readonly Shard[] _shards;
    private readonly int _shift;

    private BinaryFuseFilter(ISectionSource source, Shard[] shards, int shardBits, long keyCount, long length)
    {
        _source = source;
        _shards = shards;
        _shift = 64 - shardBits;
        KeyCount = keyCount;
        Length = length;
    }

    public long KeyCount { get; }

    /// <summary>Bytes of the whole section.</summary>
    public long Length { get; }

    internal static ReadOnlySpan<byte> Magic => "ECFUSE\0\0"u8;

    /// <summary>Opens a filter strictly: every shape is possible, and together they fill the section to the byte.</summary>
    /// <param name="source">Untrusted bytes.</param>
    /// <param name="offset">Where the section begins.</param>
    /// <param name="length">Its length; the caller has checked that it lies within the source.</param>
    public static Result<BinaryFuseFilter, DocumentTableFailure> Open(ISectionSource source, long offset, long length)
    {
        if (length < HeaderLength)
            return Refused("cut off");
        var header = source.Read(offset, HeaderLength);
        if (!header[..8].SequenceEqual(Magic))
            return Refused("this is not a filter");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (version != Version)
            return Refused($"format {version} is not known; this program reads format {Version}");
        var shardBits = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        var keyCount = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
        if (shardBits > ShardBitsMax || keyCount < 0 || header[24..].ContainsAnyExcept((byte)0))
            return Refused("impossible shards or reserved bytes that are not zero");
        var tableLength = ShardRowLength << (int)shardBits;
        if (length < HeaderLength + tableLength)
            return Refused("cut off");
        var shards = ReadShards(source.Read(offset + HeaderLength, tableLength), offset + HeaderLength + tableLength, out var end);
        if (shards is null)
            return Refused("impossible segments");
        return end - offset == length
            ? new BinaryFuseFilter(source, shards, (int)shardBits, keyCount, length)
            : Refused($"its shards need {end - offset} bytes and have {length}");
    }

    /// <summary>False: certainly not among the keys. True: among them, or one of the 0.4 % of strangers.</summary>
    public bool MayContain(ulong key)
    {
        // A shift by 64 is a shift by none in C#, hence the single shard of a small filter apart.
        ref readonly var shard = ref _shards[_shards.Length == 1 ? 0 : (int)(key >> _shift)];
        var mixed = BinaryFuseShape.Mix(key, shard.Seed);
        shard.Shape.Places(mixed, out var first, out var second, out var third);
        var fingerprints = _source.Read(shard.Offset, shard.Shape.FingerprintCount);
        return (fingerprints[first] ^ fingerprints[second] ^ fingerprints[third]) == BinaryFuseShape.Fingerprint(mixed);
    }

    private static Shard[]? ReadShards(ReadOnlySpan<byte> table, long first, out long end)
    {
        var shards = new Shard[table.Length / ShardRowLength];
        end = first;
        for (var i = 0; i < shards.Length; i++)
        {
            var row = table[(i * ShardRowLength)..];
            var segmentLength = BinaryPrimitives.ReadUInt32LittleEndian(row[8..]);
            var segmentCount = BinaryPrimitives.ReadUInt32LittleEndian(row[12..]);
            if (!BinaryFuseShape.IsPossible(segmentLength, segmentCount))
                return null;
            var shape = new BinaryFuseShape((int)segmentLength, (int)segmentCount);
            shards[i] = new Shard(BinaryPrimitives.ReadUInt64LittleEndian(row), end, shape);
            end += shape.FingerprintCount;
        }

        return shards;
    }

    private static DocumentTableFailure Refused(string reason) => new(DocumentTableStage.Filter, reason);

    private readonly record struct Shard(ulong Seed, long Offset, BinaryFuseShape Shape);
}
