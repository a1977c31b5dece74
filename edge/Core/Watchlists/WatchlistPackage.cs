using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// An opened package: an immutable snapshot, read in place from its section source. Opening checks everything once
/// (envelope, table, hashes, every offset and ordinal), so that reading needs no further checks.
/// </summary>
/// <remarks>Safe for parallel use. Does not own its source.</remarks>
public sealed class WatchlistPackage
{
    private static readonly SectionNumber[] Needed =
    [
        .. Enum.GetValues<SectionNumber>().Where(static number => number is not (SectionNumber.PlainRecords or SectionNumber.PlainRecordIndex)),
    ];

    private static readonly SectionNumber[] NeededForEntries =
        [SectionNumber.Info, SectionNumber.Documents, SectionNumber.Entries, SectionNumber.EntryIndex, SectionNumber.Templates, SectionNumber.Tombstones];

    private readonly PackageTable _table;
    private readonly byte[][] _templates;

    private WatchlistPackage(PackageTable table, PackageInfo info, byte[][] templates) =>
        (_table, Info, _templates) = (table, info, templates);

    public PackageInfo Info { get; }

    public int NameCount => Info.NameCount;

    public int EntryCount => Info.EntryCount;

    /// <summary>Distinct folded tokens.</summary>
    public int TokenCount => _table.Section(SectionNumber.TokenWeights).Length;

    /// <summary>Identifiers of entries of older runs that this one removes; empty for a base.</summary>
    public IReadOnlyList<string> RemovedEntryIds { get; private init; } = [];

    /// <summary>Opens a package strictly.</summary>
    /// <param name="source">Untrusted bytes.</param>
    /// <param name="checkRecords">True reads every record and computes the state root again, which takes seconds for a large
    /// list and is done once, before a list is installed. False relies on the hashes of the sections.</param>
    /// <returns>The package, or which part was refused and why.</returns>
    public static Result<WatchlistPackage, PackageFailure> Open(ISectionSource source, bool checkRecords = true)
    {
        if (!PackageTable.Read(source).TryGet(out var table, out var failure))
            return failure;
        var infoBytes = table.Section(SectionNumber.Info);
        if (infoBytes.Length > 64 * 1024)
            return new PackageFailure(PackageStage.Info, "too long");
        if (!PackageInfo.Parse(infoBytes.ToArray()).TryGet(out var info, out failure))
            return failure;
        if (table.Format == PackageFormat.VersionWithPlainRecords)
            return PlainPackage.Reindex(table, info);
        foreach (var number in table.Format == PackageFormat.VersionWithoutSlots ? NeededForEntries : Needed)
        {
            if (!table.Has(number))
                return new PackageFailure(PackageStage.SectionTable, $"section {number} is missing");
        }

        // Names folded by other rules would miss each other in silence; the records say what the names are.
        if (table.Format == PackageFormat.VersionWithoutSlots || info.FoldingVersion != NameFolding.Version)
            return ReadEntries(table, info, checkRecords: true).TryGet(out var package, out failure) ? package.Reindexed() : failure;
        return OpenIndexed(table, info, checkRecords);
    }

    /// <summary>Decodes an entry.</summary>
    /// <param name="entry">0 to <see cref="EntryCount"/> - 1.</param>
    /// <exception cref="InvalidDataException">The entry is damaged, which opening with checked records finds before.</exception>
    public WatchlistEntry Entry(int entry) =>
        TryEntry(entry).TryGet(out var decoded, out var failure)
            ? decoded
            : throw new InvalidDataException($"Entry {entry} of the list cannot be read: {failure.Reason}.");

    /// <summary>The identifier of an entry, without decoding the rest.</summary>
    /// <exception cref="InvalidDataException">The entry is damaged.</exception>
    public string EntryId(int entry) => PackedEntry.ReadId(Packed(entry)) ?? Entry(entry).EntryId;

