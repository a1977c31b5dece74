namespace EdgeCheckpoint.Accuracy;

/// <summary>A group of travellers, and whether more of its members are stopped wrongly than chance explains.</summary>
/// <param name="Name">What its members have in common.</param>
/// <param name="Members">All of them.</param>
/// <param name="IsAboveInAlerts">By the group's own 95 % interval, as if it were the only group.</param>
/// <param name="IsAboveInQueue">The same of the weak queue.</param>
/// <param name="StandsOutInAlerts">By the interval that holds for all groups of its table at once: this one judges.</param>
/// <param name="StandsOutInQueue">The same of the weak queue.</param>
/// <param name="Beside">Groups of its table.</param>
internal sealed record TravellerGroup(
    string Name,
    IReadOnlyCollection<Screening> Members,
    bool IsAboveInAlerts,
    bool IsAboveInQueue,
    bool StandsOutInAlerts,
    bool StandsOutInQueue,
    int Beside)
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
    internal static List<TravellerGroup> Groups(Screenings screenings, Func<Traveller, string> groupOf)
    {
        var groups = screenings.All.GroupBy(screening => groupOf(screening.Traveller)).ToList();
        return
        [
            .. groups.Select(group => Compare(group.Key, [.. group], screenings, groups.Count))
                .OrderByDescending(static group => group.Alerted.Value)
                .ThenByDescending(static group => group.Queued.Value)
                .ThenBy(static group => group.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Regions and nationalities that stand out.</summary>
    internal static List<TravellerGroup> Above(Screenings screenings) =>
    [
        .. Groups(screenings, ByRegion).Concat(Groups(screenings, ByNationality))
            .Where(static group => group.IsAboveInAlerts || group.IsAboveInQueue),
    ];

    /// <summary>One group beside all, to which it need not belong.</summary>
    /// <param name="beside">Groups that are compared so at once, this one among them.</param>
    internal static TravellerGroup Compare(string name, IReadOnlyCollection<Screening> members, Screenings all, int beside)
    {
        var (alerted, queued) = (Screenings.AlertedOf(members), Screenings.QueuedOf(members));
        return new TravellerGroup(
            name,
            members,
            alerted.Lower > MeansMax * all.Alerted.Value,
            queued.Lower > MeansMax * all.Queued.Value,
            alerted.Simultaneous(beside).Lower > MeansMax * all.Alerted.Value,
            queued.Simultaneous(beside).Lower > MeansMax * all.Queued.Value,
            beside);
    }
}
