using System.Buffers.Binary;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// Packages whose index this program does not read: those of format 1, and those folded by other rules. Their records are
/// canonical and say everything, so they are indexed anew in memory.
/// </summary>
internal static class PlainPackage
{
    private const int RowLength = 16;

    /// <summary>Reads the records of format 1 and opens what is compiled from them.</summary>
    internal static Result<WatchlistPackage, PackageFailure> Reindex(PackageTable table, PackageInfo info)
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
}
