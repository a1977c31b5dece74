namespace EdgeCheckpoint.Central.Appliances;

/// <summary>
/// One token bucket for each key: so many at once, so many a second after that. Our own, since the framework's limiters run on the
/// machine's clock and cannot be tested without waiting. Holds at most <see cref="KeysMax"/> keys; a full bucket is forgotten first,
/// which changes nothing.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
/// <param name="perSecond">Tokens that come back each second.</param>
/// <param name="capacity">Most that a bucket holds; at least 1.</param>
internal sealed class TokenBuckets(TimeProvider time, double perSecond, double capacity)
{
    /// <summary>Most keys held at once: more than a nation has appliances, a few megabytes.</summary>
    public const int KeysMax = 20_000;

    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Takes one token.</summary>
    /// <param name="wait">How long until there is one; zero when the method returns true.</param>
    public bool TryTake(string key, out TimeSpan wait)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (!_buckets.TryGetValue(key, out var bucket))
            {
                if (_buckets.Count >= KeysMax)
                    Forget(now);
                bucket = new Bucket(capacity, now);
            }

            var tokens = Filled(bucket, now);
            var isTaken = tokens >= 1;
            wait = isTaken ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - tokens) / perSecond);
            _buckets[key] = new Bucket(isTaken ? tokens - 1 : tokens, now);
            return isTaken;
        }
    }

    private double Filled(Bucket bucket, long now) =>
        Math.Min(capacity, bucket.Tokens + (time.GetElapsedTime(bucket.At, now).TotalSeconds * perSecond));

    /// <summary>Forgets the full buckets; when all are in use, all of them, since memory must not grow with strangers.</summary>
    private void Forget(long now)
    {
        foreach (var (key, bucket) in _buckets)
        {
            if (Filled(bucket, now) >= capacity)
                _buckets.Remove(key);
        }

        if (_buckets.Count >= KeysMax)
            _buckets.Clear();
    }

    private readonly record struct Bucket(double Tokens, long At);
}
