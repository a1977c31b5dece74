using System.Collections.Immutable;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// What of the lists goes into the next version: not what is expired or was not reviewed in time, which is suspended until it is renewed;
/// not what was removed by hand; and no clearing whose day has come.
/// </summary>
/// <param name="Suspended">Identifiers of entries that are left out, expired or unreviewed.</param>
/// <param name="HeldCount">Entries that a source lists and that were removed by hand.</param>
internal sealed record PublishableEntries(ImmutableArray<WatchlistEntry> Entries, ImmutableArray<string> Suspended, int HeldCount)
{
    public static PublishableEntries Of(ListedEntries listed, DateOnly today)
    {
        var entries = ImmutableArray.CreateBuilder<WatchlistEntry>(listed.Entries.Count);
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
                suspended.Add(entry.EntryId);
            else if (ClearedTravellers.InForce(entry.Cleared, today) is var cleared && cleared.Length < entry.Cleared.Length)
                entries.Add(entry with { Cleared = cleared });
            else
                entries.Add(entry);
        }

        return new PublishableEntries(entries.ToImmutable(), suspended.ToImmutable(), held);
    }

    /// <summary>True when an entry is not published as it stands today.</summary>
    public static bool IsSuspended(WatchlistEntry entry, DateOnly today) => entry.LapsesOn <= today;
}
