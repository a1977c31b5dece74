using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeCheckpoint.Watchlists;

/// <summary>Makes one payload of those of rows under one key; what it makes must not depend on their order.</summary>
public delegate uint MergePayloads(ReadOnlySpan<uint> payloads);

/// <summary>Writes a table of document numbers. The same rows, each added once, give the same bytes, whatever the order they come in.</summary>
/// <remarks>
/// Memory is bounded: 12 MiB of buffers, one shard of at most some two million rows (110 MB with the filter's working
/// memory), the finished filter (9 bits a row) and the directory. The rest waits in the temporary stream.
/// </remarks>
public sealed class DocumentTableWriter
{
    private readonly byte[] _listKey;
    private readonly ulong _version;
    private readonly ulong _follows;
    private readonly DocumentRowSorter _sorter;
    private readonly MergePayloads _merge;

    /// <param name="listKey">16 random bytes, the same for a base and its deltas.</param>
    /// <param name="version">Version of the list that this table brings; above <paramref name="follows"/>.</param>
    /// <param name="follows">The version a delta was made against; zero for a base.</param>
    /// <param name="temporary">Empty, readable, seekable; it holds 12 bytes a row in the clear of their hashes, so it is
    /// deleted afterwards. Null keeps the rows in memory.</param>
    /// <param name="merge">What becomes of rows under one key; null keeps the least payload.</param>
    public DocumentTableWriter(ReadOnlySpan<byte> listKey, ulong version, ulong follows = 0, Stream? temporary = null, MergePayloads? merge = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(listKey.Length, SipHash.KeyLength, nameof(listKey));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(version, follows);
        _listKey = listKey.ToArray();
        _version = version;
        _follows = follows;
        _sorter = new DocumentRowSorter(temporary);
        _merge = merge ?? Least;
    }

    /// <summary>Version of the list that the table brings.</summary>
    internal ulong Version => _version;

    /// <summary>Rows added; more than are written when keys repeat.</summary>
    internal long AddedCount => _sorter.RowCount;

    /// <summary>Bytes of the table of what was added so far, or more.</summary>
    internal long LengthMax => (4 * DocumentTableFormat.PageLength)
        + (_sorter.RowCount * DocumentTableFormat.RowLength(DocumentTableFormat.DirectoryBitsFor(_sorter.RowCount)))
        + ((long)DocumentTableFormat.DirectoryRowLength << DocumentTableFormat.DirectoryBitsFor(_sorter.RowCount))
        + (_sorter.RowCount * 3 / 2);

