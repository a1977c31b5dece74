using System.Security.Cryptography;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>
/// What an entry says, whatever its term. A source that lists it again every day moves its end every day; a proposal about it must not be
/// overtaken by that.
/// </summary>
internal static class EntrySubstance
{
    /// <summary>SHA-256 of the canonical record without its end and its review.</summary>
    public static byte[] HashOf(WatchlistEntry entry) =>
        SHA256.HashData(EntryRecord.Encode(entry with { ExpiresOn = DateOnly.MinValue, ReviewOn = null }));

    /// <summary>The same of a record as it is stored.</summary>
    public static byte[] HashOf(ReadOnlyMemory<byte> record) => HashOf(EntryRecord.Decode(record).Value);

    /// <summary>A record with the cleared travellers of another; its term stays its own.</summary>
    public static byte[] WithClearedOf(ReadOnlyMemory<byte> record, ReadOnlyMemory<byte> other) =>
        EntryRecord.Encode(EntryRecord.Decode(record).Value with { Cleared = EntryRecord.Decode(other).Value.Cleared });
}
