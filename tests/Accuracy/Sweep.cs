using EdgeCheckpoint.Matching;

namespace EdgeCheckpoint.Accuracy;

/// <summary><c>--sweep</c>: one threshold moved at a time, what is found beside what it costs. Changes nothing.</summary>
internal static class Sweep
{
    private static readonly (string Name, Func<MatchThresholds, double> Get, Func<MatchThresholds, double, MatchThresholds> With)[] Thresholds =
    [
        (nameof(MatchThresholds.Alert), static rules => rules.Alert, static (rules, value) => rules with { Alert = value }),
        (nameof(MatchThresholds.AlertByYear), static rules => rules.AlertByYear, static (rules, value) => rules with { AlertByYear = value }),
        (nameof(MatchThresholds.AlertByPart), static rules => rules.AlertByPart, static (rules, value) => rules with { AlertByPart = value }),
        (nameof(MatchThresholds.Weak), static rules => rules.Weak, static (rules, value) => rules with { Weak = value }),
    ];

    private static readonly double[] Steps = [-0.08, -0.04, -0.02, 0, 0.02, 0.04, 0.08];

    internal static void Run(string folder, BenchList list, TextWriter output)
    {
        var queries = TravellersReport.Queries(TravellersReport.Read(folder), TextWriter.Null);
        var answerable = ListsReport.Answerable(folder, list);
        output.WriteLine($"{"",-12} {"value",6} {"first date",11} {"all dates",10} {"year",6} {"queue",7} {"alerts per 1,000",17} {"weak per 1,000",15}  groups above, alerts and weak");
        foreach (var (name, get, with) in Thresholds)
        {
            foreach (var step in Steps)
            {
                var rules = with(MatchThresholds.Current, get(MatchThresholds.Current) + step);
                var screenings = Screenings.Of(list, queries, rules, show: null);
                var first = ListsReport.Measure(list, answerable, QueryDates.First, rules, show: null).Shares(answerable.Count);
                var all = ListsReport.Measure(list, answerable, QueryDates.All, rules, show: null).Shares(answerable.Count);
                var year = ListsReport.Measure(list, answerable, QueryDates.Year, rules, show: null).Shares(answerable.Count);
                var above = Fairness.Above(screenings);
                output.WriteLine(
                    $"{name,-12} {get(rules),6:0.00} {first.Alert,11:0.000} {all.Alert,10:0.000} {year.Alert,6:0.000} {all.Queue,7:0.000} "
                    + $"{screenings.AlertsPerThousand,17:0.00} {screenings.WeakPerThousand,15:0.00}  "
                    + $"{above.Count(static group => group.IsAboveInAlerts)}, {above.Count(static group => group.IsAboveInQueue)}{(step == 0 ? "  shipped" : "")}");
            }
        }
    }
}
