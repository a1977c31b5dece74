using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Compiles entries into a package: packed entries, names with their tokens, token index with frozen weights, document table.
/// </summary>
/// <remarks>The same entries, version, time and key give the same bytes, whatever the order they come in.</remarks>
public static class WatchlistPackageWriter
{
    /// <summary>Entries that make a prefix worth a template of its own, some 150 bytes.</summary>
    private const int IdPrefixSharedMin = 64;

    /// <summary>Writes a package into memory.</summary>
    /// <inheritdoc cref="Write(Stream, IEnumerable{WatchlistEntry}, ulong, long, string, ReadOnlySpan{byte}, OverlayOf?, Action{int}?)"/>
    public static byte[] Write(
        IEnumerable<WatchlistEntry> entries,
        ulong version,
        long compiledAtUnixMicroseconds,
        string title,
        ReadOnlySpan<byte> documentKey,
        OverlayOf? overlay = null)
    {
        using var package = new MemoryStream();
        Write(package, entries, version, compiledAtUnixMicroseconds, title, documentKey, overlay);
        return package.ToArray();
    }

    /// <summary>Writes a package.</summary>
    /// <param name="output">Takes the bytes, from the first to the last.</param>
    /// <param name="entries">Identifiers do not repeat.</param>
    /// <param name="version">Version of the list, at least 1.</param>
    /// <param name="compiledAtUnixMicroseconds">Microseconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="title">Name for people.</param>
    /// <param name="documentKey">16 random bytes; an overlay has that of its base.</param>
    /// <param name="overlay">What the package lies over; null for a base.</param>
    /// <param name="onEntries">Told now and then how many entries are done, for those who show progress.</param>
    /// <exception cref="ArgumentException">An identifier repeats, or a list has too many different name parts.</exception>
    public static void Write(
        Stream output,
        IEnumerable<WatchlistEntry> entries,
        ulong version,
        long compiledAtUnixMicroseconds,
        string title,
        ReadOnlySpan<byte> documentKey,
        OverlayOf? overlay = null,
        Action<int>? onEntries = null) =>
        WriteRecords(
            output, entries.Select(static entry => (entry, (byte[]?)null)), version, compiledAtUnixMicroseconds, title,
            documentKey, overlay, onEntries);

    /// <summary>
    /// Writes a package of entries whose canonical bytes may be known and say more than this program reads. Without them they
    /// are made one at a time: all together would not fit into memory.
    /// </summary>
    internal static void WriteRecords(
        Stream output,
        IEnumerable<(WatchlistEntry Entry, byte[]? Record)> records,
        ulong version,
        long compiledAtUnixMicroseconds,
        string title,
        ReadOnlySpan<byte> documentKey,
        OverlayOf? overlay,
        Action<int>? onEntries = null)
    {
        // Born in one year, entries stand together: a date of birth then asks for a few stretches of names alone.
        var sorted = records.Select(static item => (Year: BirthYear(item.Entry), item.Entry, item.Record))
            .OrderBy(static item => item.Year).ThenBy(static item => item.Entry.EntryId, StringComparer.Ordinal).ToArray();
        var index = new NameIndexBuilder();
        var patterns = new NamePatternsBuilder();
        var documents = new List<(ulong Hash, uint Entry)>();
        for (var ordinal = 0; ordinal < sorted.Length; ordinal++)
        {
            var (year, entry, _) = sorted[ordinal];
            index.Add(entry, year, patterns);
            AddDocuments(documents, entry, ordinal, documentKey);
            if ((ordinal + 1) % 10_000 == 0)
                onEntries?.Invoke(ordinal + 1);
        }

        // A second run, since only now is it known which patterns and prefixes many entries share.
        var packed = new EntrySections(patterns, SharedIdPrefixes(sorted.Select(static item => item.Entry.EntryId)), index.FirstNames);
        foreach (var (_, entry, record) in sorted)
            packed.Add(entry, record ?? EntryRecord.Encode(entry));

        var info = new PackageInfo
        {
            Version = version,
            CompiledAtUnixMicroseconds = compiledAtUnixMicroseconds,
            Title = title,
            DocumentKey = documentKey.ToArray(),
            EntryCount = sorted.Length,
            NameCount = index.NameCount,
            StateRoot = packed.StateRoot(),
        };
        Assemble(
            output,
            [
                (SectionNumber.Info, info.Encode()),
                (SectionNumber.Documents, DocumentRows(documents)),
                .. index.Sections(overlay is null ? null : overlay.WeightOf),
                (SectionNumber.Tombstones, Tombstones(overlay)),
                .. packed.Sections(),
            ]);
    }

