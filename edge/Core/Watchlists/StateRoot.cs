using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// One hash over all records of a list, whatever their order and however they are indexed: SHA-256 over 4,096 bucket
/// hashes, an entry's bucket being the first 12 bits of SHA-256 of its identifier. Equal roots mean equal lists; after a
/// difference only the differing buckets need comparing.
/// </summary>
public static class StateRoot
{
    public const int BucketCount = 4096;

    /// <summary>Longer identifiers are read with an object for each.</summary>
    private const int IdLengthUsual = 128;

    /// <summary>Computes the root.</summary>
    /// <param name="records">Identifier and canonical bytes of each entry; identifiers do not repeat.</param>
    /// <exception cref="ArgumentException">An identifier repeats.</exception>
    public static byte[] Compute(IEnumerable<(string EntryId, byte[] Record)> records) =>
        ComputeFromHashes(records.Select(static item => (item.EntryId, SHA256.HashData(item.Record))));

    /// <summary>The same from the SHA-256 of each record, for lists whose records do not fit into memory together.</summary>
    /// <exception cref="ArgumentException">An identifier repeats.</exception>
    public static byte[] ComputeFromHashes(IEnumerable<(string EntryId, byte[] Hash)> hashes)
    {
        var buckets = new List<(string EntryId, byte[] Hash)>?[BucketCount];
        foreach (var item in hashes)
        {
            (buckets[BucketOf(Encoding.UTF8.GetBytes(item.EntryId))] ??= []).Add(item);
        }

        using var root = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        root.AppendData("EdgeCheckpoint state root v1"u8);
        foreach (var bucket in buckets)
            root.AppendData(BucketHash(bucket));
        return root.GetHashAndReset();
    }

    /// <summary>
    /// The root of what a base and its overlays make together. Takes seconds for a million entries and some twelve bytes of memory for
    /// each, since it is computed on appliances beside the list they search.
    /// </summary>
    /// <exception cref="InvalidDataException">An entry is damaged.</exception>
    /// <exception cref="ArgumentException">An identifier repeats.</exception>
    public static byte[] Of(WatchlistRuns list)
    {
        var (ordered, starts) = OrderByBucket(list);
        using var root = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        root.AppendData("EdgeCheckpoint state root v1"u8);
        var bucket = new List<(string EntryId, byte[] Hash)>();
        for (var i = 0; i < BucketCount; i++)
        {
            bucket.Clear();
            foreach (var (run, entry) in ordered.AsSpan(starts[i]..starts[i + 1]))
            {
                var package = list.Runs[run];
                var decoded = package.Entry(entry);
                bucket.Add((decoded.EntryId, SHA256.HashData(package.Record(entry, decoded))));
            }

            root.AppendData(BucketHash(bucket.Count == 0 ? null : bucket));
        }

        return root.GetHashAndReset();
    }

    /// <summary>Live entries by their bucket, and where each bucket begins.</summary>
    private static ((byte Run, int Entry)[] Ordered, int[] Starts) OrderByBucket(WatchlistRuns list)
    {
        var buckets = new ushort[list.EntryCount];
        var starts = new int[BucketCount + 1];
        var found = 0;
        foreach (var (run, entry) in Live(list))
        {
            var bucket = BucketOf(list.Runs[run], entry);
            buckets[found++] = bucket;
            starts[bucket + 1]++;
        }

        for (var i = 0; i < BucketCount; i++)
            starts[i + 1] += starts[i];
        var next = starts[..BucketCount];
        var ordered = new (byte Run, int Entry)[found];
        found = 0;
        foreach (var (run, entry) in Live(list))
            ordered[next[buckets[found++]]++] = ((byte)run, entry);
        return (ordered, starts);
    }

    private static IEnumerable<(int Run, int Entry)> Live(WatchlistRuns list)
    {
        for (var run = 0; run < list.Runs.Length; run++)
        {
            for (var entry = 0; entry < list.Runs[run].EntryCount; entry++)
            {
                if (list.IsLive(run, entry))
                    yield return (run, entry);
            }
        }
    }

    private static ushort BucketOf(WatchlistPackage package, int entry)
    {
        Span<char> letters = stackalloc char[IdLengthUsual];
        Span<byte> bytes = stackalloc byte[IdLengthUsual * 3];
        if (!package.TryReadId(entry, letters, out var length))
            return BucketOf(Encoding.UTF8.GetBytes(package.EntryId(entry)));
        return BucketOf(bytes[..Encoding.UTF8.GetBytes(letters[..length], bytes)]);
    }

    private static ushort BucketOf(ReadOnlySpan<byte> entryId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(entryId, hash);
        return (ushort)((hash[0] << 4) | (hash[1] >> 4));
    }

    private static byte[] BucketHash(List<(string EntryId, byte[] Hash)>? bucket)
    {
        if (bucket is null)
            return new byte[RecordChain.ValueLength];
        bucket.Sort(static (left, right) => string.CompareOrdinal(left.EntryId, right.EntryId));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < bucket.Count; i++)
        {
            if (i > 0 && bucket[i].EntryId == bucket[i - 1].EntryId)
                throw new ArgumentException($"The identifier {bucket[i].EntryId} stands twice in the list.");
            hash.AppendData(bucket[i].Hash);
        }

        return hash.GetHashAndReset();
    }
}
