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

    /// <summary>Computes the root.</summary>
    /// <param name="records">Identifier and canonical bytes of each entry; identifiers do not repeat.</param>
    public static byte[] Compute(IEnumerable<(string EntryId, byte[] Record)> records)
    {
        var buckets = new SortedDictionary<string, byte[]>[BucketCount];
        foreach (var (entryId, record) in records)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(entryId));
            var bucket = (hash[0] << 4) | (hash[1] >> 4);
            (buckets[bucket] ??= new(StringComparer.Ordinal)).Add(entryId, SHA256.HashData(record));
        }

        using var root = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        root.AppendData("EdgeCheckpoint state root v1"u8);
        foreach (var bucket in buckets)
            root.AppendData(BucketHash(bucket));
        return root.GetHashAndReset();
    }

    private static byte[] BucketHash(SortedDictionary<string, byte[]>? bucket)
    {
        if (bucket is null)
            return new byte[RecordChain.ValueLength];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var recordHash in bucket.Values)
            hash.AppendData(recordHash);
        return hash.GetHashAndReset();
    }
}
