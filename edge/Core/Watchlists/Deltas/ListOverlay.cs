namespace EdgeCheckpoint.Watchlists.Deltas;

/// <summary>
/// Compiles deltas into the overlay run that lies over a base. There is one run however many deltas came: each makes it anew from the
/// last one and itself, so that a search never goes over more than two.
/// </summary>
public static class ListOverlay
{
    /// <summary>Writes the run.</summary>
    /// <param name="lowest">The base.</param>
    /// <param name="former">The run that lies over it now; null when none does.</param>
    /// <param name="delta">For the list that these two make.</param>
    /// <param name="version">Of the list that comes out, at least 1.</param>
    /// <param name="compiledAtUnixMicroseconds">When central compiled that list; microseconds since 1970-01-01T00:00:00Z.</param>
    /// <exception cref="InvalidDataException">An entry of the former run is damaged.</exception>
    public static byte[] Write(
        WatchlistPackage lowest, WatchlistPackage? former, EntryDelta delta, ulong version, long compiledAtUnixMicroseconds)
    {
        var put = delta.Put.ToDictionary(static item => item.Entry.EntryId, StringComparer.Ordinal);
        var removed = delta.Removed.ToHashSet(StringComparer.Ordinal);
        var records = delta.Put.Select(static item => (item.Entry, (byte[]?)item.Record)).ToList();
        for (var entry = 0; entry < (former?.EntryCount ?? 0); entry++)
        {
            var id = former!.EntryId(entry);
            if (!put.ContainsKey(id) && !removed.Contains(id))
                records.Add((former.Entry(entry), former.Record(entry)));
        }

        // One that went and came again is an entry of the run; naming it as removed too would be no use.
        removed.UnionWith(former?.RemovedEntryIds ?? []);
        removed.ExceptWith(put.Keys);
        using var package = new MemoryStream();
        WatchlistPackageWriter.WriteRecords(
            package, records, version, compiledAtUnixMicroseconds, lowest.Info.Title, lowest.Info.DocumentKey.Span,
            new OverlayOf(lowest.WeightOf, removed));
        return package.ToArray();
    }
}
