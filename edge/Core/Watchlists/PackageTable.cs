using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// The envelope and the section table of a package of any format, checked: lengths, places, hash of the table. The hashes of the
/// sections are checked apart, beside other work; nothing that was read counts before they hold.
/// </summary>
internal sealed class PackageTable
{
    private readonly ISectionSource _source;

    /// <summary>By number, since each entry that is read asks for a dozen; an unknown section has no place.</summary>
    private readonly SectionRow?[] _known = new SectionRow?[(int)Enum.GetValues<SectionNumber>().Max() + 1];

    /// <summary>In the order of the table.</summary>
    private readonly List<SectionRow> _rows;

    private PackageTable(ISectionSource source, int format, List<SectionRow> rows)
    {
        _source = source;
        Format = format;
        _rows = rows;
        foreach (var row in rows)
        {
            if ((uint)row.Number < (uint)_known.Length)
                _known[(uint)row.Number] = row;
        }
    }

    internal int Format { get; }

    internal bool Has(SectionNumber number) => _known[(int)number] is not null;

    /// <summary>A whole section; empty when there is none.</summary>
    internal ReadOnlySpan<byte> Section(SectionNumber number) =>
        _known[(int)number] is { } row ? _source.Read(row.Offset, row.Length) : [];

    /// <summary>Checks the hash of one section; null when it holds, or when there is none.</summary>
    internal PackageFailure? CheckHash(SectionNumber number) => _known[(int)number] is { } row ? CheckHash(row) : null;

    /// <summary>
    /// Checks the hashes of all sections, known or not, while other work goes on: hashing takes longer than everything else in
    /// opening a package, and the cores of a board are idle then.
    /// </summary>
    /// <param name="work">Reads what is not vouched for yet; its result counts only when all hashes hold.</param>
    /// <returns>The first section in the table whose hash does not agree; else what the work found wrong.</returns>
    internal PackageFailure? CheckHashesDuring(Func<PackageFailure?> work)
    {
        PackageFailure? found = null;
        var failures = new PackageFailure?[_rows.Count];
        // The largest last to start would leave one core hashing alone at the end.
        var largestFirst = Enumerable.Range(0, _rows.Count).OrderByDescending(row => _rows[row].Length);
        Parallel.Invoke(
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            [() => found = work(), .. largestFirst.Select(row => (Action)(() => failures[row] = CheckHash(_rows[row])))]);
        return Array.Find(failures, static failure => failure is not null) ?? found;
    }

    /// <summary>Reads untrusted bytes.</summary>
    internal static Result<PackageTable, PackageFailure> Read(ISectionSource source)
    {
        if (source.Length < PackageFormat.EnvelopeLength)
            return new PackageFailure(PackageStage.Envelope, $"{source.Length} bytes are too few for a watchlist package");
        var envelope = source.Read(0, PackageFormat.EnvelopeLength);
        if (!envelope[..8].SequenceEqual(PackageFormat.Magic))
            return new PackageFailure(PackageStage.Envelope, "this is not a watchlist package");
        var format = BinaryPrimitives.ReadUInt32LittleEndian(envelope[8..]);
        if (format is not (PackageFormat.Version or PackageFormat.VersionWithNameTexts or PackageFormat.VersionWithPlainRecords))
        {
            return new PackageFailure(
                PackageStage.Envelope, $"format {format} is not known; this program reads formats 1 to {PackageFormat.Version}");
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
        if (!ReadRows(source, table).TryGet(out var rows, out var failure))
            return failure;
        return new PackageTable(source, (int)format, rows);
    }

    private static Result<List<SectionRow>, PackageFailure> ReadRows(ISectionSource source, ReadOnlySpan<byte> table)
    {
        var rows = new List<SectionRow>();
        for (var row = table; !row.IsEmpty; row = row[PackageFormat.TableRowLength..])
        {
            var number = (SectionNumber)BinaryPrimitives.ReadUInt32LittleEndian(row);
            var offset = BinaryPrimitives.ReadInt64LittleEndian(row[8..]);
            var length = BinaryPrimitives.ReadInt64LittleEndian(row[16..]);
            if (offset < 0 || length < 0 || offset > source.Length || length > source.Length - offset)
                return new PackageFailure(PackageStage.SectionTable, $"section {number} reaches past the end");
            if (length > int.MaxValue)
                return new PackageFailure(PackageStage.SectionTable, $"section {number} is larger than this program can map");
            if (rows.Any(other => other.Number == number))
                return new PackageFailure(PackageStage.SectionTable, $"section {number} stands twice");
            rows.Add(new SectionRow(number, offset, (int)length, row.Slice(24, 32).ToArray()));
        }

        return rows;
    }

    private PackageFailure? CheckHash(SectionRow row)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_source.Read(row.Offset, row.Length), hash);
        return hash.SequenceEqual(row.Sha256) ? null : new PackageFailure(PackageStage.Section, $"the hash of section {row.Number} does not agree");
    }

    private sealed record SectionRow(SectionNumber Number, long Offset, int Length, byte[] Sha256);
}
