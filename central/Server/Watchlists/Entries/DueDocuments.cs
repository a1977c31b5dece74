using System.Collections.Immutable;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Which lists of documents end soon. A list ends as a whole, and from then on the counters say that its numbers are not compared: it is replaced by
/// importing it anew, which is also its review.
/// </summary>
internal static class DueDocuments
{
    /// <summary>Those that end within so many days or have ended, the soonest first.</summary>
    public static ImmutableArray<DocumentList> Of(IEnumerable<DocumentList> lists, DateOnly today, int withinDays) =>
        [.. lists.Where(list => DaysLeft(list, today) <= withinDays).OrderBy(static list => list.ExpiresOn).ThenBy(static list => list.Name, StringComparer.Ordinal)];

    /// <summary>0 and less for one that has ended.</summary>
    public static int DaysLeft(DocumentList list, DateOnly today) => list.ExpiresOn.DayNumber - today.DayNumber;

    /// <summary>
    /// The threshold that was passed last; null for none, and for one of more than half the list's life: of one that lives a month and is imported daily
    /// nobody need be warned after each import.
    /// </summary>
    public static int? ThresholdOf(DocumentList list, DateOnly today)
    {
        var passed = DueEntries.ThresholdOf(DaysLeft(list, today));
        var imported = DateOnly.FromDateTime(list.ImportedAt.UtcDateTime);
        return passed is { } threshold && 2 * threshold <= Math.Max(0, DaysLeft(list, imported)) || passed == 0 ? passed : null;
    }
}
