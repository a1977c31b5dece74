using System.Buffers.Binary;
using System.Text;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Packages whose index this program does not read: those of formats 1 and 2, and those folded by other rules. Their records are
/// canonical and say everything, so they are indexed anew in memory.
/// </summary>
internal static class PlainPackage
{
    private const int RowLength = 16;

    /// <summary>Format 2: every so many entries an offset is stored.</summary>
    private const int EntriesPerBase2 = 64;

    /// <summary>Reads the records of format 1 or 2 and opens what is compiled from them.</summary>
    internal static Result<WatchlistPackage, PackageFailure> Reindex(PackageTable table, PackageInfo info) =>
        table.Format == PackageFormat.VersionWithPlainRecords ? Reindex1(table, info) : Reindex2(table, info);

    /// <summary>Compiles entries and opens the result; the state root must be the one that was promised.</summary>
    internal static Result<WatchlistPackage, PackageFailure> Reindex(
        IEnumerable<(WatchlistEntry Entry, byte[]? Record)> entries, PackageInfo info, IReadOnlyCollection<string> removedEntryIds)
    {
        using var package = new MemoryStream();
        try
        {
            WatchlistPackageWriter.WriteRecords(
                package, entries, info.Version, info.CompiledAtUnixMicroseconds, info.Title, info.DocumentKey.Span,
                removedEntryIds.Count == 0 ? null : new OverlayOf(static _ => null, removedEntryIds));
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidDataException)
        {
            return new PackageFailure(PackageStage.Records, fault.Message);
        }

        if (!WatchlistPackage.Open(new MemorySectionSource(package.ToArray()), checkRecords: false).TryGet(out var opened, out var failure))
            return failure;
        return opened.Info.StateRoot.Span.SequenceEqual(info.StateRoot.Span)
            ? opened
            : new PackageFailure(PackageStage.StateRoot, "it does not agree with the records");
    }

    private static Result<WatchlistPackage, PackageFailure> Reindex1(PackageTable table, PackageInfo info)
    {
        var rows = table.Section(SectionNumber.PlainRecordIndex);
        var records = table.Section(SectionNumber.PlainRecords);
        if (rows.Length != (long)info.EntryCount * RowLength)
            return new PackageFailure(PackageStage.Index, "the number of rows does not agree with the counts");
        var entries = new List<(WatchlistEntry Entry, byte[]? Record)>(info.EntryCount);
        for (; !rows.IsEmpty; rows = rows[RowLength..])
        {
            var offset = BinaryPrimitives.ReadInt64LittleEndian(rows);
            var length = BinaryPrimitives.ReadInt64LittleEndian(rows[8..]);
            if (offset < 0 || length < 0 || offset > records.Length || length > records.Length - offset)
                return new PackageFailure(PackageStage.Index, $"record {entries.Count} points outside its section");
            var record = records.Slice((int)offset, (int)length).ToArray();
            if (!EntryRecord.Decode(record).TryGet(out var entry, out var failure))
                return new PackageFailure(PackageStage.Records, $"record {entries.Count}: {failure.Reason}");
            entries.Add((entry, record));
        }

        return Reindex(entries, info, []);
    }

    private static Result<WatchlistPackage, PackageFailure> Reindex2(PackageTable table, PackageInfo info)
    {
        if (!PackedReader.TryReadAll(table.Section(SectionNumber.Templates2), out var templates)
            || !PackedReader.TryReadAll(table.Section(SectionNumber.Tombstones), out var tombstones))
        {
            return new PackageFailure(PackageStage.Records, "the templates or the removed entries are damaged");
        }

        // The offsets of every 64th entry come first; the lengths alone say as much.
        var basesLength = ((info.EntryCount / EntriesPerBase2) + 1) * (long)sizeof(long);
        var index = table.Section(SectionNumber.EntryIndex2);
        if (index.Length != basesLength + (info.EntryCount * (long)sizeof(uint)))
            return new PackageFailure(PackageStage.Index, "the number of entries does not agree with the counts");
        var entries = new List<(WatchlistEntry Entry, byte[]? Record)>(info.EntryCount);
        var rest = table.Section(SectionNumber.Entries2);
        for (var lengths = index[(int)basesLength..]; !lengths.IsEmpty; lengths = lengths[sizeof(uint)..])
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(lengths);
            if (length > (uint)rest.Length)
                return new PackageFailure(PackageStage.Index, $"entry {entries.Count} points outside its section");
            if (!PackedEntry2.Read(rest[..(int)length], templates).TryGet(out var entry, out var failure))
                return new PackageFailure(PackageStage.Records, $"entry {entries.Count}: {failure.Reason}");
            entries.Add(entry);
            rest = rest[(int)length..];
        }

        return Reindex(entries, info, Array.ConvertAll(tombstones, Encoding.UTF8.GetString));
    }
}
