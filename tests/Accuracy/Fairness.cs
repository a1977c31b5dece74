namespace EdgeCheckpoint.Accuracy;

/// <summary>A group of travellers, and whether more of its members are stopped wrongly than chance explains.</summary>
internal sealed record TravellerGroup(string Name, IReadOnlyCollection<Screening> Members, bool IsAboveInAlerts, bool IsAboveInQueue)
{
    internal Rate Alerted => Screenings.AlertedOf(Members);

    internal Rate Queued => Screenings.QueuedOf(Members);

    internal bool HasCandidates => Alerted.Count + Queued.Count > 0;
}

/// <summary>Splits travellers into groups and compares each with all.</summary>
internal static class Fairness
{
    /// <summary>A group stands out when even the lower end of its interval lies above so many means.</summary>
    internal const int MeansMax = 3;

    internal static string ByScript(Traveller traveller) => traveller.Script.ToString();

    internal static string ByRegion(Traveller traveller) => Region.Of(traveller.Nationality);

    internal static string ByNationality(Traveller traveller) => traveller.Nationality.Length == 0 ? "unknown" : traveller.Nationality;

    /// <summary>The groups, the one with most alerts first.</summary>
    internal static List<TravellerGroup> Groups(Screenings screenings, Func<Traveller, string> groupOf) =>
    [
        .. screenings.All.GroupBy(screening => groupOf(screening.Traveller))
            .Select(group => Compare(group.Key, [.. group], screenings))
            .OrderByDescending(static group => group.Alerted.Value)
            .ThenByDescending(static group => group.Queued.Value)
            .ThenBy(static group => group.Name, StringComparer.Ordinal),
    ];

    /// <summary>Regions and nationalities that stand out.</summary>
    internal static List<TravellerGroup> Above(Screenings screenings) =>
    [
        .. Groups(screenings, ByRegion).Concat(Groups(screenings, ByNationality))
            .Where(static group => group.IsAboveInAlerts || group.IsAboveInQueue),
    ];

    /// <summary>One group beside all, to which it need not belong.</summary>
    internal static TravellerGroup Compare(string name, IReadOnlyCollection<Screening> members, Screenings all) => new(
        name,
        members,
        Screenings.AlertedOf(members).Lower > MeansMax * all.Alerted.Value,
        Screenings.QueuedOf(members).Lower > MeansMax * all.Queued.Value);
}
