using System.CommandLine;
using System.Globalization;
using System.Text;
using EdgeCheckpoint.Central.Dashboard;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Releases;

namespace EdgeCheckpoint.Central.Commands;

/// <summary>Importing and publishing watchlists.</summary>
internal sealed class WatchlistsCommands : ICommandPart
{
    private const int RefusalsShown = 20;

    private readonly Option<string> _format = new("--format")
    {
        Description = "un-xml: the UN Security Council's consolidated list; ofac-csv: OFAC's sdn.csv with alt.csv beside it; "
            + "csv: our own form, see watchlists template; documents-csv: stolen documents. See watchlists mapping for what each takes.",
        Required = true,
        HelpName = "FORM",
    };

    private readonly Argument<FileSystemInfo> _file = new("FILE") { Description = "The list file, or the folder of its files." };

    private readonly Argument<string> _source = new("FORM") { Description = "A form, as --format of watchlists import takes it." };

    private readonly Option<string> _list = Default("--list", "Name of the list.");
    private readonly Option<string> _owner = Default("--owner", "Authority that answers for the entries.");
    private readonly Option<string> _legalBasis = Default("--legal-basis", "Law under which they are used.");
    private readonly Option<string> _purpose = Default("--purpose", "What they are used for.");
    private readonly Option<string> _contact = Default("--contact", "Whom a post calls.");
    private readonly Option<string> _action = Default("--action", "What the owner asks for.");
    private readonly Option<string> _evidence = Default("--evidence", "How the owner judges the evidence.");
    private readonly Option<string> _expires = Default("--expires", "Day from which they no longer match, YYYY-MM-DD.");

    private readonly Option<bool> _confirm = new("--confirm-removals")
    {
        Description = "Take the file although more than 5 % of the list would go or end sooner.",
    };

    private readonly Option<bool> _preview = new("--preview")
    {
        Description = "Tell what the file would add, change, remove and let lapse, and which rows are refused; change nothing.",
    };

    private readonly Option<FileInfo?> _refused = new("--refused")
    {
        Description = "Write the refused rows, and those taken without a part, to this CSV file.",
        HelpName = "FILE",
    };

    private readonly Option<string> _title = Default("--title", "Name of the published list, for people.");

