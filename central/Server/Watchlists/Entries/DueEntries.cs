using System.Collections.Immutable;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>An entry that ends, or is to be reviewed, soon.</summary>
/// <param name="LapsesOn">From this day on it is suspended.</param>
/// <param name="IsReview">True when it is the review that is due, and the entry would live longer.</param>
/// <param name="DaysLeft">0 and less for one that is suspended.</param>
public sealed record DueEntry(string EntryId, string ListName, DateOnly LapsesOn, bool IsReview, int DaysLeft)
{
    public bool IsSuspended => DaysLeft <= 0;
}

/// <summary>Which entries end soon (research: unreviewed entries are suspended by themselves, so somebody must be told before).</summary>
internal static class DueEntries
{
    /// <summary>Days before the end at which list editors are told, and 0 for the day itself.</summary>
    public static readonly ImmutableArray<int> Thresholds = [90, 30, 7, 0];

    /// <summary>Those that end within so many days or have ended, the soonest first. What is held back is nobody's work.</summary>
    public static ImmutableArray<DueEntry> Of(ListedEntries listed, DateOnly today, int withinDays) =>
    [
        .. listed.Entries
            .Where(stored => !listed.Held.Contains(stored.EntryId))
            .Select(stored => Of(EntryRecord.Decode(stored.Record).Value, today))
            .Where(due => due.DaysLeft <= withinDays)
            .OrderBy(static due => due.LapsesOn)
            .ThenBy(static due => due.EntryId, StringComparer.Ordinal),
    ];

    public static DueEntry Of(WatchlistEntry entry, DateOnly today) => new(
        entry.EntryId, entry.ListName, entry.LapsesOn, entry.LapsesOn < entry.ExpiresOn, entry.LapsesOn.DayNumber - today.DayNumber);

    /// <summary>The threshold that was passed last; null when none was.</summary>
    public static int? ThresholdOf(int daysLeft)
    {
        int? passed = null;
        foreach (var threshold in Thresholds)
        {
            if (daysLeft <= threshold)
                passed = threshold;
        }

        return passed;
    }
}
