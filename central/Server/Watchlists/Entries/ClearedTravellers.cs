using System.Collections.Immutable;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Travellers cleared of an entry (guardrail 7). No source writes them, so they are kept when it lists the entry again; they were cleared of
/// the entry as it was, so they lapse with any change of it but a longer or shorter life.
/// </summary>
internal static class ClearedTravellers
{
    /// <summary>Those of an entry that are still cleared of what it becomes.</summary>
    public static ImmutableArray<ClearedTraveller> CarriedOver(WatchlistEntry before, WatchlistEntry after, DateOnly today) =>
        before.Cleared.IsDefaultOrEmpty || !(after with { ExpiresOn = before.ExpiresOn, ReviewOn = before.ReviewOn, Cleared = before.Cleared }).Equals(before)
            ? []
            : InForce(before.Cleared, today);

    /// <summary>Those whose day has not come.</summary>
    public static ImmutableArray<ClearedTraveller> InForce(ImmutableArray<ClearedTraveller> cleared, DateOnly today) =>
        [.. cleared.Where(traveller => traveller.ExpiresOn > today)];
}
