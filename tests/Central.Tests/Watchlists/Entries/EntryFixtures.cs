using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>Invented entries in the words of the form; every name bears a mark that must not turn up in the log.</summary>
internal static class EntryFixtures
{
    public const string Mark = "Zqmarkson";

    public const string ListName = "Utopia by hand";

    /// <summary>The fields of an entry that may be proposed.</summary>
    /// <param name="changes">Other texts for some columns.</param>
    public static Func<string, string> Fields(DateOnly today, params (string Column, string Text)[] changes)
    {
        var fields = new Dictionary<string, string>
        {
            ["list"] = ListName,
            ["names"] = $"{Mark}, Ottoline|Ottilie {Mark}",
            ["birth_dates"] = "1983-11-30",
            ["nationalities"] = "Utopia",
            ["documents"] = "P:UTO:UT 0815-K",
            ["owner"] = "Utopia Border Agency",
            ["legal_basis"] = "Utopian Aliens Act, section 9",
            ["purpose"] = "Identity check",
            ["action"] = "inquire",
            ["evidence"] = "documented",
            ["direction"] = "entry",
            ["expires_on"] = EntryWords.Day(today.AddYears(2)),
            ["review_on"] = EntryWords.Day(today.AddYears(1)),
        };
        foreach (var (column, text) in changes)
            fields[column] = text;
        return column => fields.GetValueOrDefault(column, "");
    }

    /// <summary>The same as an entry.</summary>
    public static WatchlistEntry Entry(DateOnly today, params (string Column, string Text)[] changes)
    {
        var field = Fields(today, changes);
        return CsvListReader.ReadEntry(column => column == "entry_id" ? "hand:1" : field(column), new ListDefaults()).Value;
    }

    public static ClearedTraveller Traveller(DateOnly today, string number = "UT77") =>
        new(number, "UTO", PartialDate.From(new DateOnly(1983, 11, 30)), today.AddYears(1), "redress 7");
}
