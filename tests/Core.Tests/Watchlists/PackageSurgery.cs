using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeCheckpoint.Core.Tests.Watchlists;

/// <summary>Changes a package and mends its hashes, so that the check behind the hashes is reached.</summary>
internal static class PackageSurgery
{
    private const int Envelope = 64;
    private const int Row = 56;

    internal const int Info = 1, Documents = 9, BirthYears = 19, EntryStarts = 20, TokenTexts = 24, TokenStarts = 25, TokenWeights = 26,
        PostingCounts = 27, PostingStarts = 28, Postings = 29, Deletions = 30, Keys = 31, Tombstones = 32, NameSlots = 33, LongNames = 34,
        Entries = 40, EntryPlaces = 41, Templates = 42, NamePatterns = 43;

    internal static readonly int[] All =
        [Info, Documents, BirthYears, EntryStarts, .. Enumerable.Range(TokenTexts, LongNames - TokenTexts + 1), .. Enumerable.Range(Entries, NamePatterns - Entries + 1)];

    /// <summary>Where a section's row stands in the table.</summary>
    internal static int RowAt(byte[] package, int section)
    {
        var count = (int)BinaryPrimitives.ReadUInt32LittleEndian(package.AsSpan(12));
        for (var i = 0; i < count; i++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(package.AsSpan(Envelope + (i * Row))) == section)
                return Envelope + (i * Row);
        }

        throw new InvalidOperationException($"There is no section {section}.");
    }

    internal static int OffsetOf(byte[] package, int section) =>
        (int)BinaryPrimitives.ReadInt64LittleEndian(package.AsSpan(RowAt(package, section) + 8));

    internal static int LengthOf(byte[] package, int section) =>
        (int)BinaryPrimitives.ReadInt64LittleEndian(package.AsSpan(RowAt(package, section) + 16));

    /// <summary>A copy with bytes of a section replaced and all hashes right again.</summary>
    internal static byte[] WithSectionBytes(byte[] package, int section, int at, ReadOnlySpan<byte> value)
    {
        var changed = (byte[])package.Clone();
        value.CopyTo(changed.AsSpan(OffsetOf(package, section) + at));
        return MendHashes(changed);
    }

    /// <summary>A copy with a field of a section's row replaced and the hash of the table right again.</summary>
    internal static byte[] WithRow(byte[] package, int section, int at, long value)
    {
        var changed = (byte[])package.Clone();
        BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(RowAt(package, section) + at), value);
        return MendTable(changed);
    }

    internal static byte[] WithNumber(byte[] package, int section, uint number)
    {
        var changed = (byte[])package.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(RowAt(package, section)), number);
        return MendTable(changed);
    }

    internal static byte[] MendTable(byte[] package)
    {
        var count = (int)BinaryPrimitives.ReadUInt32LittleEndian(package.AsSpan(12));
        SHA256.HashData(package.AsSpan(Envelope, count * Row), package.AsSpan(24, 32));
        return package;
    }

    private static byte[] MendHashes(byte[] package)
    {
        var count = (int)BinaryPrimitives.ReadUInt32LittleEndian(package.AsSpan(12));
        for (var i = 0; i < count; i++)
        {
            var row = package.AsSpan(Envelope + (i * Row), Row);
            var offset = (int)BinaryPrimitives.ReadInt64LittleEndian(row[8..]);
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(row[16..]);
            SHA256.HashData(package.AsSpan(offset, length), row[24..]);
        }

        return MendTable(package);
    }
}