    private readonly Option<FileInfo?> _out = new("--out")
    {
        Description = "Where to write the file to sign when central does not have enough watchlist keys itself. Default: the data folder.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo[]> _signed = new("--signed")
    {
        Description = "Publish the list that waits, with these signed copies of its file to sign.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public Command Build()
    {
        _format.AcceptOnlyFromAmong([.. SourceMapping.Sources]);
        _source.AcceptOnlyFromAmong([.. SourceMapping.Sources]);
        _action.AcceptOnlyFromAmong([.. ListWords.Actions.Keys.Order(StringComparer.Ordinal)]);
        _evidence.AcceptOnlyFromAmong([.. ListWords.Evidence.Keys.Order(StringComparer.Ordinal)]);
        var import = new Command(
            "import",
            "Take a list file, as a whole or not at all. Options stand in for what a row does not say itself. Nothing reaches "
            + "the posts until watchlists publish.")
        {
            _format, _file, _list, _owner, _legalBasis, _purpose, _action, _evidence, _expires, _contact, _confirm, _preview, _refused, _json,
        };
        import.SetAction(ImportAsync);
        var publish = new Command(
            "publish",
            """
            Compile all lists, sign them and offer them to the posts.

            When people hold the keys, nothing is offered yet: the list waits, and a file to sign is written. A list editor proposes
            it on the page Approvals, a list approver approves it there, each holder signs a copy offline (keys sign), and this publishes it:
              central-checkpoint watchlists publish --signed authority.json operator.json
            """)
        {
            _title, _out, _signed, _json,
        };
        publish.SetAction(PublishAsync);
        var status = new Command("status", "Show the imported lists and the published version.") { _json };
        status.SetAction(StatusAsync);
        var template = new Command("template", "Print an example of the CSV form.");
        template.SetAction(static parsed => parsed.InvocationConfiguration.Output.WriteLine(CsvTemplate.Text));
        var mapping = new Command("mapping", "Print how a source becomes entries: its columns, what is left out, the defaults.") { _source };
        mapping.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(SourceMapping.Of(parsed.GetValue(_source)!).Text));
        return new Command("watchlists", "Import, compile, sign and publish watchlists.")
        {
            import, publish, status, WatchlistsDueCommand.Create(), new WatchlistsDelistCommand().Build(), new WatchlistsDocumentsCommand().Build(), template, mapping, WatchlistsCompileCommand.Create(),
        };
    }

    private async Task<int> ImportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(_file)!;
        var defaults = DefaultsOf(parsed);
        await using var session = SiteSession.Open(parsed);

        // Who edits may not approve, so a site in service must know who edits.
        var actor = session.Get<SiteSecurity>().IsBench
            ? CommonOptions.ActorOf(parsed)
            : await StaffSignOn.RequireAsync(
                parsed, session, static role => role == Storage.StaffRole.ListEditor, "edits a watchlist of a site in service", cancellationToken);
        ImportReport report;
        var progress = new ImportProgress(parsed.InvocationConfiguration.Error, !Console.IsErrorRedirected, session.Get<TimeProvider>());
        try
        {
            var input = ListInput.Of(file, progress.Report);
            report = parsed.GetValue(_format) == DocumentImport.FormWord
                ? await session.Get<DocumentImport>().ImportAsync(
                    input, defaults, parsed.GetValue(_confirm), actor, cancellationToken, parsed.GetValue(_preview))
                : await session.Get<ListImport>().ImportAsync(
                    input,
                    ListFormats.ByWord[parsed.GetValue(_format)!],
                    defaults,
                    parsed.GetValue(_confirm),
                    actor,
                    cancellationToken,
                    parsed.GetValue(_preview));
            progress.End();
            if (parsed.GetValue(_refused) is { } rowsFile)
                WriteRows(rowsFile.FullName, report);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CentralFault($"The list file {file} cannot be read ({fault.Message.TrimEnd('.')}).", fault);
        }

        await TellRefusalsAsync(parsed, file, report);
        var leftOut = parsed.GetValue(_format) == DocumentImport.FormWord ? "repeated rows" : "organisations";
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(Json.Write(new ImportJson(
                report.ListName, report.Outcome == ImportOutcome.Imported, report.Added, report.Changed, report.Removed,
                report.Unchanged, report.Refused.Count, report.LeftOut, report.Lapsing, report.Notes.Count, report.NeedsConfirmation,
                report.Outcome != ImportOutcome.Previewed ? null : [.. report.Differences.Select(static difference => new DifferenceJson(
                    Word(difference.Kind), difference.EntryId, difference.Fields.IsEmpty ? null : difference.Fields, difference.Line > 0 ? difference.Line : null))],
                report.ClearedLapsed, report.HeldBack)));
        }
        else if (report.Outcome == ImportOutcome.Previewed)
        {
            foreach (var difference in report.Differences)
            {
                var line = difference.Line > 0 ? $"  (line {difference.Line})" : "";
                await output.WriteLineAsync($"{Word(difference.Kind),-8} {difference.EntryId}  {string.Join(", ", difference.Fields)}".TrimEnd() + line);
            }

            await TellLivesAsync(output, report);
            await output.WriteLineAsync(
                $"'{report.ListName}' would have {report.Added} added, {report.Changed} changed, {report.Removed} removed, {report.Lapsing} ending "
                + $"sooner, {report.Unchanged} unchanged; {report.LeftOut} {leftOut} left out. Nothing was changed."
                + (report.NeedsConfirmation ? " More than 5 % would go or end sooner: the import will ask for --confirm-removals." : ""));
        }
        else if (report.Outcome == ImportOutcome.Imported)
        {
            await output.WriteLineAsync(
                $"Imported '{report.ListName}': {report.Added} added, {report.Changed} changed, {report.Removed} removed, "
                + $"{report.Unchanged} unchanged, {report.Refused.Count} refused; {report.LeftOut} {leftOut} left out.");
            await TellLivesAsync(output, report);
        }

