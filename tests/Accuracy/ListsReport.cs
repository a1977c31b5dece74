using EdgeCheckpoint.Matching;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Accuracy;

/// <summary>
/// <c>lists</c>: people of one list, sought in the others. Recall at the alerting rule and in the weak queue, and who
/// stands first.
/// </summary>
internal static class ListsReport
{
    /// <summary>So many candidates are asked for that those of the query's own list cannot crowd out the others.</summary>
    private const int CandidatesMax = 64;

    private static readonly DateOnly Today = new(2026, 11, 23);

    /// <returns>How many figures are below their floor.</returns>
    internal static int Run(string folder, BenchList list, TextWriter? show, Summary summary, TextWriter output)
    {
        var queries = CrossListQuery.Read(Path.Combine(folder, "crosslist_queries.tsv"));
        var answerable = queries.Where(query => query.Truths.Any(list.Entries.ContainsKey)).ToList();
        output.WriteLine($"{queries.Count} people of one list sought in the others; {answerable.Count} can be answered, as {queries.Count - answerable.Count} stands in no other list of the file");
        output.WriteLine($"{"",-12} {"alert",8} {"queue",8} {"missed",7} {"top 1",8} {"or twin",8} {"P",7}  others alerted, others queued");
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var dates in Enum.GetValues<QueryDates>())
        {
            var recall = Measure(list, answerable, dates, MatchThresholds.Current, show);
            var title = dates switch { QueryDates.First => "first date", QueryDates.All => "all dates", QueryDates.Year => "year alone", _ => "no date" };
            var (alert, queue, first, twin) = recall.Shares(answerable.Count);
            output.WriteLine($"{title,-12} {alert,8:0.000} {queue,8:0.000} {answerable.Count - recall.Found,7} {first,8:0.000} {twin,8:0.000} {recall.Precision,7:0.000}  {recall.OtherAlerts}, {recall.OtherWeak}");
            values.Add($"{title} alert", alert);
            values.Add($"{title} queue", queue);
            values.Add($"{title} top 1", first);
            values.Add($"{title} top 1 or twin", twin);
        }

