namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Computes the fingerprints of one shard: every key goes to three places, keys that have a place to themselves are
/// peeled off until none is left, and in the reverse order each sets the one place that is its own.
/// </summary>
/// <remarks>Keeps its working memory for the next shard, some 23 bytes a key.</remarks>
internal sealed class BinaryFuseShardBuilder
{
    /// <summary>Peeling fails with some chance of a few in a hundred; a hundred failures in a row is a bug.</summary>
    private const int AttemptsMax = 100;

    /// <summary>A key adds 4 to the count of a place; the two bits below hold which of its three places it is.</summary>
    private const int OneKey = 4;

    private byte[] _counts = [];
    private ulong[] _sums = [];
    private int[] _alone = [];
    private ulong[] _peeled = [];
    private byte[] _peeledAt = [];

    /// <summary>Builds a shard.</summary>
    /// <param name="keys">Without repetition.</param>
    /// <returns>The seed under which it worked, the shape, and the fingerprints.</returns>
    /// <exception cref="InvalidOperationException">Keys repeat.</exception>
    internal (ulong Seed, BinaryFuseShape Shape, byte[] Fingerprints) Build(ReadOnlySpan<ulong> keys)
    {
        var shape = BinaryFuseShape.For(keys.Length);
        Reserve(keys.Length, shape.FingerprintCount);
        for (ulong attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            // Seeds follow from the attempt alone, so that the same keys always give the same bytes.
            var seed = BinaryFuseShape.Mix(attempt, 0x9e3779b97f4a7c15UL);
            if (TryPeel(keys, shape, seed))
                return (seed, shape, Assign(keys.Length, shape));
        }

        throw new InvalidOperationException($"No seed out of {AttemptsMax} works for {keys.Length} keys: do some repeat?");
    }

    private void Reserve(int keyCount, int placeCount)
    {
        if (_counts.Length < placeCount)
        {
            _counts = new byte[placeCount];
            _sums = new ulong[placeCount];
            _alone = new int[placeCount];
        }

        if (_peeled.Length < keyCount)
        {
            _peeled = new ulong[keyCount];
            _peeledAt = new byte[keyCount];
        }
    }

    private bool TryPeel(ReadOnlySpan<ulong> keys, BinaryFuseShape shape, ulong seed)
    {
        if (!TryFill(keys, shape, seed))
            return false;
        var waiting = 0;
        for (var place = 0; place < shape.FingerprintCount; place++)
        {
            if (_counts[place] / OneKey == 1)
                _alone[waiting++] = place;
        }

        var peeled = 0;
        while (waiting > 0)
        {
            var place = _alone[--waiting];
            if (_counts[place] / OneKey != 1)
                continue;
            var mixed = _sums[place];
            var which = _counts[place] % OneKey;
            _peeled[peeled] = mixed;
            _peeledAt[peeled++] = (byte)which;
            shape.Places(mixed, out var first, out var second, out var third);
            if (which != 0)
                Remove(first, 0, mixed, ref waiting);
            if (which != 1)
                Remove(second, 1, mixed, ref waiting);
            if (which != 2)
                Remove(third, 2, mixed, ref waiting);
        }

        return peeled == keys.Length;
    }

    private bool TryFill(ReadOnlySpan<ulong> keys, BinaryFuseShape shape, ulong seed)
    {
        Array.Clear(_counts, 0, shape.FingerprintCount);
        Array.Clear(_sums, 0, shape.FingerprintCount);
        var isCrowded = false;
        foreach (var key in keys)
        {
            var mixed = BinaryFuseShape.Mix(key, seed);
            shape.Places(mixed, out var first, out var second, out var third);
            isCrowded |= Add(first, 0, mixed) | Add(second, 1, mixed) | Add(third, 2, mixed);
        }

        return !isCrowded;
    }

    /// <returns>True when the count of the place ran over: 64 keys at one place.</returns>
    private bool Add(int place, int which, ulong mixed)
    {
        var count = unchecked((byte)((_counts[place] + OneKey) ^ which));
        _counts[place] = count;
        _sums[place] ^= mixed;
        return count < OneKey;
    }

    private void Remove(int place, int which, ulong mixed, ref int waiting)
    {
        var count = (_counts[place] - OneKey) ^ which;
        _counts[place] = (byte)count;
        _sums[place] ^= mixed;
        if (count / OneKey == 1)
            _alone[waiting++] = place;
    }

    private byte[] Assign(int keyCount, BinaryFuseShape shape)
    {
        var fingerprints = new byte[shape.FingerprintCount];
        for (var i = keyCount - 1; i >= 0; i--)
        {
            var mixed = _peeled[i];
            shape.Places(mixed, out var first, out var second, out var third);
            var own = _peeledAt[i] switch { 0 => first, 1 => second, _ => third };
            fingerprints[own] = 0;
            fingerprints[own] = (byte)(BinaryFuseShape.Fingerprint(mixed)
                ^ fingerprints[first] ^ fingerprints[second] ^ fingerprints[third]);
        }

        return fingerprints;
    }
}
