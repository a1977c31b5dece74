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
        .. Enum.GetValues<SectionNumber>().Where(static number => number is not (
            SectionNumber.PlainRecords or SectionNumber.PlainRecordIndex
            or SectionNumber.Entries2 or SectionNumber.EntryIndex2 or SectionNumber.Templates2)),
    ];

    /// <summary>No document bears a longer number.</summary>
    private const int NumberLengthUsual = 32;

    private readonly PackageTable _table;
    private readonly SharedParts _shared;

    private WatchlistPackage(PackageTable table, PackageInfo info, SharedParts shared) =>
        (_table, Info, _shared) = (table, info, shared);

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
        if (table.CheckHash(SectionNumber.Info) is { } damaged)
            return damaged;
        var infoBytes = table.Section(SectionNumber.Info);
        if (infoBytes.Length > 64 * 1024)
            return new PackageFailure(PackageStage.Info, "too long");
        if (!PackageInfo.Parse(infoBytes.ToArray()).TryGet(out var info, out failure))
            return failure;
        if (table.Format != PackageFormat.Version)
            return table.CheckHashesDuring(static () => null) is { } wrong ? wrong : PlainPackage.Reindex(table, info);
        foreach (var number in Needed)
        {
            if (!table.Has(number))
                return new PackageFailure(PackageStage.SectionTable, $"section {number} is missing");
        }

        var opened = OpenIndexed(table, info, checkRecords);
        // Names folded by other rules would miss each other in silence; the records say what the names are.
        return opened.TryGet(out var package, out _) && info.FoldingVersion != NameFolding.Version ? package.Reindexed() : opened;
    }

    /// <summary>Decodes an entry.</summary>
    /// <param name="entry">0 to <see cref="EntryCount"/> - 1.</param>
    /// <exception cref="InvalidDataException">The entry is damaged, which opening with checked records finds before.</exception>
    public WatchlistEntry Entry(int entry) => Entry(entry, Index());

    /// <inheritdoc cref="Entry(int)"/>
    /// <param name="index">Of this package, from those who read many.</param>
    internal WatchlistEntry Entry(int entry, in PackageIndex index) =>
        TryEntry(entry, index).TryGet(out var decoded, out var failure)
            ? decoded
            : throw Unreadable(entry, failure);

    /// <summary>An entry as it stands in the package, for those who ask little of many.</summary>
    /// <exception cref="InvalidDataException">The entry is damaged.</exception>
    internal EntryView View(int entry) =>
        EntryView.Open(Packed(entry), _shared, out var view) is { } failure ? throw Unreadable(entry, failure) : view;

    /// <summary>The identifier of an entry where it fits; false for the few that must be decoded for it.</summary>
    internal bool TryReadId(int entry, Span<char> id, out int length) => PackedEntry.TryReadId(Packed(entry), _shared, id, out length);

    /// <summary>The identifier of an entry, without decoding the rest.</summary>
    /// <exception cref="InvalidDataException">The entry is damaged.</exception>
    public string EntryId(int entry) => PackedEntry.ReadId(Packed(entry), _shared) ?? Entry(entry).EntryId;

    /// <summary>The canonical bytes of an entry.</summary>
    /// <exception cref="InvalidDataException">The entry is damaged.</exception>
    public byte[] Record(int entry) => Record(entry, Entry(entry));

    /// <inheritdoc cref="Record(int)"/>
    /// <param name="decoded">The entry, from those who have read it.</param>
    internal byte[] Record(int entry, WatchlistEntry decoded) => PackedEntry.Record(Packed(entry), decoded);

    /// <summary>Entries that name a document number. The hash may collide: compare the entry's documents.</summary>
    public IReadOnlyList<int> EntriesWithDocument(DocumentNumber number) => number.IsEmpty ? [] : EntriesWithNumber(number.Value);

    /// <inheritdoc cref="EntriesWithDocument(DocumentNumber)"/>
    /// <param name="number">In the form of <see cref="DocumentNumber.Value"/>, which is ASCII.</param>
    internal IReadOnlyList<int> EntriesWithNumber(ReadOnlySpan<char> number)
    {
        var rows = _table.Section(SectionNumber.Documents);
        Span<byte> ascii = number.Length <= NumberLengthUsual ? stackalloc byte[NumberLengthUsual] : new byte[number.Length];
        var hash = SipHash.Hash(Info.DocumentKey.Span, ascii[..Encoding.ASCII.GetBytes(number, ascii)]);
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

    private static InvalidDataException Unreadable(int entry, PackageFailure failure) =>
        new($"entry {entry} cannot be read: {failure.Reason}");

    private static ulong DocumentHash(ReadOnlySpan<byte> rows, int row) =>
        BinaryPrimitives.ReadUInt64LittleEndian(rows[(row * PackageFormat.DocumentRowLength)..]);

    private static Result<WatchlistPackage, PackageFailure> OpenIndexed(PackageTable table, PackageInfo info, bool checkRecords)
    {
        WatchlistPackage? package = null;
        var failure = table.CheckHashesDuring(() => Read(table, info).TryGet(out package, out var damage) ? null : damage)
            ?? (checkRecords ? package!.CheckRecords() : null);
        return failure is null ? package! : failure;
    }

    /// <summary>Reads what is held in memory and checks everything that reading relies on, of sections whose hashes may be wrong.</summary>
    private static Result<WatchlistPackage, PackageFailure> Read(PackageTable table, PackageInfo info)
    {
        var tokenCount = table.Section(SectionNumber.TokenWeights).Length;
        if (!TokenTable.IsSound(table.Section(SectionNumber.Deletions), tokenCount) || !TokenTable.IsSound(table.Section(SectionNumber.Keys), tokenCount))
            return new PackageFailure(PackageStage.Index, "a token table is damaged");
        if (!PackedReader.TryReadAll(table.Section(SectionNumber.Templates), out var templates)
            || !PackedReader.TryReadAll(table.Section(SectionNumber.NamePatterns), out var patterns)
            || !PackedReader.TryReadAll(table.Section(SectionNumber.Tombstones), out var tombstones))
        {
            return new PackageFailure(PackageStage.Records, "the templates, the patterns of names or the removed entries are damaged");
        }

        var decoded = Array.ConvertAll(templates, static template => EntryTemplate.Decode(template));
        if (Array.IndexOf(decoded, null) >= 0 || !patterns.All(static pattern => NamePattern.IsSound(pattern)))
            return new PackageFailure(PackageStage.Records, "a template or a pattern of names says what is not known");
        var package = new WatchlistPackage(table, info, new SharedParts(decoded!, patterns))
        {
            RemovedEntryIds = Array.ConvertAll(tombstones, Encoding.UTF8.GetString),
        };
        var failure = package.Index().Check(info.EntryCount, info.NameCount) ?? package.CheckEntries() ?? package.CheckDocuments();
        return failure is null ? package : failure;
    }

    private Result<WatchlistEntry, PackageFailure> TryEntry(int entry, in PackageIndex index)
    {
        var packed = Packed(entry, out var placedName);
        return PackedEntry.Read(packed, _shared, index, index.FirstNameAfter(placedName, entry % PackageFormat.EntriesPerPlace));
    }

    private ReadOnlySpan<byte> Packed(int entry) => Packed(entry, out _);

    /// <summary>The packed bytes of an entry, and the first name of the entry at whose place the way to it begins.</summary>
    private ReadOnlySpan<byte> Packed(int entry, out int placedName)
    {
        var places = Places();
        placedName = (int)places[PlaceOf(entry) + 1];
        var reader = new PackedReader(_table.Section(SectionNumber.Entries)[(int)places[PlaceOf(entry)]..]);
        for (var before = entry % PackageFormat.EntriesPerPlace; before > 0; before--)
            reader.Bytes();
        return reader.Bytes();
    }

    /// <summary>Offset and first name of every so many entries.</summary>
    private ReadOnlySpan<uint> Places() => MemoryMarshal.Cast<byte, uint>(_table.Section(SectionNumber.EntryPlaces));

    private static int PlaceOf(int entry) => entry / PackageFormat.EntriesPerPlace * 2;

    private PackageFailure? CheckEntries()
    {
        var expected = (EntryCount + PackageFormat.EntriesPerPlace - 1L) / PackageFormat.EntriesPerPlace * 2 * sizeof(uint);
        if (_table.Section(SectionNumber.EntryPlaces).Length != expected)
            return new PackageFailure(PackageStage.Index, "the number of entries does not agree with the counts");
        var places = Places();
        var index = Index();
        var entries = _table.Section(SectionNumber.Entries);
        var reader = new PackedReader(entries);
        var firstName = 0;
        for (var entry = 0; entry < EntryCount; entry++)
        {
            if (entry % PackageFormat.EntriesPerPlace == 0)
            {
                firstName = index.FirstNameAfter(firstName, entry == 0 ? 0 : PackageFormat.EntriesPerPlace);
                if (places[PlaceOf(entry)] != entries.Length - reader.Left || places[PlaceOf(entry) + 1] != firstName)
                    return new PackageFailure(PackageStage.Index, $"entry {entry} points outside its section");
            }

            reader.Bytes();
        }

        return reader.IsAtEnd && !reader.IsDamaged
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
        try
        {
            return Watchlists.StateRoot.Of(WatchlistRuns.Of(this)).AsSpan().SequenceEqual(Info.StateRoot.Span)
                ? null
                : new PackageFailure(PackageStage.StateRoot, "it does not agree with the records");
        }
        catch (InvalidDataException damaged)
        {
            return new PackageFailure(PackageStage.Records, damaged.Message);
        }
        catch (ArgumentException)
        {
            return new PackageFailure(PackageStage.Records, "an identifier stands twice");
        }
    }

    private Result<WatchlistPackage, PackageFailure> Reindexed() =>
        PlainPackage.Reindex(Enumerable.Range(0, EntryCount).Select(entry => (Entry(entry), (byte[]?)Record(entry))), Info, RemovedEntryIds);
}