        return report.Outcome is ImportOutcome.Imported or ImportOutcome.Previewed ? CentralCommandLine.Done : CentralCommandLine.Failed;
    }

    /// <summary>What people decided about single entries, and what the file makes of it.</summary>
    private static async Task TellLivesAsync(TextWriter output, ImportReport report)
    {
        if (report.ClearedLapsed > 0)
            await output.WriteLineAsync($"{report.ClearedLapsed} travellers are cleared no more, since their entries changed; propose them anew where they are still meant.");
        if (report.HeldBack > 0)
            await output.WriteLineAsync($"{report.HeldBack} entries of the file were removed by hand, and stay removed.");
    }

    private static string Word(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Added => "added",
        DifferenceKind.Removed => "removed",
        DifferenceKind.Lapsing => "lapsing",
        _ => "changed",
    };

    /// <summary>Written beside and moved into place, so that nobody opens half of it.</summary>
    private static void WriteRows(string path, ImportReport report)
    {
        var text = new StringBuilder(SafeCsv.Row("file", "line", "entry_id", "verdict", "reason"));
        foreach (var (rows, verdict) in ((IReadOnlyList<RefusedRow>, string)[])[(report.Refused, "refused"), (report.Notes, "taken without a part")])
        {
            foreach (var row in rows)
                text.Append(SafeCsv.Row(row.FileName, row.Line > 0 ? row.Line.ToString(CultureInfo.InvariantCulture) : "", row.EntryId, verdict, row.Reason));
        }

        File.WriteAllText($"{path}.new", text.ToString());
        File.Move($"{path}.new", path, overwrite: true);
    }

    private static async Task TellRefusalsAsync(ParseResult parsed, FileSystemInfo file, ImportReport report)
    {
        var error = parsed.InvocationConfiguration.Error;
        await TellRowsAsync(error, file, report.Refused, "refused");
        await TellRowsAsync(error, file, report.Notes, "taken, but");
        var sentence = report.Outcome switch
        {
            ImportOutcome.Malformed when report.Fault!.Line == 0 =>
                $"The list file {Place(file, report.Fault.FileName, 0)} cannot be taken: {report.Fault.Message.TrimEnd('.')}. Nothing was changed.",
            ImportOutcome.Malformed =>
                $"The list file {Place(file, report.Fault.FileName, 0)} is not well formed at line {report.Fault.Line}, column {report.Fault.Column}: "
                + $"{report.Fault.Message.TrimEnd('.')}. Nothing was changed.",
            ImportOutcome.RowsRefused =>
                $"{report.Refused.Count} rows of {file} were refused; a file is taken as a whole or not at all. Nothing was changed.",
            ImportOutcome.RemovalsUnconfirmed =>
                $"{file} would remove {report.Removed} entries of '{report.ListName}'{(report.Lapsing > 0 ? $" and let {report.Lapsing} end sooner" : "")}, "
                + "more than 5 %. Nothing was changed; if that is meant, repeat with --confirm-removals.",
            _ => "",
        };
        if (sentence.Length > 0)
            await error.WriteLineAsync(sentence);
    }

    private static async Task TellRowsAsync(TextWriter error, FileSystemInfo file, IReadOnlyList<RefusedRow> rows, string verdict)
    {
        foreach (var row in rows.Take(RefusalsShown))
        {
            await error.WriteLineAsync(
                $"{Place(file, row.FileName, row.Line)}: {(row.EntryId.Length > 0 ? $"entry {row.EntryId} " : "")}{verdict}: {row.Reason}.");
        }

        if (rows.Count > RefusalsShown)
            await error.WriteLineAsync($"… and {rows.Count - RefusalsShown} more.");
    }

    /// <summary>Names a file of a folder by its own name.</summary>
    private static string Place(FileSystemInfo file, string fileName, int line)
    {
        var path = fileName.Length == 0 || file.Name == fileName
            ? file.ToString()
            : Path.Combine(Directory.Exists(file.FullName) ? file.ToString() : Path.GetDirectoryName(file.ToString()) ?? "", fileName);
        return line > 0 ? $"{path}, line {line}" : path;
    }

    private async Task<int> PublishAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var publishing = session.Get<ListPublication>();
        var answer = parsed.GetValue(_signed) is { Length: > 0 } signed
            ? await publishing.FinishAsync(
                SigningFile.Merge([.. signed.Select(static file => file.FullName)]), CommonOptions.ActorOf(parsed), cancellationToken)
            : await publishing.PublishAsync(parsed.GetValue(_title)!, CommonOptions.ActorOf(parsed), cancellationToken);
        if (!answer.TryGet(out var publication, out var refusal))
            throw new CentralFault(refusal.Reason);
        var release = publication.Release;
        var root = Convert.ToHexStringLower(release.StateRoot);
        var toSign = publication.ToSign is null
            ? null
            : parsed.GetValue(_out)?.FullName ?? StagedRelease.ToSignPath(session.Get<DataFolder>(), ReleaseKind.Watchlist, release.Version);
        if (toSign is not null)
            publication.ToSign!.Write(toSign);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            parsed.GetValue(_json)
                ? Json.Write(new PublishJson(release.Version, release.EntryCount, publication.SealedBytes, root, toSign, publication.SuspendedCount))
                : toSign is not null
                ? $"Version {release.Version} waits for signatures: {release.EntryCount} entries, state root {root}. Have {toSign} signed and the "
                    + "proposal approved, then run: central-checkpoint watchlists publish --signed FILE…"
                : $"Published version {release.Version}: {release.EntryCount} entries, {publication.SealedBytes} bytes, state root {root}.");
        foreach (var line in parsed.GetValue(_json) ? [] : publication.DocumentLines)
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"Stolen, lost and invalidated documents of {line}.");
        if (!parsed.GetValue(_json) && publication.SuspendedCount > 0)
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync(
                $"{publication.SuspendedCount} entries are suspended, expired or unreviewed, and not in it; watchlists due names them.");
        }

        if (!parsed.GetValue(_json) && !publication.ReportedClearings.IsEmpty)
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync(
                $"Travellers are cleared no more of {string.Join(", ", publication.ReportedClearings.Take(RefusalsShown))}"
                + $"{(publication.ReportedClearings.Length > RefusalsShown ? " and others" : "")}: their documents were reported stolen, lost or invalid.");
        }

        return CentralCommandLine.Done;
    }

    private async Task<int> StatusAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var session = SiteSession.Open(parsed);
        var store = session.Get<ICentralStore>();
        var lists = await store.Lists.ListAsync(cancellationToken);
        var documents = await store.Documents.ListAsync(cancellationToken);
        var waiting = ImportFolder.FindWaiting(session.Get<WatchlistsOptions>());
        var suppressions = await OpenSuppressionsAsync(session, cancellationToken);
        var newest = await store.Releases.FindNewestAsync(ReleaseKind.Watchlist, cancellationToken);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(Json.Write(new ListStatusJson(
                newest?.Version ?? 0,
                newest?.EntryCount ?? 0,
                newest?.PublishedAt,
                [.. lists.Select(static list => new ListJson(list.Name, list.Format, list.EntryCount, list.ImportedAt))],
                [.. documents.Select(static list => new ListJson(list.Name, DocumentImport.FormWord, list.RowCount, list.ImportedAt, list.ExpiresOn))],
                waiting,
                [.. suppressions.Select(static suppression => new SuppressionJson(
                    suppression.EntryId, suppression.OrderedBy, suppression.LapsesAt, suppression.Version))])));
            return CentralCommandLine.Done;
        }

        foreach (var list in lists)
            await output.WriteLineAsync($"{list.Name}: {list.EntryCount} entries, {(list.IsByHand ? "kept by hand, changed" : "imported")} {list.ImportedAt:yyyy-MM-dd HH:mm}Z by {list.ImportedBy}");
        foreach (var list in documents)
            await output.WriteLineAsync($"{list.Name}: {list.RowCount} documents until {list.ExpiresOn:yyyy-MM-dd}, imported {list.ImportedAt:yyyy-MM-dd HH:mm}Z by {list.ImportedBy}");
        foreach (var path in waiting)
            await output.WriteLineAsync($"Waits to be confirmed: {path}");
        foreach (var suppression in suppressions)
            await output.WriteLineAsync($"{suppression.EntryId} was ordered to go at once by {suppression.OrderedBy}: {Wording.Standing(suppression, session.Get<TimeProvider>().GetUtcNow())}.");
        await output.WriteLineAsync(newest is null
            ? "Nothing has been published."
            : $"Published: version {newest.Version}, {newest.EntryCount} entries, {newest.PublishedAt:yyyy-MM-dd HH:mm}Z by {newest.PublishedBy}");
        return CentralCommandLine.Done;
    }

    /// <summary>Urgent removals that somebody still has to do something about.</summary>
    private static async Task<Suppression[]> OpenSuppressionsAsync(SiteSession session, CancellationToken cancellationToken)
    {
        var now = session.Get<TimeProvider>().GetUtcNow();
        return [.. (await session.Get<ICentralStore>().Suppressions.ListAsync(cancellationToken))
            .Where(suppression => suppression.RatifiedBy is null && (suppression.Version is not null || suppression.IsWaiting(now)))];
    }

    private ListDefaults DefaultsOf(ParseResult parsed)
    {
        var expires = parsed.GetValue(_expires)!;
        DateOnly? expiresOn = null;
        if (expires.Length > 0)
        {
            expiresOn = DateOnly.TryParseExact(expires, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : throw new CentralFault($"--expires takes a date of the form YYYY-MM-DD, not {expires}.");
        }

        return new ListDefaults
        {
            ListName = parsed.GetValue(_list)!.Trim(),
            Owner = parsed.GetValue(_owner)!.Trim(),
            LegalBasis = parsed.GetValue(_legalBasis)!.Trim(),
            Purpose = parsed.GetValue(_purpose)!.Trim(),
            Contact = parsed.GetValue(_contact)!.Trim(),
            Action = ListWords.Actions.TryGetValue(parsed.GetValue(_action)!, out var action) ? action : null,
            Evidence = ListWords.Evidence.TryGetValue(parsed.GetValue(_evidence)!, out var evidence) ? evidence : null,
            ExpiresOn = expiresOn,
        };
    }

    private static Option<string> Default(string name, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = static _ => "",
        HelpName = "TEXT",
    };
}
