using EdgeCheckpoint.Matching;

namespace EdgeCheckpoint.Accuracy;

/// <summary>
/// <c>travellers</c>: invented people through the machine readable zone and against the whole list, and the rates of false
/// alerts by script, region and nationality, so that unfairness shows.
/// </summary>
internal static class TravellersReport
{
    /// <summary>Groups shown by name in a part of the table that has many: those without any candidate are counted.</summary>
    private const int LinesMax = 40;

    /// <returns>How many figures are below their floor.</returns>
    internal static int Run(string folder, BenchList list, TextWriter? show, Summary summary, TextWriter output)
    {
        var travellers = Read(folder);
        var start = TimeProvider.System.GetTimestamp();
        var screenings = Screenings.Of(list, Queries(travellers, output), MatchThresholds.Current, show);
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        output.WriteLine($"{screenings.All.Count} screened against {list.Entries.Count} persons in {elapsed.TotalSeconds:0.0} s");
        output.WriteLine();
        output.WriteLine($"{"travellers per 1,000, 95 % interval",-36} {"n",6}  {"with an alert",-23}  {"in the weak queue",-23}");
        Line("all", screenings.All, output);
        Part("script", Fairness.Groups(screenings, Fairness.ByScript), output);
        var romanised = Romanised(travellers, list, screenings);
        foreach (var group in romanised)
            Line(group, output);
        Part("region", Fairness.Groups(screenings, Fairness.ByRegion), output);
        Part("nationality", Fairness.Groups(screenings, Fairness.ByNationality), output);
        var above = Fairness.Above(screenings);
        Above(above, output);
        summary.AddTravellers(screenings);
        summary.AddAbove(above);
        return Floors.Shipped().Check("travellers", Values(screenings, above, romanised), output);
    }

    /// <summary>Who lies above the bound: by the interval for all groups at once, which judges, and by each group's own.</summary>
    private static void Above(List<TravellerGroup> above, TextWriter output)
    {
        var standOut = above.Count(static group => group.StandsOutInAlerts || group.StandsOutInQueue);
        output.WriteLine($"Regions and nationalities whose lower end exceeds {Fairness.MeansMax} times the mean, all intervals holding at once: {(standOut == 0 ? "none" : standOut)}");
        output.WriteLine($"The same by each group's own interval: {(above.Count == 0 ? "none" : above.Count)}");
        foreach (var group in above)
        {
            if (group.IsAboveInAlerts)
                Above(group, group.Alerted, "alerted", group.StandsOutInAlerts, output);
            if (group.IsAboveInQueue)
                Above(group, group.Queued, "in the weak queue", group.StandsOutInQueue, output);
        }
    }

    private static void Above(TravellerGroup group, Rate rate, string what, bool standsOut, TextWriter output)
    {
        var (lower, upper) = rate.Simultaneous(group.Beside);
        output.WriteLine($"  {group.Name}: {rate.Count} of {rate.Of} {what}; per 1,000 {rate.ToString().Trim()}, with {group.Beside} groups at once [{lower * 1000:0.00}, {upper * 1000:0.00}]{(standsOut ? "  stands out" : "")}");
    }

    internal static List<Traveller> Read(string folder) => Traveller.Read(Path.Combine(folder, "travellers", "negatives_global.csv"));

    /// <summary>What the appliance would ask of those whose names can be written; says who is left out.</summary>
    internal static List<(Traveller Traveller, MatchQuery Query)> Queries(IReadOnlyCollection<Traveller> travellers, TextWriter output)
    {
        var queries = new List<(Traveller, MatchQuery)>();
        var written = new SortedDictionary<WritingScript, int[]>();
        foreach (var traveller in travellers)
        {
            var writing = Booth.Present(traveller, alwaysRomanise: false, out var query);
            if (query is not null)
                queries.Add((traveller, query));
            if (!written.TryGetValue(traveller.Script, out var counts))
                written.Add(traveller.Script, counts = new int[3]);
            counts[(int)writing]++;
        }

        output.WriteLine($"{travellers.Count} invented travellers; {travellers.Count(static traveller => traveller.Nationality.Length == 0)} of a country without code, {queries.Count(static item => item.Item2.IsTruncated)} names fill the zone");
        output.WriteLine($"{"script",-12} {"by table",9} {"romanised",10} {"left out",9}");
        foreach (var (script, counts) in written)
        {
            output.WriteLine(
                $"{script,-12} {counts[(int)ZoneWriting.ByTable],9} {counts[(int)ZoneWriting.Romanised],10} {counts[(int)ZoneWriting.None],9}");
        }

        return queries;
    }

