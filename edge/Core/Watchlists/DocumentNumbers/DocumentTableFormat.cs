using System.Buffers.Binary;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// The layout of a table of document numbers, little-endian: one page of header, rows, zeros to a multiple of 64,
/// directory, filter. The README beside this file gives every field.
/// </summary>
internal static class DocumentTableFormat
{
    internal const uint Version = 1;
    internal const int PageLength = 4096;
    internal const int DirectoryRowLength = 8;
    internal const int PayloadLength = 4;
    internal const int HashLength = 32;

    /// <summary>The hash over the header stands here, behind all that it covers; zeros follow to the end of the page.</summary>
    internal const int HeaderHashAt = 128;

    /// <summary>Rows are counted in 32 bits.</summary>
    internal const long RowsMax = uint.MaxValue;

    internal const int DirectoryBitsMax = 25;

    /// <summary>
    /// Buckets of 64 to 128 rows on average. Of hashes no bucket comes near a page then: 409 rows of 10 bytes would be 24
    /// standard deviations above 128.
    /// </summary>
    private const int RowsPerBucketMax = 128;

    private const int Alignment = 64;

    internal static ReadOnlySpan<byte> Magic => "ECDOCS\0\0"u8;

    internal static int DirectoryBitsFor(long rowCount)
    {
        var bits = 0;
        while (bits < DirectoryBitsMax && rowCount >> bits >= RowsPerBucketMax)
            bits++;
        return bits;
    }

    /// <summary>Bytes of the hash that the directory does not already say.</summary>
    internal static int HashBytes(int directoryBits) => (64 - directoryBits + 7) / 8;

    internal static int RowLength(int directoryBits) => HashBytes(directoryBits) + PayloadLength;

    /// <summary>The bits of a hash that a row keeps.</summary>
    internal static ulong RowMask(int directoryBits) => ulong.MaxValue >> (64 - (8 * HashBytes(directoryBits)));

    internal static int BucketOf(ulong hash, int directoryBits) => directoryBits == 0 ? 0 : (int)(hash >> (64 - directoryBits));

    internal static long DirectoryOffset(long rowCount, int directoryBits) =>
        (PageLength + (rowCount * RowLength(directoryBits)) + Alignment - 1) / Alignment * Alignment;

    /// <summary>Tells a wrong list key from a number that is not listed.</summary>
    internal static ulong KeyCheck(ReadOnlySpan<byte> listKey) => SipHash.Hash(listKey, "document table"u8);

    /// <summary>Tells a damaged bucket from a number that is not listed, without reading the rest of the file.</summary>
    internal static uint BucketCheck(ReadOnlySpan<byte> listKey, ReadOnlySpan<byte> rows) =>
        unchecked((uint)SipHash.Hash(listKey, rows));

    internal static void WriteRow(Span<byte> row, int hashBytes, ulong hash, uint payload)
    {
        for (var i = 0; i < hashBytes; i++)
            row[i] = unchecked((byte)(hash >> (8 * i)));
        BinaryPrimitives.WriteUInt32LittleEndian(row[hashBytes..], payload);
    }
}
