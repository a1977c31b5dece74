using EdgeCheckpoint.Matching;

namespace EdgeCheckpoint.Accuracy;

/// <summary>What is found and what it costs, at one set of thresholds, in one table: neither says anything without the other.</summary>
internal sealed class Summary
{
    private readonly List<(string What, string Figure)> _rows = [];

    internal void AddLists(double first, double all, double queue, double top)
    {
        _rows.Add(("cross-list recall at the alerting rule, first date of birth", $"{first:0.000}"));
        _rows.Add(("cross-list recall at the alerting rule, all dates", $"{all:0.000}"));
        _rows.Add(("cross-list recall, weak queue included", $"{queue:0.000}"));
        _rows.Add(("cross-list first place, twins of the record included", $"{top:0.000}"));
    }

    internal void AddTravellers(Screenings screenings)
    {
        _rows.Add(("alerts per 1,000 travellers", $"{screenings.AlertsPerThousand:0.00}"));
        _rows.Add(("weak candidates per 1,000 travellers", $"{screenings.WeakPerThousand:0.00}"));
        _rows.Add(("travellers alerted per 1,000, with 95 % interval", screenings.Alerted.ToString().Trim()));
        _rows.Add(("travellers in the weak queue per 1,000", screenings.Queued.ToString().Trim()));
    }

    internal void AddAbove(List<TravellerGroup> above)
    {
        _rows.Add(($"groups above {Fairness.MeansMax} means, all intervals holding at once", $"{above.Count(static group => group.StandsOutInAlerts || group.StandsOutInQueue)}"));
        _rows.Add(($"groups with a lower end above {Fairness.MeansMax} means, in alerts", $"{above.Count(static group => group.IsAboveInAlerts)}"));
        _rows.Add(($"groups with a lower end above {Fairness.MeansMax} means, in the weak queue", $"{above.Count(static group => group.IsAboveInQueue)}"));
    }

    internal void Print(TextWriter output)
    {
        output.WriteLine($"Summary at {MatchThresholds.Current.Version}");
        foreach (var (what, figure) in _rows)
            output.WriteLine($"  {what,-60} {figure}");
    }
}
