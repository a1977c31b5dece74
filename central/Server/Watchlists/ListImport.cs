using System.Globalization;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Forms of list file.</summary>
internal enum ListFormat
{
    UnXml,
    Csv,
}

/// <summary>What an import did, or why it did nothing.</summary>
internal enum ImportOutcome
{
    Imported,

    /// <summary>Rows were refused; nothing was changed.</summary>
    RowsRefused,

    /// <summary>The file could not be read to its end; nothing was changed.</summary>
    Malformed,

    /// <summary>Too many entries would go; nothing was changed.</summary>
    RemovalsUnconfirmed,
}

/// <summary>What an import did to a list.</summary>
internal sealed record ImportReport
{
    public required ImportOutcome Outcome { get; init; }

    public string ListName { get; init; } = "";

    public int Added { get; init; }

    public int Changed { get; init; }

    public int Removed { get; init; }

    /// <summary>The same as before, but for a later expiry that comes with being listed again.</summary>
    public int Unchanged { get; init; }

    public int LeftOut { get; init; }

    public IReadOnlyList<RefusedRow> Refused { get; init; } = [];

    /// <summary>Where and why the file is malformed; null unless it is.</summary>
    public ListFileException? Fault { get; init; }
}

/// <summary>Takes a list file as a whole or not at all, after comparing it with what the list held before.</summary>
internal sealed class ListImport(ICentralStore store, Auditor auditor, TimeProvider time, ILogger<ListImport> logger)
{
    /// <summary>Share of a list that may go without being confirmed: a cut-off file that still parses must not delist hundreds.</summary>
    public const double RemovalShareMax = 0.05;

    /// <summary>
    /// 1. Reads the whole file. 2. Refuses it when a row is refused. 3. Compares. 4. Asks before it removes many.
    /// 5. Replaces the list.
    /// </summary>
    /// <param name="given">Defaults from the command; what is missing is filled in for the UN list.</param>
    public async Task<ImportReport> ImportAsync(
        Stream file,
        ListFormat format,
        ListDefaults given,
        bool mayRemove,
        string actor,
        CancellationToken cancellationToken)
    {
        // 1
        ListReading reading;
        try
        {
            reading = format == ListFormat.UnXml
                ? UnXmlReader.Read(file, UnDefaults(given))
                : CsvListReader.Read(file, given);
        }
        catch (ListFileException fault)
        {
            return new ImportReport { Outcome = ImportOutcome.Malformed, Fault = fault };
        }

        var listName = format == ListFormat.UnXml ? UnDefaults(given).ListName : ListNameOf(reading, given);
        var stored = await store.Lists.ReadEntriesAsync(cancellationToken);

        // 2
        RefuseForeign(reading, stored, listName);
        if (reading.Refused.Count > 0 || reading.Entries.Count == 0)
            return Refusal(reading, listName);

        // 3
        var before = stored.Where(entry => entry.ListName == listName).ToDictionary(static entry => entry.EntryId);
        var report = Compare(reading, before, listName);

        // 4
        if (!mayRemove && report.Removed > before.Count * RemovalShareMax)
            return report with { Outcome = ImportOutcome.RemovalsUnconfirmed };

        // 5
        var audit = auditor.Event(
            actor, AuditAction.ListImported, listName,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Added} added, {report.Changed} changed, {report.Removed} removed, {report.Unchanged} unchanged"));
        await store.Lists.ReplaceAsync(
            listName,
            format == ListFormat.UnXml ? "un-xml" : "csv",
            [.. reading.Entries.Select(entry => new ListEntry(entry.EntryId, listName, EntryRecord.Encode(entry)))],
            audit,
            cancellationToken);
        Log.Imported(logger, listName, reading.Entries.Count);
        return report;
    }

