using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Listed document numbers by keyed hash: a base, or one delta with withdrawals. The filter in front answers nearly every
/// stranger; behind it a look-up reads one bucket, which lies in two pages of 4 KiB at most, so that the rows may stay on
/// disk. The directory is copied into memory when the table is opened.
/// </summary>
/// <remarks>
/// Safe for parallel use. Does not own its source. Opening hashes header, directory and filter, not the rows: a gigabyte
/// on an SD card takes some half a minute. Each bucket has a check instead, which every look-up verifies;
/// <see cref="CheckRows"/> verifies all of them, once, when a release is installed.
/// </remarks>
public sealed class DocumentTable
{
    /// <summary>The payload no row may have: it marks a withdrawal.</summary>
    public const uint WithdrawnPayload = uint.MaxValue;

    private readonly ISectionSource _source;
    private readonly byte[] _listKey;
    private readonly DocumentTableHeader _header;
    private readonly ulong[] _directory;
    private readonly BinaryFuseFilter _filter;
    private readonly int _hashBytes;
    private readonly int _rowLength;
    private readonly ulong _rowMask;

    private DocumentTable(
        ISectionSource source, byte[] listKey, DocumentTableHeader header, ulong[] directory, BinaryFuseFilter filter)
    {
        _source = source;
        _listKey = listKey;
        _header = header;
        _directory = directory;
        _filter = filter;
        _hashBytes = DocumentTableFormat.HashBytes(header.DirectoryBits);
        _rowLength = DocumentTableFormat.RowLength(header.DirectoryBits);
        _rowMask = DocumentTableFormat.RowMask(header.DirectoryBits);
    }

    /// <summary>Version of the list after this table; rises with every delta.</summary>
    public ulong Version => _header.Version;

    /// <summary>The version this delta was made against; zero for a base.</summary>
    public ulong Follows => _header.Follows;

    public long RowCount => _header.RowCount;

    /// <summary>Bytes of the filter, which should stay in memory; the rows need not.</summary>
    public long FilterLength => _filter.Length;

    internal ReadOnlySpan<byte> ListKey => _listKey;

    /// <summary>Opens a table strictly, but for its rows.</summary>
    /// <param name="source">Untrusted bytes.</param>
    /// <param name="listKey">16 bytes.</param>
    /// <returns>The table, or which part was refused and why.</returns>
    public static Result<DocumentTable, DocumentTableFailure> Open(ISectionSource source, ReadOnlySpan<byte> listKey)
    {
        if (!DocumentTableHeader.Read(source).TryGet(out var header, out var failure))
            return failure;
        if (header.KeyCheck != DocumentTableFormat.KeyCheck(listKey))
            return new DocumentTableFailure(DocumentTableStage.ListKey, "it was made under another list key");
        if (!ReadDirectory(source, header).TryGet(out var directory, out failure))
            return failure;
        if (!HashAgrees(source, header.FilterOffset, header.FilterLength, header.FilterHash))
            return new DocumentTableFailure(DocumentTableStage.Filter, "the hash does not agree");
        if (!BinaryFuseFilter.Open(source, header.FilterOffset, header.FilterLength).TryGet(out var filter, out failure))
            return failure;
        if (filter.KeyCount != header.RowCount)
        {
            return new DocumentTableFailure(
                DocumentTableStage.Filter, $"it holds {filter.KeyCount} keys, the table {header.RowCount} rows");
        }

        return new DocumentTable(source, listKey.ToArray(), header, directory, filter);
    }

    /// <summary>False: certainly not in this table. Touches memory only.</summary>
    public bool MayContain(DocumentKey key) => _filter.MayContain(key.Hash);

    /// <summary>Looks a key up: filter first, then rows.</summary>
    public DocumentLookup Find(DocumentKey key) => MayContain(key) ? FindRow(key) : default;

    /// <summary>Looks a key up in the rows, past the filter: at most two pages.</summary>
    public DocumentLookup FindRow(DocumentKey key)
    {
        var bucket = DocumentTableFormat.BucketOf(key.Hash, _header.DirectoryBits);
        var rows = Bucket(bucket);
        if (DocumentTableFormat.BucketCheck(_listKey, rows) != unchecked((uint)(_directory[bucket] >> 32)))
            return new DocumentLookup(DocumentStanding.Unreadable, 0);
        var wanted = key.Hash & _rowMask;
        int low = 0, high = rows.Length / _rowLength;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (RowHash(rows, middle) < wanted)
                low = middle + 1;
            else
                high = middle;
        }