    /// <summary>Adds a document. Rows under one key become one.</summary>
    /// <param name="payload">Reference to a record or a category.</param>
    /// <exception cref="ArgumentOutOfRangeException">The payload is <see cref="DocumentTable.WithdrawnPayload"/>.</exception>
    public void Add(DocumentKey key, uint payload)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(payload, DocumentTable.WithdrawnPayload);
        _sorter.Add(key.Hash, payload);
    }

    /// <summary>Takes a document off the list; a row under the same key in this table has precedence.</summary>
    /// <exception cref="InvalidOperationException">A base has nothing to withdraw.</exception>
    public void Withdraw(DocumentKey key)
    {
        if (_follows == 0)
            throw new InvalidOperationException("A base has nothing to withdraw.");
        _sorter.Add(key.Hash, DocumentTable.WithdrawnPayload);
    }

    /// <summary>
    /// Sorts and writes: 1. a page of zeros, 2. shard by shard the rows, and their part of the filter, 3. directory and
    /// filter, 4. the header in place of the zeros. A writer is used once.
    /// </summary>
    /// <param name="output">Writable and seekable; the table begins where the stream stands, and the stream is left at
    /// the table's end.</param>
    /// <returns>How many rows were written; fewer than were added when keys repeat.</returns>
    public long Finish(Stream output)
    {
        if (_sorter.RowCount > DocumentTableFormat.RowsMax)
            throw new InvalidOperationException($"{_sorter.RowCount} rows are more than a table holds.");
        var directoryBits = DocumentTableFormat.DirectoryBitsFor(_sorter.RowCount);
        var directory = new byte[DocumentTableFormat.DirectoryRowLength << directoryBits];
        var start = output.Position;

        // 1.
        output.Write(new byte[DocumentTableFormat.PageLength]);

        // 2.
        var filter = new BinaryFuseFilterWriter(BinaryFuseFilterWriter.ShardBitsFor(_sorter.RowCount));
        var rowCount = WriteRows(output, directoryBits, directory, filter);

        // 3.
        var rowsEnd = DocumentTableFormat.PageLength + (rowCount * DocumentTableFormat.RowLength(directoryBits));
        output.Write(new byte[DocumentTableFormat.DirectoryOffset(rowCount, directoryBits) - rowsEnd]);
        output.Write(directory);
        var filterHash = WriteFilter(output, filter);

        // 4.
        var header = new DocumentTableHeader
        {
            DirectoryBits = directoryBits,
            RowCount = rowCount,
            Version = _version,
            Follows = _follows,
            KeyCheck = DocumentTableFormat.KeyCheck(_listKey),
            FilterLength = filter.Length,
            DirectoryHash = SHA256.HashData(directory),
            FilterHash = filterHash,
        };
        output.Position = start;
        output.Write(header.Encode());
        output.Position = start + header.TotalLength;
        return rowCount;
    }

    private static uint Least(ReadOnlySpan<uint> payloads)
    {
        var least = uint.MaxValue;
        foreach (var payload in payloads)
            least = Math.Min(least, payload);
        return least;
    }

    private static byte[] WriteFilter(Stream output, BinaryFuseFilterWriter filter)
    {
        using var sha256 = SHA256.Create();
        using (var hashing = new CryptoStream(output, sha256, CryptoStreamMode.Write, leaveOpen: true))
            filter.WriteTo(hashing);
        return sha256.Hash!;
    }

    private long WriteRows(Stream output, int directoryBits, Span<byte> directory, BinaryFuseFilterWriter filter)
    {
        var shardBits = BinaryFuseFilterWriter.ShardBitsFor(_sorter.RowCount);
        var sharesPerShard = 1 << (DocumentRowSorter.ShareBits - shardBits);
        var bucketsPerShard = 1 << (directoryBits - shardBits);
        ulong[] hashes = [];
        uint[] payloads = [];
        long rowCount = 0;
        for (var shard = 0; shard < 1 << shardBits; shard++)
        {
            var count = _sorter.Take(shard * sharesPerShard, sharesPerShard, _merge, ref hashes, ref payloads);
            filter.AddShard(hashes.AsSpan(0, count));
            var at = 0;
            for (var bucket = shard * bucketsPerShard; bucket < (shard + 1) * bucketsPerShard; bucket++)
            {
                var end = at;
                while (end < count && DocumentTableFormat.BucketOf(hashes[end], directoryBits) == bucket)
                    end++;
                var check = WriteBucket(output, directoryBits, hashes.AsSpan(at..end), payloads.AsSpan(at..end));
                var row = directory[(bucket * DocumentTableFormat.DirectoryRowLength)..];
                BinaryPrimitives.WriteUInt32LittleEndian(row, (uint)rowCount);
                BinaryPrimitives.WriteUInt32LittleEndian(row[4..], check);
                rowCount += end - at;
                at = end;
            }
        }

        return rowCount;
    }

    private uint WriteBucket(Stream output, int directoryBits, ReadOnlySpan<ulong> hashes, ReadOnlySpan<uint> payloads)
    {
        var hashBytes = DocumentTableFormat.HashBytes(directoryBits);
        var rowLength = DocumentTableFormat.RowLength(directoryBits);
        if (hashes.Length * rowLength > DocumentTableFormat.PageLength)
            throw new InvalidOperationException($"{hashes.Length} rows in one bucket: these keys are not hashes.");
        Span<byte> rows = stackalloc byte[DocumentTableFormat.PageLength];
        for (var i = 0; i < hashes.Length; i++)
            DocumentTableFormat.WriteRow(rows[(i * rowLength)..], hashBytes, hashes[i], payloads[i]);
        rows = rows[..(hashes.Length * rowLength)];
        output.Write(rows);
        return DocumentTableFormat.BucketCheck(_listKey, rows);
    }
}
