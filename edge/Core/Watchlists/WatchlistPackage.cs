using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// An opened package: an immutable snapshot, read in place from its section source. Opening checks everything once
/// (envelope, table, hashes, every offset and ordinal), so that reading needs no further checks.
/// </summary>
/// <remarks>Safe for parallel use. Does not own its source.</remarks>
public sealed class WatchlistPackage
{
    private readonly ISectionSource _source;
    private readonly Dictionary<SectionNumber, (long Offset, long Length)> _sections;

    private WatchlistPackage(
        ISectionSource source, Dictionary<SectionNumber, (long Offset, long Length)> sections, PackageInfo info)
    {
        _source = source;
        _sections = sections;
        Info = info;
        TokenCount = (int)(sections[SectionNumber.Tokens].Length / PackageFormat.TokenRowLength);
    }

    public PackageInfo Info { get; }

    /// <summary>Distinct folded tokens.</summary>
    public int TokenCount { get; }

    public int NameCount => Info.NameCount;

    public int EntryCount => Info.EntryCount;

    /// <summary>Opens a package strictly.</summary>
    /// <param name="source">Untrusted bytes.</param>
    /// <returns>The package, or which part was refused and why.</returns>
    public static Result<WatchlistPackage, PackageFailure> Open(ISectionSource source)
    {
        if (!ReadTable(source).TryGet(out var sections, out var failure))
            return failure;
        var (infoOffset, infoLength) = sections[SectionNumber.Info];
        if (!PackageInfo.Parse(source.Read(infoOffset, checked((int)infoLength)).ToArray()).TryGet(out var info, out failure))
            return failure;
        var package = new WatchlistPackage(source, sections, info);
        failure = package.CheckIndex() ?? package.CheckRecords();
        return failure is null ? package : failure;
    }

    /// <summary>The text of a token: A to Z and 0 to 9.</summary>
    public ReadOnlySpan<byte> TokenText(int token)
    {
        var row = TokenRow(token);
        return Read(
            SectionNumber.TokenTexts,
            BinaryPrimitives.ReadInt64LittleEndian(row),
            BinaryPrimitives.ReadInt32LittleEndian(row[8..]));
    }

    /// <summary>Rarity weight of a token, 0.2 to 1, frozen when the package was compiled.</summary>
    public float TokenWeight(int token) => BinaryPrimitives.ReadSingleLittleEndian(TokenRow(token)[24..]);

    /// <summary>How many names contain a token.</summary>
    public int PostingCount(int token) => (int)BinaryPrimitives.ReadUInt32LittleEndian(TokenRow(token)[12..]);

    /// <summary>The name ordinals that contain a token, rising.</summary>
    public int Posting(int token, int index)
    {
        var first = BinaryPrimitives.ReadInt64LittleEndian(TokenRow(token)[16..]);
        return (int)BinaryPrimitives.ReadUInt32LittleEndian(Read(SectionNumber.Postings, (first + index) * 4, 4));
    }

    /// <summary>The entry a name belongs to.</summary>
    public int NameEntry(int name) => (int)BinaryPrimitives.ReadUInt32LittleEndian(NameRow(name));

    public NameQuality NameQuality(int name) => (NameQuality)NameRow(name)[10];

    public int NameTokenCount(int name) => BinaryPrimitives.ReadUInt16LittleEndian(NameRow(name)[8..]);

    /// <summary>The token at a position of a name.</summary>
    public int NameToken(int name, int position)
    {
        var first = BinaryPrimitives.ReadUInt32LittleEndian(NameRow(name)[4..]);
        return (int)BinaryPrimitives.ReadUInt32LittleEndian(Read(SectionNumber.NameTokens, (first + position) * 4L, 4));
    }

    /// <summary>Decodes an entry.</summary>
    /// <param name="entry">0 to <see cref="EntryCount"/> - 1.</param>
    public WatchlistEntry Entry(int entry) => EntryRecord.Decode(Record(entry).ToArray()).Value;

    /// <summary>The canonical bytes of an entry.</summary>
    public ReadOnlySpan<byte> Record(int entry)
    {
        var row = Read(SectionNumber.RecordIndex, (long)entry * PackageFormat.RecordRowLength, PackageFormat.RecordRowLength);
        return Read(
            SectionNumber.Records,
            BinaryPrimitives.ReadInt64LittleEndian(row),
            (int)BinaryPrimitives.ReadInt64LittleEndian(row[8..]));
    }

    /// <summary>Entries that name a document number. The hash may collide: compare the entry's documents.</summary>
    public IReadOnlyList<int> EntriesWithDocument(DocumentNumber number)
    {
        if (number.IsEmpty)
            return [];
        var hash = SipHash.Hash(Info.DocumentKey.Span, Encoding.ASCII.GetBytes(number.Value));
        var count = _sections[SectionNumber.Documents].Length / PackageFormat.DocumentRowLength;
        long low = 0, high = count;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (BinaryPrimitives.ReadUInt64LittleEndian(DocumentRow(middle)) < hash)
                low = middle + 1;
            else
                high = middle;
        }

