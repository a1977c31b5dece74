using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeCheckpoint.Watchlists;

/// <summary>The first page of a table; what stands where follows from the counts in it.</summary>
internal sealed class DocumentTableHeader
{
    private const int DirectoryHashAt = 64;
    private const int FilterHashAt = 96;

    internal required int DirectoryBits { get; init; }

    internal required long RowCount { get; init; }

    internal required ulong Version { get; init; }

    internal required ulong Follows { get; init; }

    internal required ulong KeyCheck { get; init; }

    internal required long FilterLength { get; init; }

    /// <summary>SHA-256.</summary>
    internal required byte[] DirectoryHash { get; init; }

    /// <summary>SHA-256.</summary>
    internal required byte[] FilterHash { get; init; }

    internal long DirectoryOffset => DocumentTableFormat.DirectoryOffset(RowCount, DirectoryBits);

    internal int DirectoryLength => DocumentTableFormat.DirectoryRowLength << DirectoryBits;

    internal long FilterOffset => DirectoryOffset + DirectoryLength;

    internal long TotalLength => FilterOffset + FilterLength;

    /// <summary>Writes the page.</summary>
    internal byte[] Encode()
    {
        var page = new byte[DocumentTableFormat.PageLength];
        var span = page.AsSpan();
        DocumentTableFormat.Magic.CopyTo(span);
        BinaryPrimitives.WriteUInt32LittleEndian(span[8..], DocumentTableFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(span[12..], (uint)DirectoryBits);
        BinaryPrimitives.WriteInt64LittleEndian(span[16..], RowCount);
        BinaryPrimitives.WriteInt64LittleEndian(span[24..], TotalLength);
        BinaryPrimitives.WriteUInt64LittleEndian(span[32..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(span[40..], Follows);
        BinaryPrimitives.WriteUInt64LittleEndian(span[48..], KeyCheck);
        BinaryPrimitives.WriteInt64LittleEndian(span[56..], FilterLength);
        DirectoryHash.CopyTo(span[DirectoryHashAt..]);
        FilterHash.CopyTo(span[FilterHashAt..]);
        SHA256.HashData(span[..DocumentTableFormat.HeaderHashAt], span[DocumentTableFormat.HeaderHashAt..]);
        return page;
    }

    /// <summary>Reads and checks the page, and the zeros between rows and directory.</summary>
    internal static Result<DocumentTableHeader, DocumentTableFailure> Read(ISectionSource source)
    {
        if (source.Length < DocumentTableFormat.PageLength)
            return Refused($"{source.Length} bytes are too few for a table of document numbers");
        var page = source.Read(0, DocumentTableFormat.PageLength);
        if (!page[..8].SequenceEqual(DocumentTableFormat.Magic))
            return Refused("this is not a table of document numbers");
        var format = BinaryPrimitives.ReadUInt32LittleEndian(page[8..]);
        if (format != DocumentTableFormat.Version)
            return Refused($"format {format} is not known; this program reads format {DocumentTableFormat.Version}");
        Span<byte> hash = stackalloc byte[DocumentTableFormat.HashLength];
        SHA256.HashData(page[..DocumentTableFormat.HeaderHashAt], hash);
        if (!hash.SequenceEqual(page.Slice(DocumentTableFormat.HeaderHashAt, DocumentTableFormat.HashLength)))
            return Refused("the hash does not agree");
        if (page[(DocumentTableFormat.HeaderHashAt + DocumentTableFormat.HashLength)..].ContainsAnyExcept((byte)0))
            return Refused("reserved bytes are not zero");
        return Decode(source, page);
    }

    private static Result<DocumentTableHeader, DocumentTableFailure> Decode(ISectionSource source, ReadOnlySpan<byte> page)
    {
        var directoryBits = BinaryPrimitives.ReadUInt32LittleEndian(page[12..]);
        var rowCount = BinaryPrimitives.ReadInt64LittleEndian(page[16..]);
        var totalLength = BinaryPrimitives.ReadInt64LittleEndian(page[24..]);
        var filterLength = BinaryPrimitives.ReadInt64LittleEndian(page[56..]);
        if (directoryBits > DocumentTableFormat.DirectoryBitsMax || rowCount is < 0 or > DocumentTableFormat.RowsMax)
            return Refused("impossible counts");
        if (totalLength != source.Length)
            return Refused($"{totalLength} bytes were written, {source.Length} are there");
        if (filterLength < 0 || filterLength > totalLength)
            return Refused("the filter reaches past the end");
        var header = new DocumentTableHeader
        {
            DirectoryBits = (int)directoryBits,
            RowCount = rowCount,
            Version = BinaryPrimitives.ReadUInt64LittleEndian(page[32..]),
            Follows = BinaryPrimitives.ReadUInt64LittleEndian(page[40..]),
            KeyCheck = BinaryPrimitives.ReadUInt64LittleEndian(page[48..]),
            FilterLength = filterLength,
            DirectoryHash = page.Slice(DirectoryHashAt, DocumentTableFormat.HashLength).ToArray(),
            FilterHash = page.Slice(FilterHashAt, DocumentTableFormat.HashLength).ToArray(),
        };
        if (header.TotalLength != totalLength)
            return Refused($"its parts need {header.TotalLength} bytes and have {totalLength}");
        if (header.Version <= header.Follows)
            return Refused($"version {header.Version} does not come after {header.Follows}");
        var rowsEnd = DocumentTableFormat.PageLength + (rowCount * DocumentTableFormat.RowLength((int)directoryBits));
        return source.Read(rowsEnd, (int)(header.DirectoryOffset - rowsEnd)).ContainsAnyExcept((byte)0)
            ? Refused("bytes between rows and directory are not zero")
            : header;
    }

    private static DocumentTableFailure Refused(string reason) => new(DocumentTableStage.Header, reason);
}
