using System.Buffers.Binary;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Writes a filter shard by shard. A shard holds the keys that agree in their upper bits, so a sorted stream of any
/// length is built in the working memory of one shard, and that fits the processor's cache better than all at once.
/// </summary>
public sealed class BinaryFuseFilterWriter
{
    /// <summary>
    /// Halves of this are still above a million keys, where the algorithm needs least room (1.125 places a key).
    /// </summary>
    private const long KeysPerShardMax = 1 << 21;

    private readonly BinaryFuseShardBuilder _builder = new();
    private readonly List<(ulong Seed, BinaryFuseShape Shape, byte[] Fingerprints)> _shards = [];
    private readonly int _shardBits;
    private long _keyCount;

    /// <param name="shardBits">As <see cref="ShardBitsFor"/> says for the number of keys to come.</param>
    public BinaryFuseFilterWriter(int shardBits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shardBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shardBits, BinaryFuseFilter.ShardBitsMax);
        _shardBits = shardBits;
    }

    /// <summary>Bytes of the section; known once all shards are in.</summary>
    public long Length => BinaryFuseFilter.HeaderLength
        + ((long)_shards.Count * BinaryFuseFilter.ShardRowLength)
        + _shards.Sum(static shard => (long)shard.Fingerprints.Length);

    /// <summary>How many upper bits part the shards.</summary>
    /// <param name="keyCount">At most as many as the tables hold; more only makes shards larger.</param>
    public static int ShardBitsFor(long keyCount)
    {
        var bits = 0;
        while (bits < BinaryFuseFilter.ShardBitsMax && keyCount >> bits > KeysPerShardMax)
            bits++;
        return bits;
    }

    /// <summary>Adds the next shard.</summary>
    /// <param name="keys">Without repetition, all with the shard's ordinal in their upper bits; may be empty.</param>
    /// <exception cref="InvalidOperationException">There are shards enough, or keys repeat.</exception>
    public void AddShard(ReadOnlySpan<ulong> keys)
    {
        if (_shards.Count == 1 << _shardBits)
            throw new InvalidOperationException("All shards are there already.");
        _shards.Add(_builder.Build(keys));
        _keyCount += keys.Length;
    }

    /// <summary>Writes the section (layout: README.md beside this file).</summary>
    /// <exception cref="InvalidOperationException">A shard is missing.</exception>
    public void WriteTo(Stream output)
    {
        if (_shards.Count != 1 << _shardBits)
            throw new InvalidOperationException($"{_shards.Count} of {1 << _shardBits} shards are there.");
        var head = new byte[BinaryFuseFilter.HeaderLength + (_shards.Count * BinaryFuseFilter.ShardRowLength)];
        BinaryFuseFilter.Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), BinaryFuseFilter.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(12), (uint)_shardBits);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(16), _keyCount);
        var row = head.AsSpan(BinaryFuseFilter.HeaderLength);
        foreach (var (seed, shape, _) in _shards)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(row, seed);
            BinaryPrimitives.WriteUInt32LittleEndian(row[8..], (uint)shape.SegmentLength);
            BinaryPrimitives.WriteUInt32LittleEndian(row[12..], (uint)shape.SegmentCount);
            row = row[BinaryFuseFilter.ShardRowLength..];
        }

        output.Write(head);
        foreach (var (_, _, fingerprints) in _shards)
            output.Write(fingerprints);
    }
}