        var entries = new List<int>();
        for (; low < count && BinaryPrimitives.ReadUInt64LittleEndian(DocumentRow(low)) == hash; low++)
            entries.Add((int)BinaryPrimitives.ReadUInt32LittleEndian(DocumentRow(low)[8..]));
        return entries;
    }

    private static Result<Dictionary<SectionNumber, (long Offset, long Length)>, PackageFailure> ReadTable(ISectionSource source)
    {
        if (source.Length < PackageFormat.EnvelopeLength)
            return new PackageFailure(PackageStage.Envelope, $"{source.Length} bytes are too few for a watchlist package");
        var envelope = source.Read(0, PackageFormat.EnvelopeLength);
        if (!envelope[..8].SequenceEqual(PackageFormat.Magic))
            return new PackageFailure(PackageStage.Envelope, "this is not a watchlist package");
        var format = BinaryPrimitives.ReadUInt32LittleEndian(envelope[8..]);
        if (format != PackageFormat.Version)
        {
            return new PackageFailure(
                PackageStage.Envelope, $"format {format} is not known; this program reads format {PackageFormat.Version}");
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(envelope[12..]);
        var length = BinaryPrimitives.ReadInt64LittleEndian(envelope[16..]);
        if (length != source.Length)
            return new PackageFailure(PackageStage.Envelope, $"{length} bytes were written, {source.Length} are there");
        if (envelope[56..].ContainsAnyExcept((byte)0))
            return new PackageFailure(PackageStage.Envelope, "reserved bytes are not zero");
        if (count is 0 or > PackageFormat.SectionsMax)
            return new PackageFailure(PackageStage.SectionTable, $"{count} sections");
        var tableLength = (int)count * PackageFormat.TableRowLength;
        if (source.Length < PackageFormat.EnvelopeLength + tableLength)
            return new PackageFailure(PackageStage.SectionTable, "cut off");
        var table = source.Read(PackageFormat.EnvelopeLength, tableLength);
        if (!SHA256.HashData(table).AsSpan().SequenceEqual(envelope.Slice(24, 32)))
            return new PackageFailure(PackageStage.SectionTable, "the hash does not agree");
        return ReadSections(source, table);
    }

    private static Result<Dictionary<SectionNumber, (long Offset, long Length)>, PackageFailure> ReadSections(
        ISectionSource source, ReadOnlySpan<byte> table)
    {
        var sections = new Dictionary<SectionNumber, (long Offset, long Length)>();
        for (var row = table; !row.IsEmpty; row = row[PackageFormat.TableRowLength..])
        {
            var number = (SectionNumber)BinaryPrimitives.ReadUInt32LittleEndian(row);
            var offset = BinaryPrimitives.ReadInt64LittleEndian(row[8..]);
            var length = BinaryPrimitives.ReadInt64LittleEndian(row[16..]);
            if (offset < 0 || length < 0 || offset > source.Length || length > source.Length - offset)
                return new PackageFailure(PackageStage.SectionTable, $"section {number} reaches past the end");
            if (!sections.TryAdd(number, (offset, length)))
                return new PackageFailure(PackageStage.SectionTable, $"section {number} stands twice");
            if (!HashAgrees(source, offset, length, row.Slice(24, 32)))
                return new PackageFailure(PackageStage.Section, $"the hash of section {number} does not agree");
        }

        foreach (var number in Enum.GetValues<SectionNumber>())
        {
            if (!sections.ContainsKey(number))
                return new PackageFailure(PackageStage.SectionTable, $"section {number} is missing");
        }

        return sections[SectionNumber.Info].Length > 64 * 1024
            ? new PackageFailure(PackageStage.Info, "too long")
            : sections;
    }

    private static bool HashAgrees(ISectionSource source, long offset, long length, ReadOnlySpan<byte> expected)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (length > 0)
        {
            var piece = (int)Math.Min(length, 1 << 20);
            hash.AppendData(source.Read(offset, piece));
            offset += piece;
            length -= piece;
        }

        return hash.GetHashAndReset().AsSpan().SequenceEqual(expected);
    }

    private PackageFailure? CheckIndex()
    {
        if (!RowsFit(SectionNumber.Names, PackageFormat.NameRowLength, NameCount)
            || !RowsFit(SectionNumber.RecordIndex, PackageFormat.RecordRowLength, EntryCount)
            || !RowsFit(SectionNumber.Tokens, PackageFormat.TokenRowLength, TokenCount)
            || _sections[SectionNumber.Documents].Length % PackageFormat.DocumentRowLength != 0)
        {
            return new PackageFailure(PackageStage.Index, "the number of rows does not agree with the counts");
        }

        for (var token = 0; token < TokenCount; token++)
        {
            var row = TokenRow(token);
            var text = BinaryPrimitives.ReadInt64LittleEndian(row);
            var textLength = BinaryPrimitives.ReadInt32LittleEndian(row[8..]);
            var first = BinaryPrimitives.ReadInt64LittleEndian(row[16..]);
            var count = BinaryPrimitives.ReadUInt32LittleEndian(row[12..]);
            if (text < 0 || textLength <= 0 || text > _sections[SectionNumber.TokenTexts].Length - textLength
                || first < 0 || first > (_sections[SectionNumber.Postings].Length / 4) - count)
            {
                return new PackageFailure(PackageStage.Index, $"token {token} points outside its section");
            }

            if (!float.IsFinite(TokenWeight(token)))
                return new PackageFailure(PackageStage.Index, $"token {token} has no weight");
        }

        return CheckNames() ?? CheckOrdinals(SectionNumber.Postings, 4, 0, NameCount) ?? CheckDocuments();
    }

    private PackageFailure? CheckNames()
    {
        var tokens = _sections[SectionNumber.NameTokens].Length / 4;
        for (var name = 0; name < NameCount; name++)
        {
            var row = NameRow(name);
            if (BinaryPrimitives.ReadUInt32LittleEndian(row) >= (uint)EntryCount
                || BinaryPrimitives.ReadUInt32LittleEndian(row[4..]) + (long)NameTokenCount(name) > tokens)
            {
                return new PackageFailure(PackageStage.Index, $"name {name} points outside its section");
            }

            if (NameQuality(name) is < Watchlists.NameQuality.Primary or > Watchlists.NameQuality.Weak)
                return new PackageFailure(PackageStage.Index, $"name {name} has an unknown quality");
        }

        return CheckOrdinals(SectionNumber.NameTokens, 4, 0, TokenCount);
    }

    private PackageFailure? CheckDocuments() => CheckOrdinals(SectionNumber.Documents, PackageFormat.DocumentRowLength, 8, EntryCount);

    private PackageFailure? CheckOrdinals(SectionNumber section, int rowLength, int at, int limit)
    {
        var length = _sections[section].Length;
        for (long offset = 0; offset < length; offset += rowLength)
        {
            if (length - offset < rowLength || BinaryPrimitives.ReadUInt32LittleEndian(Read(section, offset + at, 4)) >= (uint)limit)
                return new PackageFailure(PackageStage.Index, $"{section} names something that is not there");
        }

        return null;
    }

    private PackageFailure? CheckRecords()
    {
        var records = new List<(string EntryId, byte[] Record)>(EntryCount);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var entry = 0; entry < EntryCount; entry++)
        {
            var row = Read(SectionNumber.RecordIndex, (long)entry * PackageFormat.RecordRowLength, PackageFormat.RecordRowLength);
            var offset = BinaryPrimitives.ReadInt64LittleEndian(row);
            var length = BinaryPrimitives.ReadInt64LittleEndian(row[8..]);
            if (offset < 0 || length is < 0 or > 1 << 20 || offset > _sections[SectionNumber.Records].Length - length)
                return new PackageFailure(PackageStage.Records, $"record {entry} points outside its section");
            var bytes = Record(entry).ToArray();
            if (!EntryRecord.Decode(bytes).TryGet(out var decoded, out var failure))
                return failure with { Reason = $"record {entry}: {failure.Reason}" };
            if (!ids.Add(decoded.EntryId))
                return new PackageFailure(PackageStage.Records, $"record {entry} repeats an identifier");
            records.Add((decoded.EntryId, bytes));
        }

        return StateRoot.Compute(records).AsSpan().SequenceEqual(Info.StateRoot.Span)
            ? null
            : new PackageFailure(PackageStage.StateRoot, "the records do not give the root the package names");
    }

    private bool RowsFit(SectionNumber section, int rowLength, int count) =>
        _sections[section].Length == (long)rowLength * count;

    private ReadOnlySpan<byte> TokenRow(int token) =>
        Read(SectionNumber.Tokens, (long)token * PackageFormat.TokenRowLength, PackageFormat.TokenRowLength);

    private ReadOnlySpan<byte> NameRow(int name) =>
        Read(SectionNumber.Names, (long)name * PackageFormat.NameRowLength, PackageFormat.NameRowLength);

    private ReadOnlySpan<byte> DocumentRow(long row) =>
        Read(SectionNumber.Documents, row * PackageFormat.DocumentRowLength, PackageFormat.DocumentRowLength);

    private ReadOnlySpan<byte> Read(SectionNumber section, long offset, int length) =>
        _source.Read(_sections[section].Offset + offset, length);
}
