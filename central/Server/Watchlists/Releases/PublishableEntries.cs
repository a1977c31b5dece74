using System.Collections.Immutable;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// What of the lists goes into the next version: not what is expired or was not reviewed in time, which is suspended until it is renewed;
/// not what was removed by hand; no clearing whose day has come or whose document was reported.
/// </summary>
/// <param name="Records">Canonical bytes of the entries, by identifier.</param>
/// <param name="Suspended">Identifiers of entries that are left out, expired or unreviewed.</param>
/// <param name="HeldCount">Entries that a source lists and that were removed by hand.</param>
internal sealed record PublishableEntries(
    ImmutableArray<WatchlistEntry> Entries, IReadOnlyDictionary<string, byte[]> Records, ImmutableArray<string> Suspended, int HeldCount)
{
    public static PublishableEntries Of(ListedEntries listed, DateOnly today)
    {
        var entries = ImmutableArray.CreateBuilder<WatchlistEntry>(listed.Entries.Count);
        var records = new Dictionary<string, byte[]>(listed.Entries.Count, StringComparer.Ordinal);
        var suspended = ImmutableArray.CreateBuilder<string>();
        var held = 0;
        foreach (var stored in listed.Entries)
        {
            if (listed.Held.Contains(stored.EntryId))
            {
                held++;
                continue;
            }

            var entry = EntryRecord.Decode(stored.Record).Value;
            if (IsSuspended(entry, today))
            {
                suspended.Add(entry.EntryId);
                continue;
            }

            // Only an entry that loses a clearing is written anew: there are a million of them.
            var cleared = entry.Cleared.IsEmpty ? entry.Cleared : ClearedTravellers.InForce(entry.Cleared, today);
            var isAsStored = cleared.Length == entry.Cleared.Length;
            var published = isAsStored ? entry : entry with { Cleared = cleared };
            entries.Add(published);
            records.Add(entry.EntryId, isAsStored ? stored.Record : EntryRecord.Encode(published));
        }

        return new PublishableEntries(entries.ToImmutable(), records, suspended.ToImmutable(), held);
    }

    /// <summary>The documents by which travellers are cleared of these entries.</summary>
    public IReadOnlyCollection<ClearedDocument> ClearedDocuments => [.. Entries.SelectMany(static entry => entry.Cleared).Select(ClearedDocument.Of).Distinct()];

    /// <summary>The same without the travellers whose document was reported.</summary>
    /// <param name="concerned">Identifiers of the entries of which somebody is cleared no more.</param>
    public PublishableEntries Without(IReadOnlySet<ClearedDocument> reported, out ImmutableArray<string> concerned)
    {
        if (reported.Count == 0)
        {
            concerned = [];
            return this;
        }

        var left = Entries.ToBuilder();
        var records = new Dictionary<string, byte[]>(Records, StringComparer.Ordinal);
        var ids = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < left.Count; i++)
        {
            var entry = left[i];
            ImmutableArray<ClearedTraveller> kept = [.. entry.Cleared.Where(traveller => !reported.Contains(ClearedDocument.Of(traveller)))];
            if (kept.Length == entry.Cleared.Length)
                continue;
            left[i] = entry with { Cleared = kept };
            records[entry.EntryId] = EntryRecord.Encode(left[i]);
            ids.Add(entry.EntryId);
        }

        concerned = ids.ToImmutable();
        return this with { Entries = left.ToImmutable(), Records = records };
    }

    /// <summary>
    /// The same with the invented traveller by whom each post proves that it searches the list. She is in the package and in its state root, and in
    /// nothing that people count: not in the lists, and not in the number of entries of the release.
    /// </summary>
    public PublishableEntries WithSpecimen() => this with
    {
        Entries = Entries.Add(ListSpecimen.Entry),
        Records = new Dictionary<string, byte[]>(Records, StringComparer.Ordinal) { [ListSpecimen.EntryId] = EntryRecord.Encode(ListSpecimen.Entry) },
    };

    /// <summary>True when an entry is not published as it stands today.</summary>
    public static bool IsSuspended(WatchlistEntry entry, DateOnly today) => entry.LapsesOn <= today;
}
