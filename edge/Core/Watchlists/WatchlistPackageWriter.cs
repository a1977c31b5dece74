using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Names;

namespace EdgeCheckpoint.Watchlists;

/// <summary>Compiles entries into a package: records, folded names, token index with frozen weights, document table.</summary>
/// <remarks>The same entries, version, time and key give the same bytes, whatever the order they come in.</remarks>
public static class WatchlistPackageWriter
{
    /// <summary>Writes a package.</summary>
    /// <param name="entries">Identifiers do not repeat.</param>
    /// <param name="version">Version of the list, at least 1.</param>
    /// <param name="compiledAtUnixMicroseconds">Microseconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="title">Name for people.</param>
    /// <param name="documentKey">16 random bytes.</param>
    /// <exception cref="ArgumentException">An identifier repeats.</exception>
    public static byte[] Write(
        IEnumerable<WatchlistEntry> entries,
        ulong version,
        long compiledAtUnixMicroseconds,
        string title,
        ReadOnlySpan<byte> documentKey)
    {
        var sorted = entries.OrderBy(entry => entry.EntryId, StringComparer.Ordinal).ToArray();
        var records = Array.ConvertAll(sorted, EntryRecord.Encode);
        var index = new NameIndex(sorted);
        var info = new PackageInfo
        {
            Version = version,
            CompiledAtUnixMicroseconds = compiledAtUnixMicroseconds,
            Title = title,
            DocumentKey = documentKey.ToArray(),
            EntryCount = sorted.Length,
            NameCount = index.NameCount,
            StateRoot = StateRoot.Compute(sorted.Zip(records, static (entry, record) => (entry.EntryId, record))),
        };
        return Assemble(
        [
            (SectionNumber.Info, info.Encode()),
            (SectionNumber.Records, Concatenate(records)),
            (SectionNumber.RecordIndex, RecordRows(records)),
            (SectionNumber.Names, index.NameRows()),
            (SectionNumber.NameTokens, index.NameTokens()),
            (SectionNumber.TokenTexts, index.TokenTexts()),
            (SectionNumber.Tokens, index.TokenRows()),
            (SectionNumber.Postings, index.Postings()),
            (SectionNumber.Documents, DocumentRows(sorted, documentKey)),
        ]);
    }

    private static byte[] Assemble(ReadOnlySpan<(SectionNumber Number, byte[] Content)> sections)
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

        var package = new byte[checked((int)offset)];
        PackageFormat.Magic.CopyTo(package);
        BinaryPrimitives.WriteUInt32LittleEndian(package.AsSpan(8), PackageFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(package.AsSpan(12), (uint)sections.Length);
        BinaryPrimitives.WriteInt64LittleEndian(package.AsSpan(16), package.Length);
        SHA256.HashData(table, package.AsSpan(24));
        table.CopyTo(package, PackageFormat.EnvelopeLength);
        for (var i = 0; i < sections.Length; i++)
        {
            var start = BinaryPrimitives.ReadInt64LittleEndian(table.AsSpan((i * PackageFormat.TableRowLength) + 8));
            sections[i].Content.CopyTo(package, start);
        }

        return package;
    }

    private static long Align(long offset) => (offset + PackageFormat.Alignment - 1) / PackageFormat.Alignment * PackageFormat.Alignment;

    private static byte[] Concatenate(byte[][] records)
    {
        var all = new byte[records.Sum(static record => (long)record.Length)];
        long position = 0;
        foreach (var record in records)
        {
            record.CopyTo(all, position);
            position += record.Length;
        }

        return all;
    }

    private static byte[] RecordRows(byte[][] records)
    {
        var rows = new byte[records.Length * PackageFormat.RecordRowLength];
        long position = 0;
        for (var i = 0; i < records.Length; i++)
        {
            var row = rows.AsSpan(i * PackageFormat.RecordRowLength);
            BinaryPrimitives.WriteInt64LittleEndian(row, position);
            BinaryPrimitives.WriteInt64LittleEndian(row[8..], records[i].Length);
            position += records[i].Length;
        }

        return rows;
    }

