using EdgeCheckpoint.Names;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>A file that cannot be read to its end: malformed, cut off, or something else altogether.</summary>
internal sealed class ListFileException(int line, int column, string reason) : Exception(reason)
{
    public int Line { get; } = line;

    public int Column { get; } = column;
}

/// <summary>A row that is not taken, and why; without the names in it.</summary>
internal sealed record RefusedRow(int Line, string EntryId, string Reason);

/// <summary>What a list file holds.</summary>
internal sealed class ListReading
{
    public List<WatchlistEntry> Entries { get; } = [];

    public List<RefusedRow> Refused { get; } = [];

    /// <summary>Records of a kind that is not screened against, such as organisations.</summary>
    public int LeftOut { get; set; }

    /// <summary>An entry nobody could ever match by name must not look as if it were screened.</summary>
    private static bool CanMatch(string name) =>
        NameFolding.Fold(name).Split(' ').Any(static token => token.Length >= 2);

    /// <summary>Takes an entry, unless its identifier was taken before.</summary>
    public void Take(int line, WatchlistEntry entry, HashSet<string> seen)
    {
        if (!entry.Names.Any(static name => CanMatch(name.Text)))
            Refused.Add(new RefusedRow(line, entry.EntryId, "none of its names can be compared with a document: no token of two Latin or Cyrillic letters"));
        else if (seen.Add(entry.EntryId))
            Entries.Add(entry);
        else
            Refused.Add(new RefusedRow(line, entry.EntryId, "its identifier stands in the file more than once"));
    }
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
}
