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
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(item.EntryId));
            (buckets[(hash[0] << 4) | (hash[1] >> 4)] ??= []).Add(item);
        }

        using var root = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        root.AppendData("EdgeCheckpoint state root v1"u8);
        foreach (var bucket in buckets)
            root.AppendData(BucketHash(bucket));
        return root.GetHashAndReset();
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