    /// <summary>
    /// What stands for an entry of the Security Council where the command does not say otherwise. The action is to inquire:
    /// the resolutions bind states to travel bans and freezes, but with exemptions that only the owner can tell.
    /// </summary>
    private ListDefaults UnDefaults(ListDefaults given) => new()
    {
        ListName = Or(given.ListName, "UN Security Council"),
        Owner = Or(given.Owner, "UN Security Council"),
        LegalBasis = Or(given.LegalBasis, "UN Security Council resolutions, Charter Article 41"),
        Purpose = Or(given.Purpose, "Travel ban and asset freeze"),
        Action = given.Action ?? RequestedAction.Inquire,
        Evidence = given.Evidence ?? EvidenceGrade.Decision,
        ExpiresOn = given.ExpiresOn ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddYears(1),
        Contact = given.Contact,
    };

    private static string Or(string value, string fallback) => value.Length > 0 ? value : fallback;

    /// <summary>One file is one list: the first row names it when the command does not.</summary>
    private static string ListNameOf(ListReading reading, ListDefaults given)
    {
        if (given.ListName.Length > 0 || reading.Entries.Count == 0)
            return given.ListName;
        var name = reading.Entries[0].ListName;
        foreach (var entry in reading.Entries.Where(entry => entry.ListName != name))
            reading.Refused.Add(new RefusedRow(0, entry.EntryId, $"it belongs to another list than the first row; one file is one list"));
        return name;
    }

    private static void RefuseForeign(ListReading reading, IReadOnlyList<ListEntry> stored, string listName)
    {
        var foreign = stored.Where(entry => entry.ListName != listName).ToDictionary(static entry => entry.EntryId);
        foreach (var entry in reading.Entries)
        {
            if (foreign.TryGetValue(entry.EntryId, out var other))
                reading.Refused.Add(new RefusedRow(0, entry.EntryId, $"its identifier is taken by the list '{other.ListName}'"));
        }
    }

    private static ImportReport Refusal(ListReading reading, string listName) =>
        reading.Refused.Count == 0
            ? new ImportReport
            {
                Outcome = ImportOutcome.Malformed,
                ListName = listName,
                Fault = new ListFileException(1, 1, "the file holds no entries"),
            }
            : new ImportReport
            {
                Outcome = ImportOutcome.RowsRefused,
                ListName = listName,
                LeftOut = reading.LeftOut,
                Refused = reading.Refused,
            };

    private static ImportReport Compare(ListReading reading, Dictionary<string, ListEntry> before, string listName)
    {
        int added = 0, changed = 0, unchanged = 0;
        foreach (var entry in reading.Entries)
        {
            if (!before.TryGetValue(entry.EntryId, out var old))
                added++;
            else if (IsSameButForExpiry(entry, old))
                unchanged++;
            else
                changed++;
        }

        return new ImportReport
        {
            Outcome = ImportOutcome.Imported,
            ListName = listName,
            Added = added,
            Changed = changed,
            Removed = before.Count - changed - unchanged,
            Unchanged = unchanged,
            LeftOut = reading.LeftOut,
        };
    }

    private static bool IsSameButForExpiry(WatchlistEntry entry, ListEntry old)
    {
        if (EntryRecord.Encode(entry).AsSpan().SequenceEqual(old.Record))
            return true;
        return EntryRecord.Decode(old.Record).TryGet(out var before, out _)
            && entry.ExpiresOn >= before.ExpiresOn
            && EntryRecord.Encode(WithExpiry(entry, before.ExpiresOn)).AsSpan().SequenceEqual(old.Record);
    }

    private static WatchlistEntry WithExpiry(WatchlistEntry entry, DateOnly expiresOn) => new()
    {
        EntryId = entry.EntryId,
        ListName = entry.ListName,
        Reference = entry.Reference,
        Owner = entry.Owner,
        LegalBasis = entry.LegalBasis,
        Purpose = entry.Purpose,
        Action = entry.Action,
        Evidence = entry.Evidence,
        ExpiresOn = expiresOn,
        Names = entry.Names,
        BirthDates = entry.BirthDates,
        Nationalities = entry.Nationalities,
        Sex = entry.Sex,
        Documents = entry.Documents,
        Contact = entry.Contact,
    };
}