    /// <summary>
    /// Names in Arabic and Cyrillic again, romanised as passports do: the standard's table leaves the vowels of Arabic out, so
    /// that a name written by it resembles nobody's, and the rows of the total flatter.
    /// </summary>
    private static List<TravellerGroup> Romanised(List<Traveller> travellers, BenchList list, Screenings all)
    {
        var queries = new List<(Traveller, MatchQuery)>();
        foreach (var traveller in travellers.Where(static traveller => traveller.Script is WritingScript.Arabic or WritingScript.Cyrillic))
        {
            if (Booth.Present(traveller, alwaysRomanise: true, out var query) == ZoneWriting.Romanised)
                queries.Add((traveller, query!));
        }

        var screenings = Screenings.Of(list, queries, MatchThresholds.Current, show: null);
        return
        [
            .. screenings.All.GroupBy(static screening => screening.Traveller.Script)
                .OrderBy(static group => group.Key)
                .Select(group => Fairness.Compare($"{group.Key} romanised, not in total", [.. group], all, beside: 1)),
        ];
    }

    /// <summary>One part of the table; groups without a candidate share a few lines where there are many.</summary>
    private static void Part(string title, List<TravellerGroup> groups, TextWriter output)
    {
        output.WriteLine($"by {title}");
        var silent = groups.Where(group => groups.Count > LinesMax && !group.HasCandidates).ToList();
        foreach (var group in groups.Except(silent))
            Line(group, output);

        if (silent.Count == 0)
            return;
        output.WriteLine($"  {silent.Count} more, n = {silent.Sum(static group => group.Members.Count)}, without any candidate (n; upper end of the interval per 1,000):");
        foreach (var line in silent.Chunk(8))
            output.WriteLine($"    {string.Join("  ", line.Select(static group => $"{group.Name} {group.Members.Count}; {group.Alerted.Upper * 1000:0.0}"))}");
    }

    private static void Line(TravellerGroup group, TextWriter output)
    {
        var marks = (group.IsAboveInAlerts ? " alerts" : "") + (group.IsAboveInQueue ? " weak" : "");
        Line($"  {group.Name}", group.Members, output, marks.Length == 0 ? "" : $"  above {Fairness.MeansMax} means:{marks}");
    }

    private static void Line(string title, IReadOnlyCollection<Screening> members, TextWriter output, string marks = "") =>
        output.WriteLine($"{title,-36} {members.Count,6}  {Screenings.AlertedOf(members)}  {Screenings.QueuedOf(members)}{marks}");

    private static Dictionary<string, double> Values(
        Screenings screenings, List<TravellerGroup> above, List<TravellerGroup> romanised)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["screened"] = screenings.All.Count,
            ["alerts per 1,000 at most"] = screenings.AlertsPerThousand,
            ["weak per 1,000 at most"] = screenings.WeakPerThousand,
            ["groups above three means in alerts at most"] = above.Count(static group => group.IsAboveInAlerts),
            ["groups above three means in the queue at most"] = above.Count(static group => group.IsAboveInQueue),
            ["groups above three means at once at most"] = above.Count(static group => group.StandsOutInAlerts || group.StandsOutInQueue),
        };
        foreach (var group in romanised)
        {
            values.Add($"{group.Name}, alerted per 1,000 at most", group.Alerted.Value * 1000);
            values.Add($"{group.Name}, queued per 1,000 at most", group.Queued.Value * 1000);
        }

        return values;
    }
}