        if (low == rows.Length / _rowLength || RowHash(rows, low) != wanted)
            return default;
        var payload = RowPayload(rows, low);
        return payload == WithdrawnPayload
            ? new DocumentLookup(DocumentStanding.Withdrawn, 0)
            : new DocumentLookup(DocumentStanding.Listed, payload);
    }

    /// <summary>Verifies every row: checks, order, place, filter. Reads the whole table once.</summary>
    /// <returns>The first fault; null when there is none.</returns>
    public DocumentTableFailure? CheckRows()
    {
        for (var bucket = 0; bucket < _directory.Length; bucket++)
        {
            var rows = Bucket(bucket);
            if (DocumentTableFormat.BucketCheck(_listKey, rows) != unchecked((uint)(_directory[bucket] >> 32)))
                return new DocumentTableFailure(DocumentTableStage.Rows, $"the check of bucket {bucket} does not agree");
            if (BucketProblem(bucket, rows) is { } problem)
                return new DocumentTableFailure(DocumentTableStage.Rows, $"bucket {bucket}: {problem}");
        }

        return null;
    }

    /// <summary>Every row in order of its key. Call <see cref="CheckRows"/> before trusting them.</summary>
    public IEnumerable<(DocumentKey Key, uint Payload)> Rows()
    {
        for (var bucket = 0; bucket < _directory.Length; bucket++)
        {
            var count = Bucket(bucket).Length / _rowLength;
            for (var row = 0; row < count; row++)
            {
                var rows = Bucket(bucket);
                yield return (new DocumentKey(WholeHash(bucket, RowHash(rows, row))), RowPayload(rows, row));
            }
        }
    }

    private static Result<ulong[], DocumentTableFailure> ReadDirectory(ISectionSource source, DocumentTableHeader header)
    {
        if (!HashAgrees(source, header.DirectoryOffset, header.DirectoryLength, header.DirectoryHash))
            return new DocumentTableFailure(DocumentTableStage.Directory, "the hash does not agree");
        var bytes = source.Read(header.DirectoryOffset, header.DirectoryLength);
        var directory = new ulong[1 << header.DirectoryBits];
        for (var i = 0; i < directory.Length; i++)
            directory[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * DocumentTableFormat.DirectoryRowLength)..]);
        var bucketRowsMax = DocumentTableFormat.PageLength / DocumentTableFormat.RowLength(header.DirectoryBits);
        long end = header.RowCount;
        for (var i = directory.Length - 1; i >= 0; i--)
        {
            var first = (long)(directory[i] & uint.MaxValue);
            if (first > end || end - first > bucketRowsMax)
                return new DocumentTableFailure(DocumentTableStage.Directory, $"bucket {i} ends before it begins or is longer than a page");
            end = first;
        }

        return end == 0
            ? directory
            : new DocumentTableFailure(DocumentTableStage.Directory, "the first bucket does not begin at the first row");
    }

    private static bool HashAgrees(ISectionSource source, long offset, long length, ReadOnlySpan<byte> expected)
    {
        const int ChunkLength = 1 << 20;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long done = 0; done < length; done += ChunkLength)
            hash.AppendData(source.Read(offset + done, (int)Math.Min(ChunkLength, length - done)));
        Span<byte> computed = stackalloc byte[DocumentTableFormat.HashLength];
        hash.GetHashAndReset(computed);
        return computed.SequenceEqual(expected);
    }

    private ReadOnlySpan<byte> Bucket(int bucket)
    {
        var first = (long)(_directory[bucket] & uint.MaxValue);
        var end = bucket + 1 < _directory.Length ? (long)(_directory[bucket + 1] & uint.MaxValue) : _header.RowCount;
        return _source.Read(DocumentTableFormat.PageLength + (first * _rowLength), (int)(end - first) * _rowLength);
    }

    private string? BucketProblem(int bucket, ReadOnlySpan<byte> rows)
    {
        ulong previous = 0;
        for (var row = 0; row < rows.Length / _rowLength; row++)
        {
            var hash = WholeHash(bucket, RowHash(rows, row));
            if (DocumentTableFormat.BucketOf(hash, _header.DirectoryBits) != bucket || (hash & _rowMask) != RowHash(rows, row))
                return "a row stands in the wrong bucket";
            if (row > 0 && hash <= previous)
                return "rows do not rise";
            if (Follows == 0 && RowPayload(rows, row) == WithdrawnPayload)
                return "a base withdraws";
            if (!_filter.MayContain(hash))
                return "the filter does not know a row";
            previous = hash;
        }

        return null;
    }

    /// <summary>A row of 9 bytes or more can be read as 8, whatever part of the hash it keeps.</summary>
    private ulong RowHash(ReadOnlySpan<byte> rows, int row) =>
        BinaryPrimitives.ReadUInt64LittleEndian(rows[(row * _rowLength)..]) & _rowMask;

    private uint RowPayload(ReadOnlySpan<byte> rows, int row) =>
        BinaryPrimitives.ReadUInt32LittleEndian(rows[((row * _rowLength) + _hashBytes)..]);

    private ulong WholeHash(int bucket, ulong rowHash) =>
        _header.DirectoryBits == 0 ? rowHash : rowHash | ((ulong)bucket << (64 - _header.DirectoryBits));
}
