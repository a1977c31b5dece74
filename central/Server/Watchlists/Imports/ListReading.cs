using System.Collections.Immutable;
using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>A file that cannot be read to its end: malformed, cut off, or something else altogether.</summary>
/// <param name="line">Zero when the trouble is with no line in particular.</param>
/// <param name="fileName">Which of several files; empty when there is one.</param>
internal sealed class ListFileException(int line, int column, string reason, string fileName = "") : Exception(reason)
{
    public string FileName { get; } = fileName;

    public int Line { get; } = line;

    public int Column { get; } = column;
}

/// <summary>A row that is not taken, and why; without the names in it.</summary>
/// <param name="Line">Zero when it is about no line in particular.</param>
/// <param name="FileName">Which of several files; empty when there is one.</param>
internal sealed record RefusedRow(int Line, string EntryId, string Reason, string FileName = "");

/// <summary>What a list file holds.</summary>
internal sealed class ListReading
{
    public List<WatchlistEntry> Entries { get; } = [];

    /// <summary>The line in which each entry begins, in the order of <see cref="Entries"/>.</summary>
    public List<int> Lines { get; } = [];

    public List<RefusedRow> Refused { get; } = [];

    /// <summary>Rows that were taken without a part that was not understood.</summary>
    public List<RefusedRow> Notes { get; } = [];

    /// <summary>Records of a kind that is not screened against, such as organisations.</summary>
    public int LeftOut { get; set; }

    public void Refuse(string file, int line, string entryId, string reason) => Refused.Add(new RefusedRow(line, entryId, reason, file));

    public void Note(string file, int line, string entryId, string reason) => Notes.Add(new RefusedRow(line, entryId, reason, file));

    /// <summary>
    /// Takes an entry, unless its identifier was taken before, nobody could ever match it, or it is larger than an entry can be.
    /// What is not seen is taken out of its names (<see cref="ListText.WithoutInvisible"/>), and line breaks become spaces.
    /// </summary>
    public void Take(int line, WatchlistEntry entry, HashSet<string> seen, string file = "")
    {
        var cleaned = entry with
        {
            Names = [.. entry.Names.Select(static name => name with { Text = ListText.SingleSpaced(ListText.WithoutInvisible(name.Text)) })],
        };
        if (EntryLimits.Problem(cleaned) is { } problem)
            Refuse(file, line, cleaned.EntryId.Length <= EntryLimits.IdentifierLengthMax ? cleaned.EntryId : "", problem);
        else if (!cleaned.Names.Any(static name => CanMatch(name.Text)))
            Refuse(file, line, cleaned.EntryId, "none of its names can be compared with a document: no token of two Latin or Cyrillic letters");
        else if (!seen.Add(cleaned.EntryId))
            Refuse(file, line, cleaned.EntryId, "its identifier stands in the file more than once");
        else
            Keep(cleaned, line);
    }

    private void Keep(WatchlistEntry entry, int line)
    {
        Entries.Add(entry);
        Lines.Add(line);
    }

    /// <summary>An entry nobody could ever match by name must not look as if it were screened.</summary>
    private static bool CanMatch(string name) =>
        NameFolding.Fold(name).Split(' ').Any(static token => token.Length >= 2);
}

/// <summary>What a source says of a person; the properties mean what they mean in <see cref="WatchlistEntry"/>.</summary>
internal sealed record ListedPerson
{
    public required string EntryId { get; init; }

    public required string Reference { get; init; }

    public required ImmutableArray<ListedName> Names { get; init; }

    public required ImmutableArray<ListedBirthDate> BirthDates { get; init; }

    public required ImmutableArray<string> Nationalities { get; init; }

    public required char Sex { get; init; }

    public required ImmutableArray<ListedDocument> Documents { get; init; }
}

/// <summary>What makes the entries of a list lawful to use (guardrail 6), where a row does not say it itself.</summary>
internal sealed record ListDefaults
{
    /// <summary>Name of the list; empty to take it from the rows.</summary>
    public string ListName { get; init; } = "";

    public string Owner { get; init; } = "";

    public string LegalBasis { get; init; } = "";

    public string Purpose { get; init; } = "";

    public RequestedAction? Action { get; init; }

    public EvidenceGrade? Evidence { get; init; }

    public DateOnly? ExpiresOn { get; init; }

    public string Contact { get; init; } = "";

    /// <summary>An entry of a source that says nothing of its own about law: what the source says of the person, and the rest from here, complete.</summary>
    public WatchlistEntry Entry(ListedPerson person) => new()
    {
        EntryId = person.EntryId,
        ListName = ListName,
        Reference = person.Reference,
        Owner = Owner,
        LegalBasis = LegalBasis,
        Purpose = Purpose,
        Action = Action!.Value,
        Evidence = Evidence!.Value,
        ExpiresOn = ExpiresOn!.Value,
        Contact = Contact,
        Names = person.Names,
        BirthDates = person.BirthDates,
        Nationalities = person.Nationalities,
        Sex = person.Sex,
        Documents = person.Documents,
    };

    /// <summary>What an entry needs and nothing says, by the names of the options; empty when complete.</summary>
    public string Missing => string.Join(", ", new[]
    {
        ListName.Length == 0 ? "--list" : "",
        Owner.Length == 0 ? "--owner" : "",
        LegalBasis.Length == 0 ? "--legal-basis" : "",
        Purpose.Length == 0 ? "--purpose" : "",
        Action is null ? "--action" : "",
        Evidence is null ? "--evidence" : "",
        ExpiresOn is null ? "--expires" : "",
    }.Where(static option => option.Length > 0));
}
