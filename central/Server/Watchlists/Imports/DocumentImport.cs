using System.Globalization;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Takes a list of stolen documents as a whole or not at all. It may have millions of rows, so that they are set aside in the store as
/// they are read, and become the list in one step at the end.
/// </summary>
internal sealed class DocumentImport(ICentralStore store, Auditor auditor, TimeProvider time, ILogger<DocumentImport> logger)
{
    public const string FormWord = "documents-csv";

    /// <summary>Most refused rows that are kept for the report; more are only counted.</summary>
    public const int RefusedMax = 10_000;

    private const int PieceLength = 5_000;
    private const int TextLengthMax = 128;

    private static readonly string[] Needed = ["issuer", "type", "number"];
    private static readonly string[] Known = ["issuer", "type", "number", "reported_on", "reference"];

    /// <summary>
    /// 1. Reads the file and sets its rows aside. 2. Refuses it when a row is refused. 3. Compares. 4. Asks before it removes many.
    /// 5. Makes the rows the list. Whatever ends it before clears what was set aside.
    /// </summary>
    public async Task<ImportReport> ImportAsync(
        ListInput input, ListDefaults given, bool mayRemove, string actor, CancellationToken cancellationToken, bool isPreview = false)
    {
        var defaults = SourceMapping.Of(FormWord).Complete(given, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        if (defaults.Missing is { Length: > 0 } missing)
            return Malformed(new ListFileException(0, 0, $"the form {FormWord} has no default for {missing}; give it with the command"));
        var generation = await store.Documents.BeginAsync(defaults.ListName, cancellationToken);
        var hasFinished = false;
        try
        {
            // 1.
            var refused = new List<RefusedRow>();
            var repeated = await SetAsideAsync(input, defaults.ListName, generation, refused, cancellationToken);

            // 2.
            if (refused.Count > 0)
                return new ImportReport { Outcome = ImportOutcome.RowsRefused, ListName = defaults.ListName, Refused = refused };

            // 3.
            var difference = await store.Documents.CompareAsync(defaults.ListName, generation, cancellationToken);
            if (difference.After == 0)
                return Malformed(new ListFileException(1, 1, "the file holds no documents"));
            var before = (await store.Documents.ListAsync(cancellationToken)).FirstOrDefault(list => list.Name == defaults.ListName);
            var unchanged = difference.After - difference.Added;
            var lapsing = before is not null && defaults.ExpiresOn < before.ExpiresOn ? unchanged : 0;
            var report = new ImportReport
            {
                Outcome = ImportOutcome.Imported,
                ListName = defaults.ListName,
                Added = checked((int)difference.Added),
                Removed = checked((int)difference.Removed),
                Changed = checked((int)lapsing),
                Lapsing = checked((int)lapsing),
                Unchanged = checked((int)(unchanged - lapsing)),
                LeftOut = repeated,
                NeedsConfirmation = difference.Removed + lapsing > difference.Before * ListImport.RemovalShareMax,
            };

            // 4.
            if (isPreview)
                return report with { Outcome = ImportOutcome.Previewed };
            if (!mayRemove && report.NeedsConfirmation)
                return report with { Outcome = ImportOutcome.RemovalsUnconfirmed };

            // 5.
            var audit = auditor.Event(actor, AuditAction.ListImported, defaults.ListName, string.Create(
                CultureInfo.InvariantCulture, $"documents: {report.Added} added, {report.Removed} removed, {report.Lapsing} ending sooner, {report.Unchanged} unchanged"));
            await store.Documents.FinishAsync(ListOf(defaults, difference.After, actor), generation, audit, cancellationToken);
            hasFinished = true;
            Log.Imported(logger, defaults.ListName, checked((int)difference.After));
            return report;
        }
        catch (ListFileException fault)
        {
            return Malformed(fault);
        }
        catch (InvalidOperationException fault) when (!hasFinished && fault.Message.Contains("cleared by another", StringComparison.Ordinal))
        {
            throw new CentralFault($"{fault.Message} Nothing was changed; import the file again.", fault);
        }
        finally
        {
            if (!hasFinished)
                await store.Documents.AbandonAsync(defaults.ListName, generation, CancellationToken.None);
        }
    }

    private static ImportReport Malformed(ListFileException fault) => new() { Outcome = ImportOutcome.Malformed, Fault = fault };

    private DocumentList ListOf(ListDefaults defaults, long rows, string actor) => new()
    {
        Name = defaults.ListName,
        Owner = defaults.Owner,
        LegalBasis = defaults.LegalBasis,
        Purpose = defaults.Purpose,
        Action = defaults.Action!.Value,
        Contact = defaults.Contact,
        ExpiresOn = defaults.ExpiresOn!.Value,
        RowCount = rows,
        ImportedAt = time.GetUtcNow(),
        ImportedBy = actor,
    };

    /// <returns>How many rows repeat another.</returns>
    private async Task<int> SetAsideAsync(
        ListInput input, string listName, long generation, List<RefusedRow> refused, CancellationToken cancellationToken)
    {
        using var text = ListText.Open(input.OpenFile());
        using var rows = new CsvReader(text).ReadRows().GetEnumerator();
        if (!ListText.Decoded(rows.MoveNext))
            throw new ListFileException(1, 1, "the file is empty");
        var columns = ReadHeader(rows.Current);
        var piece = new List<StolenDocument>(PieceLength);
        var repeated = 0;
        while (ListText.Decoded(rows.MoveNext))
        {
            if (TryRead(rows.Current, columns, out var document, out var problem))
                piece.Add(document);
            else if (refused.Count < RefusedMax)
                refused.Add(new RefusedRow(rows.Current.Line, "", problem));
            if (piece.Count == PieceLength)
                repeated += await FlushAsync();
        }

        return repeated + await FlushAsync();

        async Task<int> FlushAsync()
        {
            // A refused row refuses the file; what would follow need not be stored to be read.
            var repetitions = refused.Count > 0 ? 0 : piece.Count - await store.Documents.AddAsync(listName, generation, piece, cancellationToken);
            piece.Clear();
            return repetitions;
        }
    }

    private static Dictionary<string, int> ReadHeader(CsvRow row)
    {
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < row.Fields.Count; i++)
        {
            var name = row.Fields[i].Trim();
            if (!Known.Contains(name) || !columns.TryAdd(name, i))
                throw new ListFileException(row.Line, 1, $"'{name}' is not a column of this form, or stands twice");
        }

        return Needed.All(columns.ContainsKey)
            ? columns
            : throw new ListFileException(row.Line, 1, "the columns issuer, type and number are needed");
    }

    private static bool TryRead(CsvRow row, Dictionary<string, int> columns, out StolenDocument document, out string problem)
    {
        string At(string column) => columns.TryGetValue(column, out var place) && place < row.Fields.Count ? row.Fields[place].Trim() : "";
        var number = DocumentNumber.Parse(At("number"));
        document = new StolenDocument(
            CountryCodes.CodeOrName(At("issuer")), At("type"), number.IsEmpty ? "" : number.Value, At("reported_on"), At("reference"));
        problem = row.Fields.Count != columns.Count ? $"it has {row.Fields.Count} fields where the first line has {columns.Count}"
            : number.IsEmpty ? "number is empty or has no letter or digit"
            : document.Issuer.Length == 0 ? "issuer is empty"
            : row.Fields.Any(static field => field.Length > TextLengthMax) ? $"a field is longer than {TextLengthMax} characters"
            : row.Fields.Any(static field => field.Any(char.IsControl)) ? "a field has control characters"
            : document.ReportedOn.Length > 0
                && !DateOnly.TryParseExact(document.ReportedOn, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                ? "reported_on is not a date of the form YYYY-MM-DD"
            : "";
        return problem.Length == 0;
    }
}
