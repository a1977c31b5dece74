using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// What an entry made by hand must be (guardrail 6): somebody answers for it, a law allows it, it says who is meant, and it ends. Checked
/// when it is proposed and again when it is approved, since days pass between.
/// </summary>
internal static class EntryRules
{
    /// <summary>Longest life of an entry before it is renewed, in years (Regulation (EU) 2018/1861, Article 39).</summary>
    public const int LifeYearsMax = 3;

    /// <summary>The same for a discreet one.</summary>
    public const int DiscreetLifeYearsMax = 1;

    /// <summary>Most travellers cleared of one entry; more are a sign that the entry names nobody.</summary>
    public const int ClearedMax = 100;

    public const int ReasonLengthMax = 500;

    private const int StateLength = 3;

    /// <summary>Each problem of a change as a part of a sentence; none when it may be proposed. Going and coming back need no more than a reason.</summary>
    /// <param name="entry">As it would stand.</param>
    public static IReadOnlyList<string> Problems(EntryChangeKind kind, WatchlistEntry entry, DateOnly today)
    {
        var problems = new List<string>();
        if (kind is EntryChangeKind.Addition or EntryChangeKind.Change)
            problems.AddRange(Problems(entry, today));
        else if (kind == EntryChangeKind.Clearing)
            AddClearedProblems(entry, today, problems);
        return problems;
    }

    /// <summary>Each problem of a whole entry.</summary>
    public static IReadOnlyList<string> Problems(WatchlistEntry entry, DateOnly today)
    {
        var problems = new List<string>();
        if (EntryLimits.Problem(entry) is { } limit)
            problems.Add(limit);
        foreach (var (text, what) in ((string, string)[])[(entry.Owner, "an owner"), (entry.LegalBasis, "a legal basis"), (entry.Purpose, "a purpose")])
        {
            if (text.Length == 0)
                problems.Add($"it needs {what}");
        }

        if (entry.Names.IsDefaultOrEmpty || entry.Names[0].Quality != NameQuality.Primary)
            problems.Add("it needs a name");
        else if (!entry.Names.Any(static name => NameFolding.Fold(name.Text).Split(' ').Any(static token => token.Length >= 2)))
            problems.Add("none of its names can be compared with a document; add a Latin spelling");
        if (!entry.IsIdentifying && entry.Action != RequestedAction.Inform)
            problems.Add("without a complete date of birth or a document number it may ask for nothing but inform");
        if (entry.Direction == CrossingDirection.NotSaid)
            problems.Add("it must say at which crossing it is asked for: entry, exit or both");
        else if (ExitProblem(entry) is { } exit)
            problems.Add(exit);
        AddTermProblems(entry, today, problems);
        AddClearedProblems(entry, today, problems);
        return problems;
    }

    /// <summary>What an alert at exit lacks; null when it lacks nothing, or is none.</summary>
    public static string? ExitProblem(WatchlistEntry entry) =>
        entry.Direction is CrossingDirection.Exit or CrossingDirection.Both && (entry.CourtReference.Length == 0 || entry.Supervisor.Length == 0)
            ? "an alert at exit needs the reference of a court or law, and a supervisor who answers for it"
            : null;

    /// <summary>What is wrong with one cleared traveller; null when nothing is.</summary>
    public static string? ClearedProblem(ClearedTraveller traveller, DateOnly today)
    {
        if (DocumentNumber.Parse(traveller.DocumentNumber).IsEmpty || traveller.DocumentNumber.Length > EntryLimits.IdentifierLengthMax)
            return "a cleared traveller needs a document number";
        if (traveller.IssuingState.Length > StateLength || !traveller.IssuingState.All(char.IsAsciiLetterUpper) || traveller.IssuingState.Length == 0)
            return "the state that issued a cleared traveller's document is written as in the document, one to three letters";
        if (!traveller.BirthDate.IsComplete)
            return "a cleared traveller needs a complete date of birth";
        if (traveller.Reference.Length is 0 or > EntryLimits.IdentifierLengthMax || traveller.Reference.Any(char.IsControl))
            return "a cleared traveller needs the reference of the redress case";
        return traveller.ExpiresOn > today && traveller.ExpiresOn <= today.AddYears(LifeYearsMax)
            ? null
            : $"a clearing ends after today and within {LifeYearsMax} years";
    }

    private static void AddTermProblems(WatchlistEntry entry, DateOnly today, List<string> problems)
    {
        var isDiscreet = entry.Action == RequestedAction.Discreet;
        var years = isDiscreet ? DiscreetLifeYearsMax : LifeYearsMax;
        if (entry.ExpiresOn <= today || entry.ExpiresOn > today.AddYears(years))
            problems.Add($"it ends after today and within {years} year{(years == 1 ? "" : "s")}{(isDiscreet ? ", being discreet" : "")}");
        if (entry.ReviewOn is not { } review)
            problems.Add("it needs the day by which it is reviewed");
        else if (review <= today || review > entry.ExpiresOn)
            problems.Add("its review is after today and no later than its end");
    }

    private static void AddClearedProblems(WatchlistEntry entry, DateOnly today, List<string> problems)
    {
        if (entry.Cleared.Length > ClearedMax)
            problems.Add($"more than {ClearedMax} travellers are cleared of it: it does not say whom it means");
        if (entry.Cleared.DistinctBy(static traveller => (DocumentNumber.Parse(traveller.DocumentNumber), traveller.IssuingState)).Count() != entry.Cleared.Length)
            problems.Add("a document is cleared twice");
        problems.AddRange(entry.Cleared.Select(traveller => ClearedProblem(traveller, today)).OfType<string>().Distinct());
    }
}