        output.WriteLine("alert: at the alerting rule; queue: there or in the weak queue; missed: neither; or twin: a record with the same name and date of birth counts too; P: share of alerts that are of such records, at least");
        summary.AddLists(values["first date alert"], values["all dates alert"], values["all dates queue"], values["all dates top 1 or twin"]);
        return Floors.Shipped().Check("lists", values, output);
    }

    /// <summary>Asks all queries at the given thresholds.</summary>
    /// <param name="show">Takes the names that were not found; null for none.</param>
    internal static ListRecall Measure(
        BenchList list, IReadOnlyList<CrossListQuery> answerable, QueryDates dates, MatchThresholds thresholds, TextWriter? show)
    {
        var matcher = list.Matcher(thresholds with { CandidatesMax = CandidatesMax });
        var recall = new ListRecall();
        foreach (var query in answerable)
        {
            var candidates = matcher.Screen(query.ToQuery(dates), Today, isClockDoubtful: false).Candidates
                .Where(candidate => candidate.Entry.ListName != query.Source)
                .ToList();
            var isAlert = candidates.Any(candidate => IsTruth(candidate, query) && candidate.Level == CandidateLevel.Alert);
            var isFound = isAlert || candidates.Any(candidate => IsTruth(candidate, query));
            var isFirst = candidates is [var top, ..] && IsTruth(top, query);
            recall.Alerts += isAlert ? 1 : 0;
            recall.Found += isFound ? 1 : 0;
            recall.First += isFirst ? 1 : 0;
            recall.FirstOrTwin += isFirst || (candidates is [var other, ..] && IsTwin(other.Entry, query, list)) ? 1 : 0;
            recall.TrueAlerts += candidates.Count(candidate =>
                candidate.Level == CandidateLevel.Alert && (IsTruth(candidate, query) || IsTwin(candidate.Entry, query, list)));
            var strangers = candidates.Where(candidate => !IsTruth(candidate, query) && !IsTwin(candidate.Entry, query, list)).ToList();
            recall.OtherAlerts += strangers.Count(static candidate => candidate.Level == CandidateLevel.Alert);
            recall.OtherWeak += strangers.Count(static candidate => candidate.Level == CandidateLevel.Weak);
            if (show is not null && (!isAlert || !isFirst))
                Show(query, candidates, isFound, dates, list, show);
        }

        return recall;
    }

    internal static List<CrossListQuery> Answerable(string folder, BenchList list) =>
        [.. CrossListQuery.Read(Path.Combine(folder, "crosslist_queries.tsv")).Where(query => query.Truths.Any(list.Entries.ContainsKey))];

    private static bool IsTruth(Candidate candidate, CrossListQuery query) => query.Truths.Contains(candidate.Entry.EntryId);

    /// <summary>
    /// True for a record that shares a name, by the same tokens in any order, and a date of birth with one of the true ones: a
    /// person may stand in one list twice, once for each act.
    /// </summary>
    private static bool IsTwin(WatchlistEntry entry, CrossListQuery query, BenchList list)
    {
        foreach (var id in query.Truths)
        {
            if (list.Entries.TryGetValue(id, out var truth)
                && truth.BirthDates.Any(date => entry.BirthDates.Contains(date))
                && Names(truth).Overlaps(Names(entry)))
            {
                return true;
            }
        }

        return false;
    }

    private static HashSet<string> Names(WatchlistEntry entry) =>
    [
        .. entry.Names
            .SelectMany(static name => NamePreparation.Listed(name.Text))
            .Select(static reading => string.Join(' ', reading.Select(static token => token.Text).Order(StringComparer.Ordinal))),
    ];

    private static void Show(
        CrossListQuery query, List<Candidate> candidates, bool isFound, QueryDates dates, BenchList list, TextWriter show)
    {
        show.WriteLine($"{(isFound ? "LATE" : "MISSED")} ({dates}) {query.Name} ({string.Join('|', query.Births)})");
        foreach (var id in query.Truths.Where(list.Entries.ContainsKey))
        {
            var truth = list.Entries[id];
            show.WriteLine($"  true: {id} {string.Join(" | ", truth.Names.Select(static name => name.Text))} ({string.Join('|', truth.BirthDates.Select(static date => date.From))})");
        }

        foreach (var candidate in candidates.Take(3))
            show.WriteLine($"  got:  {candidate.Entry.EntryId} {candidate.Level} {candidate.Score:0.000} {candidate.MatchedName} {candidate.BirthDate}");
    }
}

/// <summary>Counts over the queries that can be answered.</summary>
internal sealed class ListRecall
{
    /// <summary>A true record alerts.</summary>
    internal int Alerts { get; set; }

    /// <summary>A true record alerts or stands in the weak queue.</summary>
    internal int Found { get; set; }

    /// <summary>The first candidate is a true record.</summary>
    internal int First { get; set; }

    /// <summary>The first candidate is a true record or its twin.</summary>
    internal int FirstOrTwin { get; set; }

    /// <summary>Alerts of true records and their twins.</summary>
    internal int TrueAlerts { get; set; }

    /// <summary>Alerts of records that are neither: other people, or the same in an act that the labels do not know.</summary>
    internal int OtherAlerts { get; set; }

    /// <summary>The same in the weak queue.</summary>
    internal int OtherWeak { get; set; }

    /// <summary>1 when nothing alerts.</summary>
    internal double Precision => TrueAlerts + OtherAlerts == 0 ? 1 : (double)TrueAlerts / (TrueAlerts + OtherAlerts);

    internal (double Alert, double Queue, double First, double Twin) Shares(int count) =>
        ((double)Alerts / count, (double)Found / count, (double)First / count, (double)FirstOrTwin / count);
}
