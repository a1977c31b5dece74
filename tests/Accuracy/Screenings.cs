using EdgeCheckpoint.Matching;

namespace EdgeCheckpoint.Accuracy;

/// <summary>One traveller who was screened, and how many candidates that gave.</summary>
internal readonly record struct Screening(Traveller Traveller, int Alerts, int Weak);

/// <summary>All travellers against the whole list. None of them is on it, so each candidate is a false one.</summary>
internal sealed class Screenings(IReadOnlyList<Screening> all)
{
    /// <summary>A shared machine of two cores is the least that runs this.</summary>
    private const int CoresMax = 2;

    internal IReadOnlyList<Screening> All => all;

    internal double AlertsPerThousand => all.Sum(static screening => screening.Alerts) * 1000.0 / all.Count;

    internal double WeakPerThousand => all.Sum(static screening => screening.Weak) * 1000.0 / all.Count;

    /// <summary>Travellers with an alert, however many they have.</summary>
    internal Rate Alerted => AlertedOf(all);

    /// <summary>Travellers with a weak candidate.</summary>
    internal Rate Queued => QueuedOf(all);

    internal static Rate AlertedOf(IReadOnlyCollection<Screening> group) =>
        new(group.Count(static screening => screening.Alerts > 0), group.Count);

    internal static Rate QueuedOf(IReadOnlyCollection<Screening> group) =>
        new(group.Count(static screening => screening.Weak > 0), group.Count);

    /// <summary>Screens all at the given thresholds, each result in the place of its traveller.</summary>
    /// <param name="show">Takes every candidate with its names; null for none.</param>
    internal static Screenings Of(
        BenchList list, IReadOnlyList<(Traveller Traveller, MatchQuery Query)> queries, MatchThresholds thresholds, TextWriter? show)
    {
        var matcher = list.Matcher(thresholds);
        var screenings = new Screening[queries.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = show is null ? Math.Min(CoresMax, Environment.ProcessorCount) : 1 };
        Parallel.For(0, queries.Count, options, index =>
        {
            var (traveller, query) = queries[index];
            var candidates = matcher.Screen(query, Booth.Today, isClockDoubtful: false).Candidates;
            var alerts = candidates.Count(static candidate => candidate.Level == CandidateLevel.Alert);
            screenings[index] = new Screening(traveller, alerts, candidates.Length - alerts);
            if (show is null)
                return;
            foreach (var candidate in candidates)
            {
                show.WriteLine(
                    $"{candidate.Level} {candidate.Score:0.000} {query.Surname}, {query.GivenNames} ({query.BirthDate} {query.Nationality}) ~ {candidate.MatchedName} "
                    + $"({string.Join('|', candidate.Entry.BirthDates.Select(static date => date.From))}) {candidate.BirthDate} {candidate.Entry.EntryId}");
            }
        });
        return new Screenings(screenings);
    }
}
