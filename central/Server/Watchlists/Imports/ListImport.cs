using System.Globalization;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>What an import did, or why it did nothing.</summary>
internal enum ImportOutcome
{
    Imported,

    /// <summary>It was asked what the file would do; nothing was changed.</summary>
    Previewed,

    /// <summary>Rows were refused; nothing was changed.</summary>
    RowsRefused,

    /// <summary>The file could not be read to its end; nothing was changed.</summary>
    Malformed,

    /// <summary>Too many entries would go or lapse; nothing was changed.</summary>
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

    /// <summary>Of those changed, the ones that end sooner than they would have.</summary>
    public int Lapsing { get; init; }

    /// <summary>Entry by entry what is different, by identifier.</summary>
    public IReadOnlyList<EntryDifference> Differences { get; init; } = [];

    /// <summary>Whether the file needs to be confirmed before it is taken.</summary>
    public bool NeedsConfirmation { get; init; }

    /// <summary>The same as before, but for a later expiry that comes with being listed again.</summary>
    public int Unchanged { get; init; }

    /// <summary>Travellers who stay cleared of entries that are listed again as they were.</summary>
    public int ClearedKept { get; init; }

    /// <summary>Travellers who are cleared no more, since the entry was changed.</summary>
    public int ClearedLapsed { get; init; }

    /// <summary>Entries of the file that were removed by hand, and stay so.</summary>
    public int HeldBack { get; init; }

    public int LeftOut { get; init; }

    public IReadOnlyList<RefusedRow> Refused { get; init; } = [];

    /// <summary>Rows that were taken without a part that was not understood.</summary>
    public IReadOnlyList<RefusedRow> Notes { get; init; } = [];

    /// <summary>Where and why the file is malformed; null unless it is.</summary>
    public ListFileException? Fault { get; init; }
}

/// <summary>Takes a list file as a whole or not at all, after comparing it with what the list held before.</summary>
internal sealed class ListImport(ICentralStore store, Auditor auditor, TimeProvider time, ILogger<ListImport> logger)
{
    /// <summary>How often an import compares anew when entries went a step meanwhile.</summary>
    private const int AttemptsMax = 5;

    /// <summary>Share of a list that may go or lapse without being confirmed: a cut-off file that still parses must not delist hundreds.</summary>
    public const double RemovalShareMax = 0.05;

    /// <summary>As below, of one file that is open.</summary>
    public Task<ImportReport> ImportAsync(
        Stream file, ListFormat format, ListDefaults given, bool mayRemove, string actor, CancellationToken cancellationToken) =>
        ImportAsync(ListInput.Of(file), format, given, mayRemove, actor, cancellationToken);

