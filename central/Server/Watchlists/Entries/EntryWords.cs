using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>An entry in words: as people read it before they approve, and as the fields of the form have it.</summary>
internal static class EntryWords
{
    /// <summary>Every field that says something, in the words of the form.</summary>
    public static ImmutableArray<(string Label, string Value)> Lines(WatchlistEntry entry)
    {
        var lines = ImmutableArray.CreateBuilder<(string Label, string Value)>();
        if (!entry.IsIdentifying)
            lines.Add(("mark", WatchlistEntry.WeaklyIdentified));
        foreach (var column in CsvListReader.Columns.Where(static column => column != "entry_id"))
        {
            if (Field(entry, column) is { Length: > 0 } value)
                lines.Add((column.Replace('_', ' '), value.Replace("|", " | ", StringComparison.Ordinal)));
        }

        lines.AddRange(entry.Cleared.Select(static traveller => ("cleared traveller", Describe(traveller))));
        return lines.ToImmutable();
    }

    /// <summary>A field as the form writes it; several values parted by a vertical bar.</summary>
    public static string Field(WatchlistEntry entry, string column) => column switch
    {
        "entry_id" => entry.EntryId,
        "names" => Joined(entry.Names.Where(static name => name.Quality != NameQuality.Weak).Select(static name => name.Text)),
        "weak_names" => Joined(entry.Names.Where(static name => name.Quality == NameQuality.Weak).Select(static name => name.Text)),
        "birth_dates" => Joined(entry.BirthDates.Select(BirthDate)),
        "nationalities" => Joined(entry.Nationalities),
        "sex" => entry.Sex == '\0' ? "" : entry.Sex.ToString(),
        "documents" => Joined(entry.Documents.Select(static document => $"{document.Type}:{document.IssuingState}:{document.Number}")),
        "list" => entry.ListName,
        "reference" => entry.Reference,
        "owner" => entry.Owner,
        "legal_basis" => entry.LegalBasis,
        "purpose" => entry.Purpose,
        "action" => ListWords.Word(entry.Action),
        "evidence" => ListWords.Word(entry.Evidence),
        "expires_on" => Day(entry.ExpiresOn),
        "contact" => entry.Contact,
        "direction" => ListWords.Word(entry.Direction),
        "court_reference" => entry.CourtReference,
        "supervisor" => entry.Supervisor,
        "review_on" => entry.ReviewOn is { } review ? Day(review) : "",
        _ => throw new ArgumentOutOfRangeException(nameof(column), column, "Not a field of an entry."),
    };

    public static string Describe(ClearedTraveller traveller) =>
        $"document {traveller.IssuingState} {traveller.DocumentNumber}, born {traveller.BirthDate}, until {Day(traveller.ExpiresOn)}, redress {traveller.Reference}";

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string BirthDate(ListedBirthDate birth) =>
        $"{(birth.IsApproximate ? "~" : "")}{(birth.From == birth.To ? birth.From.ToString() : $"{birth.From}/{birth.To}")}";

    private static string Joined(IEnumerable<string> values) => string.Join('|', values);
}