    /// <summary>The one year in which an entry was born; 0 when it has none, a range over years, or several.</summary>
    private static int BirthYear(WatchlistEntry entry)
    {
        var year = 0;
        foreach (var birth in entry.BirthDates)
        {
            var isOneYear = birth.From.HasYear && (!birth.To.HasYear || birth.To.Year == birth.From.Year);
            if (!isOneYear || (year != 0 && year != birth.From.Year))
                return 0;
            year = birth.From.Year;
        }

        return year;
    }

    /// <summary>What many identifiers have before their number; a prefix of one entry would cost it a template.</summary>
    private static HashSet<string> SharedIdPrefixes(IEnumerable<string> entryIds) =>
    [
        .. entryIds.Select(PackedEntry.IdPrefixOf).OfType<string>().CountBy(static prefix => prefix, StringComparer.Ordinal)
            .Where(static prefix => prefix.Value >= IdPrefixSharedMin).Select(static prefix => prefix.Key),
    ];

    private static void AddDocuments(List<(ulong Hash, uint Entry)> documents, WatchlistEntry entry, int ordinal, ReadOnlySpan<byte> documentKey)
    {
        foreach (var document in entry.Documents)
        {
            var number = DocumentNumber.Parse(document.Number);
            if (!number.IsEmpty)
                documents.Add((SipHash.Hash(documentKey, Encoding.ASCII.GetBytes(number.Value)), (uint)ordinal));
        }
    }

    private static byte[] DocumentRows(List<(ulong Hash, uint Entry)> documents)
    {
        documents.Sort();
        var rows = new byte[documents.Count * PackageFormat.DocumentRowLength];
        for (var i = 0; i < documents.Count; i++)
        {
            var row = rows.AsSpan(i * PackageFormat.DocumentRowLength);
            BinaryPrimitives.WriteUInt64LittleEndian(row, documents[i].Hash);
            BinaryPrimitives.WriteUInt32LittleEndian(row[8..], documents[i].Entry);
        }

        return rows;
    }

    private static byte[] Tombstones(OverlayOf? overlay)
    {
        var writer = new PackedWriter();
        var removed = overlay?.RemovedEntryIds.Order(StringComparer.Ordinal).ToArray() ?? [];
        writer.Number((uint)removed.Length);
        foreach (var entryId in removed)
            writer.Text(entryId);
        return writer.Written.ToArray();
    }