    /// <summary>
    /// 1. Reads the whole file. 2. Refuses it when a row is refused, or the list is kept by hand. 3. Compares; travellers cleared of an
    /// entry stay cleared while it is as it was. 4. Asks before it removes many or lets many lapse. 5. Replaces the list; when an entry
    /// went a step meanwhile, again from 2.
    /// </summary>
    /// <param name="given">Defaults from the command; what is missing the mapping file of the form fills in.</param>
    /// <param name="mayRemove">Take it although much would go or lapse.</param>
    /// <param name="isPreview">Only tell what would change.</param>
    public async Task<ImportReport> ImportAsync(
        ListInput input,
        ListFormat format,
        ListDefaults given,
        bool mayRemove,
        string actor,
        CancellationToken cancellationToken,
        bool isPreview = false)
    {
        // 1
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var defaults = SourceMapping.Of(format).Complete(given, today);
        ListReading reading;
        try
        {
            reading = Read(input, format, defaults);
        }
        catch (ListFileException fault)
        {
            return new ImportReport { Outcome = ImportOutcome.Malformed, Fault = fault };
        }

        var listName = ListNameOf(reading, defaults);
        var isByHand = (await store.Lists.ListAsync(cancellationToken)).Any(list => list.Name == listName && list.IsByHand);
        for (var attempt = 1; ; attempt++)
        {
            var stored = await store.Lists.ReadAsync(cancellationToken);

            // 2
            RefuseForeign(reading, stored.Entries, listName);
            if (isByHand || reading.Refused.Count > 0 || reading.Entries.Count == 0)
                return Refusal(reading, listName, isByHand);

            // 3
            var before = stored.Entries.Where(entry => entry.ListName == listName).ToDictionary(static entry => entry.EntryId);
            var comparison = Compare(reading, before, listName, today);
            var report = comparison.Report with { HeldBack = reading.Entries.Count(entry => stored.Held.Contains(entry.EntryId)) };

            // 4
            if (isPreview)
                return report with { Outcome = ImportOutcome.Previewed };
            if (!mayRemove && report.NeedsConfirmation)
                return report with { Outcome = ImportOutcome.RemovalsUnconfirmed };

            // 5
            var audit = auditor.Event(
                actor, AuditAction.ListImported, listName,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{report.Added} added, {report.Changed} changed, {report.Removed} removed, {report.Lapsing} ending sooner, {report.Unchanged} unchanged, {report.ClearedLapsed} cleared travellers lapsed, {report.HeldBack} held back"));
            var isReplaced = await store.Lists.ReplaceAsync(
                listName,
                format.Word(),
                [.. comparison.Entries.Select(entry => new ListEntry(entry.EntryId, listName, EntryRecord.Encode(entry)))],
                stored.HistoryEnd,
                [.. comparison.LostClearing.Select(id => new EntryStep(
                    0, id, null, EntryStepKind.ClearingLapsed, audit.At, actor, "the source changed the entry", []))],
                audit,
                cancellationToken);
            if (isReplaced)
            {
                Log.Imported(logger, listName, reading.Entries.Count);
                return report;
            }

            if (attempt == AttemptsMax)
                throw new CentralFault($"Entries are being changed while '{listName}' is imported; run the import again.");
        }
    }

    /// <exception cref="ListFileException">The file cannot be read to its end, or a default is missing.</exception>
    internal static ListReading Read(ListInput input, ListFormat format, ListDefaults defaults)
    {
        // Only our own form lets a row say what the defaults do not.
        if (format != ListFormat.Csv && defaults.Missing is { Length: > 0 } missing)
            throw new ListFileException(0, 0, $"the form {format.Word()} has no default for {missing}; give it with the command");
        return ListText.Decoded(() => format switch
        {
            ListFormat.UnXml => UnXmlReader.Read(input.OpenFile(), defaults),
            ListFormat.Csv => CsvListReader.Read(input.OpenFile(), defaults),
            ListFormat.OfacCsv => OfacReader.Read(input, defaults),
            ListFormat.EuCsv => EuReader.Read(input, defaults),
            ListFormat.Ftm => FtmReader.Read(input.OpenFile(), defaults),
            _ => throw new InvalidOperationException($"No reader for {format}."),
        });
    }

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

    private static ImportReport Refusal(ListReading reading, string listName, bool isByHand) =>
        isByHand || reading.Refused.Count == 0
            ? new ImportReport
            {
                Outcome = ImportOutcome.Malformed,
                ListName = listName,
                Fault = new ListFileException(
                    isByHand ? 0 : 1, isByHand ? 0 : 1, isByHand ? $"'{listName}' is kept by hand, and a file would replace it; give another --list" : "the file holds no entries"),
            }
            : new ImportReport
            {
                Outcome = ImportOutcome.RowsRefused,
                ListName = listName,
                LeftOut = reading.LeftOut,
                Refused = reading.Refused,
                Notes = reading.Notes,
            };

    /// <param name="Entries">The entries of the file, with those cleared of them.</param>
    /// <param name="LostClearing">Entries of which somebody is no longer cleared.</param>
    private sealed record Comparison(ImportReport Report, List<WatchlistEntry> Entries, List<string> LostClearing);

    private static Comparison Compare(ListReading reading, Dictionary<string, ListEntry> before, string listName, DateOnly today)
    {
        var differences = new List<EntryDifference>();
        var entries = new List<WatchlistEntry>(reading.Entries.Count);
        var lostClearing = new List<string>();
        var (clearedKept, clearedLapsed) = (0, 0);
        foreach (var (entry, line) in reading.Entries.Zip(reading.Lines))
        {
            if (!before.TryGetValue(entry.EntryId, out var stored))
            {
                differences.Add(new EntryDifference(DifferenceKind.Added, entry.EntryId, []) { Line = line });
                entries.Add(entry);
                continue;
            }

            var old = EntryRecord.Decode(stored.Record).Value;
            var kept = entry with { Cleared = ClearedTravellers.CarriedOver(old, entry, today) };
            entries.Add(kept);
            clearedKept += kept.Cleared.Length;
            if (ClearedTravellers.InForce(old.Cleared, today).Length - kept.Cleared.Length is var lapsed and > 0)
            {
                clearedLapsed += lapsed;
                lostClearing.Add(entry.EntryId);
            }

            if (ListDifference.Of(old with { Cleared = ClearedTravellers.InForce(old.Cleared, today) }, kept, today) is { } difference)
                differences.Add(difference with { Line = line });
        }

        var inFile = reading.Entries.Select(static entry => entry.EntryId).ToHashSet(StringComparer.Ordinal);
        differences.AddRange(before.Keys.Where(id => !inFile.Contains(id)).Select(static id => new EntryDifference(DifferenceKind.Removed, id, [])));
        var counts = differences.CountBy(static difference => difference.Kind).ToDictionary();
        var (added, removed) = (counts.GetValueOrDefault(DifferenceKind.Added), counts.GetValueOrDefault(DifferenceKind.Removed));
        var lapsing = counts.GetValueOrDefault(DifferenceKind.Lapsing);
        var report = new ImportReport
        {
            Outcome = ImportOutcome.Imported,
            ListName = listName,
            Added = added,
            Changed = counts.GetValueOrDefault(DifferenceKind.Changed) + lapsing,
            Removed = removed,
            Lapsing = lapsing,
            Unchanged = reading.Entries.Count - added - counts.GetValueOrDefault(DifferenceKind.Changed) - lapsing,
            ClearedKept = clearedKept,
            ClearedLapsed = clearedLapsed,
            Differences = [.. differences.OrderBy(static difference => difference.EntryId, StringComparer.Ordinal)],
            NeedsConfirmation = removed + lapsing > before.Count * RemovalShareMax,
            LeftOut = reading.LeftOut,
            Notes = reading.Notes,
        };
        return new Comparison(report, entries, lostClearing);
    }
}