    /// <summary>The canonical bytes of an entry.</summary>
    /// <exception cref="InvalidDataException">The entry is damaged.</exception>
    public byte[] Record(int entry) => PackedEntry.Record(Packed(entry), Entry(entry));

    /// <summary>Entries that name a document number. The hash may collide: compare the entry's documents.</summary>
    public IReadOnlyList<int> EntriesWithDocument(DocumentNumber number)
    {
        if (number.IsEmpty)
            return [];
        var rows = _table.Section(SectionNumber.Documents);
        var hash = SipHash.Hash(Info.DocumentKey.Span, Encoding.ASCII.GetBytes(number.Value));
        int low = 0, high = rows.Length / PackageFormat.DocumentRowLength;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (DocumentHash(rows, middle) < hash)
                low = middle + 1;
            else
                high = middle;
        }

        if (low * PackageFormat.DocumentRowLength >= rows.Length || DocumentHash(rows, low) != hash)
            return [];
        var entries = new List<int>();
        for (; low * PackageFormat.DocumentRowLength < rows.Length && DocumentHash(rows, low) == hash; low++)
            entries.Add((int)BinaryPrimitives.ReadUInt32LittleEndian(rows[((low * PackageFormat.DocumentRowLength) + 8)..]));
        return entries;
    }

    /// <summary>Frozen weight of a token as an overlay takes it over; null for one this package does not have.</summary>
    public byte? WeightOf(string token)
    {
        var index = Index();
        var ordinal = index.Find(token);
        return ordinal < 0 ? null : index.WeightByte(ordinal);
    }

    /// <summary>The name index as spans.</summary>
    internal PackageIndex Index() => new(_table);

    internal static int CompareText(ReadOnlySpan<byte> text, ReadOnlySpan<char> other)
    {
        var length = Math.Min(text.Length, other.Length);
        for (var i = 0; i < length; i++)
        {
            if (text[i] != other[i])
                return text[i] - other[i];
        }

        return text.Length - other.Length;
    }

    private static ulong DocumentHash(ReadOnlySpan<byte> rows, int row) =>
        BinaryPrimitives.ReadUInt64LittleEndian(rows[(row * PackageFormat.DocumentRowLength)..]);

    private static Result<WatchlistPackage, PackageFailure> OpenIndexed(PackageTable table, PackageInfo info, bool checkRecords)
    {
        var tokenCount = table.Section(SectionNumber.TokenWeights).Length;
        if (!TokenTable.IsSound(table.Section(SectionNumber.Deletions), tokenCount) || !TokenTable.IsSound(table.Section(SectionNumber.Keys), tokenCount))
            return new PackageFailure(PackageStage.Index, "a token table is damaged");
        if (new PackageIndex(table).Check(info.EntryCount, info.NameCount) is { } failure)
            return failure;
        return ReadEntries(table, info, checkRecords);
    }

    private static Result<WatchlistPackage, PackageFailure> ReadEntries(PackageTable table, PackageInfo info, bool checkRecords)
    {
        if (!TryReadTexts(table.Section(SectionNumber.Templates), out var templates)
            || !TryReadTexts(table.Section(SectionNumber.Tombstones), out var tombstones))
        {
            return new PackageFailure(PackageStage.Records, "the templates or the removed entries are damaged");
        }

        var package = new WatchlistPackage(table, info, templates)
        {
            RemovedEntryIds = Array.ConvertAll(tombstones, Encoding.UTF8.GetString),
        };
        var failure = package.CheckEntryIndex() ?? package.CheckDocuments() ?? (checkRecords ? package.CheckRecords() : null);
        return failure is null ? package : failure;
    }

    private static bool TryReadTexts(ReadOnlySpan<byte> section, out byte[][] texts)
    {
        var reader = new PackedReader(section);
        texts = new byte[reader.Count(int.MaxValue)][];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = reader.Bytes().ToArray();
        return !reader.IsDamaged && reader.IsAtEnd;
    }

    private Result<WatchlistEntry, PackageFailure> TryEntry(int entry) => PackedEntry.Read(Packed(entry), _templates);

    private ReadOnlySpan<byte> Packed(int entry)
    {
        var (bases, lengths) = EntryIndex();
        var offset = bases[entry / PackageFormat.RecordsPerBase];
        for (var before = entry / PackageFormat.RecordsPerBase * PackageFormat.RecordsPerBase; before < entry; before++)
            offset += lengths[before];
        return _table.Section(SectionNumber.Entries).Slice((int)offset, (int)lengths[entry]);
    }

    private EntryPlaces EntryIndex()
    {
        var section = _table.Section(SectionNumber.EntryIndex);
        var basesLength = ((EntryCount / PackageFormat.RecordsPerBase) + 1) * sizeof(long);
        return new EntryPlaces(
            MemoryMarshal.Cast<byte, long>(section[..basesLength]), MemoryMarshal.Cast<byte, uint>(section[basesLength..]));
    }

    private PackageFailure? CheckEntryIndex()
    {
        var expected = (((EntryCount / PackageFormat.RecordsPerBase) + 1L) * sizeof(long)) + (EntryCount * (long)sizeof(uint));
        if (_table.Section(SectionNumber.EntryIndex).Length != expected)
            return new PackageFailure(PackageStage.Index, "the number of entries does not agree with the counts");
        var (bases, lengths) = EntryIndex();
        long offset = 0;
        for (var entry = 0; entry < EntryCount; entry++)
        {
            if (entry % PackageFormat.RecordsPerBase == 0 && bases[entry / PackageFormat.RecordsPerBase] != offset)
                return new PackageFailure(PackageStage.Index, $"entry {entry} points outside its section");
            offset += lengths[entry];
        }

        return offset == _table.Section(SectionNumber.Entries).Length
            ? null
            : new PackageFailure(PackageStage.Index, "the entries do not fill their section");
    }

    private PackageFailure? CheckDocuments()
    {
        var rows = _table.Section(SectionNumber.Documents);
        if (rows.Length % PackageFormat.DocumentRowLength != 0)
            return new PackageFailure(PackageStage.Index, "the documents are cut off");
        for (var at = 0; at < rows.Length; at += PackageFormat.DocumentRowLength)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(rows[(at + 8)..]) >= (uint)EntryCount)
                return new PackageFailure(PackageStage.Index, "a document names an entry that is not there");
        }

        return null;
    }

    private PackageFailure? CheckRecords()
    {
        var hashes = new (string EntryId, byte[] Hash)[EntryCount];
        for (var entry = 0; entry < EntryCount; entry++)
        {
            if (!TryEntry(entry).TryGet(out var decoded, out var failure))
                return new PackageFailure(PackageStage.Records, $"entry {entry}: {failure.Reason}");
            hashes[entry] = (decoded.EntryId, System.Security.Cryptography.SHA256.HashData(PackedEntry.Record(Packed(entry), decoded)));
        }

        try
        {
            return StateRoot.ComputeFromHashes(hashes).AsSpan().SequenceEqual(Info.StateRoot.Span)
                ? null
                : new PackageFailure(PackageStage.StateRoot, "it does not agree with the records");
        }
        catch (ArgumentException)
        {
            return new PackageFailure(PackageStage.Records, "an identifier stands twice");
        }
    }

    private Result<WatchlistPackage, PackageFailure> Reindexed() =>
        PlainPackage.Reindex(Enumerable.Range(0, EntryCount).Select(entry => (Entry(entry), (byte[]?)Record(entry))), Info, RemovedEntryIds);

    private readonly ref struct EntryPlaces(ReadOnlySpan<long> bases, ReadOnlySpan<uint> lengths)
    {
        private readonly ReadOnlySpan<long> _bases = bases;
        private readonly ReadOnlySpan<uint> _lengths = lengths;

        internal void Deconstruct(out ReadOnlySpan<long> bases, out ReadOnlySpan<uint> lengths)
        {
            bases = _bases;
            lengths = _lengths;
        }
    }
}
