using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>How large an entry of a foreign file may be. Beyond it a row is refused: it is damage or an attack, not a person.</summary>
internal static class EntryLimits
{
    public const int IdentifierLengthMax = 128;

    /// <summary>Longest name, in characters; the longest of the real lists has fewer than 200.</summary>
    public const int NameLengthMax = 512;

    /// <summary>Longest of the other texts, in characters.</summary>
    public const int TextLengthMax = 2_048;

    /// <summary>Most names, dates, nationalities or documents; the richest entry of the real lists has fewer than 100.</summary>
    public const int ItemsMax = 1_000;

    /// <summary>What is too large about an entry; null when nothing is.</summary>
    public static string? Problem(WatchlistEntry entry)
    {
        if (entry.EntryId.Length is 0 or > IdentifierLengthMax || entry.EntryId.Any(char.IsControl))
            return $"its identifier has not 1 to {IdentifierLengthMax} characters, or has control characters";
        if (ListSpecimen.IsReserved(entry.EntryId))
            return $"identifiers that begin with {ListSpecimen.ReservedPrefix} are kept for the self-test of the posts";
        if (entry.Names.Any(static name => name.Text.Length > NameLengthMax))
            return $"a name is longer than {NameLengthMax} characters";
        if (entry.Names.Any(static name => name.Text.Any(char.IsControl)))
            return "a name has control characters";
        string[] texts =
        [
            entry.ListName, entry.Reference, entry.Owner, entry.LegalBasis, entry.Purpose, entry.Contact, entry.CourtReference, entry.Supervisor,
            .. entry.Nationalities,
            .. entry.Documents.SelectMany(static document => (string[])[document.Type, document.Number, document.IssuingState]),
        ];
        if (texts.Any(static text => text.Length > TextLengthMax || text.Contains('\0', StringComparison.Ordinal)))
            return $"a text is longer than {TextLengthMax} characters or has a NUL";
        return Math.Max(Math.Max(entry.Names.Length, entry.BirthDates.Length), Math.Max(entry.Nationalities.Length, entry.Documents.Length)) > ItemsMax
            ? $"it has more than {ItemsMax} names, dates, nationalities or documents"
            : null;
    }
}
