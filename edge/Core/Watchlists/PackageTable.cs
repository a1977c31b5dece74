using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeCheckpoint.Watchlists;

/// <summary>The envelope and the section table of a package of any format, checked: lengths, places, hashes.</summary>
internal sealed class PackageTable
{
    private readonly ISectionSource _source;

    /// <summary>By number, since each entry that is read asks for a dozen; an unknown section has no place.</summary>
    private readonly (long Offset, int Length)?[] _places = new (long Offset, int Length)?[(int)Enum.GetValues<SectionNumber>().Max() + 1];

    private PackageTable(ISectionSource source, int format, Dictionary<SectionNumber, (long Offset, int Length)> sections)
    {
        _source = source;
        Format = format;
        foreach (var (number, place) in sections)
        {
            if ((uint)number < (uint)_places.Length)
                _places[(uint)number] = place;
        }
    }

    internal int Format { get; }

    internal bool Has(SectionNumber number) => _places[(int)number] is not null;

    /// <summary>A whole section; empty when there is none.</summary>
    internal ReadOnlySpan<byte> Section(SectionNumber number) =>
        _places[(int)number] is var (offset, length) ? _source.Read(offset, length) : [];

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
        if (!ReadSections(source, table).TryGet(out var sections, out var failure))
            return failure;
        return new PackageTable(source, (int)format, sections);
    }

    private static Result<Dictionary<SectionNumber, (long Offset, int Length)>, PackageFailure> ReadSections(
        ISectionSource source, ReadOnlySpan<byte> table)
    {
        var sections = new Dictionary<SectionNumber, (long Offset, int Length)>();
        for (var row = table; !row.IsEmpty; row = row[PackageFormat.TableRowLength..])
        {
            var number = (SectionNumber)BinaryPrimitives.ReadUInt32LittleEndian(row);
            var offset = BinaryPrimitives.ReadInt64LittleEndian(row[8..]);
            var length = BinaryPrimitives.ReadInt64LittleEndian(row[16..]);
            if (offset < 0 || length < 0 || offset > source.Length || length > source.Length - offset)
                return new PackageFailure(PackageStage.SectionTable, $"section {number} reaches past the end");
            if (length > int.MaxValue)
                return new PackageFailure(PackageStage.SectionTable, $"section {number} is larger than this program can map");
            if (!sections.TryAdd(number, (offset, (int)length)))
                return new PackageFailure(PackageStage.SectionTable, $"section {number} stands twice");
            if (!HashAgrees(source, offset, length, row.Slice(24, 32)))
                return new PackageFailure(PackageStage.Section, $"the hash of section {number} does not agree");
        }

        return sections;
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
}