    private static void Assemble(Stream output, ReadOnlySpan<(SectionNumber Number, byte[] Content)> sections)
    {
        var table = new byte[sections.Length * PackageFormat.TableRowLength];
        long offset = Align(PackageFormat.EnvelopeLength + table.Length);
        for (var i = 0; i < sections.Length; i++)
        {
            var row = table.AsSpan(i * PackageFormat.TableRowLength);
            BinaryPrimitives.WriteUInt32LittleEndian(row, (uint)sections[i].Number);
            BinaryPrimitives.WriteInt64LittleEndian(row[8..], offset);
            BinaryPrimitives.WriteInt64LittleEndian(row[16..], sections[i].Content.Length);
            SHA256.HashData(sections[i].Content, row[24..]);
            offset = Align(offset + sections[i].Content.Length);
        }

        Span<byte> envelope = stackalloc byte[PackageFormat.EnvelopeLength];
        envelope.Clear();
        PackageFormat.Magic.CopyTo(envelope);
        BinaryPrimitives.WriteUInt32LittleEndian(envelope[8..], PackageFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(envelope[12..], (uint)sections.Length);
        BinaryPrimitives.WriteInt64LittleEndian(envelope[16..], offset);
        SHA256.HashData(table, envelope[24..]);
        output.Write(envelope);
        output.Write(table);
        Pad(output, PackageFormat.EnvelopeLength + table.Length);
        foreach (var (_, content) in sections)
        {
            output.Write(content);
            Pad(output, content.Length);
        }
    }

    private static void Pad(Stream output, long length) => output.Write(stackalloc byte[(int)(Align(length) - length)]);

    private static long Align(long offset) => (offset + PackageFormat.Alignment - 1) / PackageFormat.Alignment * PackageFormat.Alignment;

    /// <summary>Packed entries, what they refer to, and the root over their canonical records.</summary>
    private sealed class EntrySections
    {
        private readonly Dictionary<EntryTemplate, uint> _templateNumbers = [];
        private readonly List<(string EntryId, byte[] Hash)> _hashes = [];
        private readonly List<uint> _places = [];
        private readonly PackedWriter _entries = new();
        private readonly PackedWriter _writer = new();
        private readonly byte[][] _patterns;
        private readonly WrittenName[] _names;
        private readonly HashSet<string> _idPrefixes;
        private readonly IReadOnlyList<int> _firstNames;
        private int _nameCount;

        internal EntrySections(NamePatternsBuilder patterns, HashSet<string> idPrefixes, IReadOnlyList<int> firstNames)
        {
            (_patterns, _names) = patterns.Finish();
            (_idPrefixes, _firstNames) = (idPrefixes, firstNames);
        }

        internal void Add(WatchlistEntry entry, byte[] record)
        {
            if (_hashes.Count % PackageFormat.EntriesPerPlace == 0)
            {
                _places.Add(checked((uint)_entries.Written.Length));
                _places.Add((uint)_firstNames[_hashes.Count]);
            }

            _hashes.Add((entry.EntryId, SHA256.HashData(record)));
            var idPrefix = PackedEntry.IdPrefixOf(entry.EntryId) is { } prefix && _idPrefixes.Contains(prefix) ? prefix : null;
            _writer.Clear();
            PackedEntry.Write(record, entry, idPrefix, TemplateNumber, _names.AsSpan(_nameCount, entry.Names.Length), _writer);
            _entries.Bytes(_writer.Written);
            _nameCount += entry.Names.Length;
        }

        internal byte[] StateRoot() => Watchlists.StateRoot.ComputeFromHashes(_hashes);

        internal IEnumerable<(SectionNumber Number, byte[] Content)> Sections()
        {
            yield return (SectionNumber.Entries, _entries.Written.ToArray());
            yield return (SectionNumber.EntryPlaces, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_places)).ToArray());
            yield return (SectionNumber.Templates, Texts(_templateNumbers.OrderBy(static item => item.Value).Select(static item => item.Key.Encode())));
            yield return (SectionNumber.NamePatterns, Texts(_patterns));
        }

        private static byte[] Texts(IEnumerable<byte[]> texts)
        {
            var writer = new PackedWriter();
            writer.Number((uint)texts.Count());
            foreach (var text in texts)
                writer.Bytes(text);
            return writer.Written.ToArray();
        }

        private uint TemplateNumber(EntryTemplate template)
        {
            if (!_templateNumbers.TryGetValue(template, out var number))
                _templateNumbers.Add(template, number = (uint)_templateNumbers.Count);
            return number;
        }
    }
}

/// <summary>What an overlay run lies over.</summary>
/// <param name="WeightOf">Frozen weight of a token in the base; null for a token the base does not have.</param>
/// <param name="RemovedEntryIds">Entries of older runs that are gone. Entries of the overlay replace those of one identifier
/// without being named here.</param>
public sealed record OverlayOf(Func<string, byte?> WeightOf, IReadOnlyCollection<string> RemovedEntryIds);