    private static byte[] DocumentRows(WatchlistEntry[] entries, ReadOnlySpan<byte> documentKey)
    {
        var documents = new List<(ulong Hash, uint Entry)>();
        for (var i = 0; i < entries.Length; i++)
        {
            foreach (var document in entries[i].Documents)
            {
                var number = DocumentNumber.Parse(document.Number);
                if (!number.IsEmpty)
                    documents.Add((SipHash.Hash(documentKey, Encoding.ASCII.GetBytes(number.Value)), (uint)i));
            }
        }

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

    /// <summary>Folds all names and turns them into tokens, weights and postings.</summary>
    private sealed class NameIndex
    {
        private readonly List<(uint Entry, NameQuality Quality, string[] Tokens)> _names = [];
        private readonly string[] _tokens;
        private readonly Dictionary<string, uint> _ordinals;
        private readonly List<uint>[] _postings;

        internal NameIndex(WatchlistEntry[] entries)
        {
            for (var i = 0; i < entries.Length; i++)
            {
                foreach (var name in entries[i].Names)
                {
                    var folded = NameFolding.Fold(name.Text);
                    if (folded.Length > 0)
                        _names.Add(((uint)i, name.Quality, folded.Split(' ')));
                }
            }

            _tokens = [.. _names.SelectMany(static name => name.Tokens).Distinct().Order(StringComparer.Ordinal)];
            _ordinals = _tokens.Select(static (token, i) => (token, i)).ToDictionary(pair => pair.token, pair => (uint)pair.i);
            _postings = [.. _tokens.Select(static _ => new List<uint>())];
            for (var i = 0; i < _names.Count; i++)
            {
                foreach (var token in _names[i].Tokens.Distinct())
                    _postings[_ordinals[token]].Add((uint)i);
            }
        }

        internal int NameCount => _names.Count;

        internal byte[] NameRows()
        {
            var rows = new byte[_names.Count * PackageFormat.NameRowLength];
            uint firstToken = 0;
            for (var i = 0; i < _names.Count; i++)
            {
                var row = rows.AsSpan(i * PackageFormat.NameRowLength);
                var tokenCount = checked((ushort)_names[i].Tokens.Length);
                BinaryPrimitives.WriteUInt32LittleEndian(row, _names[i].Entry);
                BinaryPrimitives.WriteUInt32LittleEndian(row[4..], firstToken);
                BinaryPrimitives.WriteUInt16LittleEndian(row[8..], tokenCount);
                row[10] = (byte)_names[i].Quality;
                firstToken += tokenCount;
            }

            return rows;
        }

        internal byte[] NameTokens() =>
            UInt32s([.. _names.SelectMany(static name => name.Tokens).Select(token => _ordinals[token])]);

        internal byte[] TokenTexts() => Encoding.ASCII.GetBytes(string.Concat(_tokens));

        internal byte[] TokenRows()
        {
            var rows = new byte[_tokens.Length * PackageFormat.TokenRowLength];
            long text = 0, posting = 0;
            for (var i = 0; i < _tokens.Length; i++)
            {
                var row = rows.AsSpan(i * PackageFormat.TokenRowLength);
                BinaryPrimitives.WriteInt64LittleEndian(row, text);
                BinaryPrimitives.WriteInt32LittleEndian(row[8..], _tokens[i].Length);
                BinaryPrimitives.WriteUInt32LittleEndian(row[12..], (uint)_postings[i].Count);
                BinaryPrimitives.WriteInt64LittleEndian(row[16..], posting);
                BinaryPrimitives.WriteSingleLittleEndian(row[24..], Weight(_postings[i].Count));
                text += _tokens[i].Length;
                posting += _postings[i].Count;
            }

            return rows;
        }

        internal byte[] Postings() => UInt32s([.. _postings.SelectMany(static posting => posting)]);

        /// <summary>Rarity of a token, 0.2 (in every name) to 1 (in one): an inverse document frequency, frozen here.</summary>
        private float Weight(int count) =>
            _names.Count < 2 ? 1f : (float)(0.2 + (0.8 * (1 - (Math.Log(count) / Math.Log(_names.Count)))));

        private static byte[] UInt32s(ReadOnlySpan<uint> values)
        {
            var bytes = new byte[values.Length * sizeof(uint)];
            for (var i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), values[i]);
            return bytes;
        }
    }
}
