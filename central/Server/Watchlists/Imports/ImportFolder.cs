using System.Globalization;
using System.Text;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Takes what is put into the sub-folders of the import folder. A file, or a folder of files that belong together, is taken when its
/// sizes and times have not changed for a while; afterwards it is moved to done, refused, or waiting, with a report beside it.
/// </summary>
internal sealed class ImportFolder(
    ListImport lists, DocumentImport documents, WatchlistsOptions options, TimeProvider time, ILogger<ImportFolder> logger)
{
    /// <summary>Who the audit says imported.</summary>
    public const string Actor = "import-folder";

    public const string Done = "done";
    public const string Refused = "refused";

    /// <summary>For what must be confirmed: <c>watchlists import --confirm-removals</c> takes it from there.</summary>
    public const string Waiting = "waiting";

    private const string ReportEnding = ".report.txt";
    private const int RowsShown = 1_000;

    private readonly Dictionary<string, (string Shape, long Since)> _seen = new(StringComparer.Ordinal);

    /// <summary>Files that wait to be confirmed, by path.</summary>
    public static IReadOnlyList<string> FindWaiting(WatchlistsOptions options) =>
        options.ImportFolder.Length == 0 || !Directory.Exists(options.ImportFolder)
            ? []
            : [.. SourceMapping.Sources
                .Select(source => Path.Combine(options.ImportFolder, source, Waiting))
                .Where(Directory.Exists)
                .SelectMany(Directory.EnumerateFileSystemEntries)
                .Where(static path => !path.EndsWith(ReportEnding, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)];

    /// <summary>Looks once, and takes what has settled.</summary>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in SourceMapping.Sources)
        {
            var folder = Path.Combine(options.ImportFolder, source);
            if (!Directory.Exists(folder))
                continue;
            foreach (var path in Directory.EnumerateFileSystemEntries(folder).Where(IsItem).Order(StringComparer.Ordinal).ToArray())
            {
                there.Add(path);
                if (HasSettled(path))
                    await TakeAsync(source, folder, path, cancellationToken);
            }
        }

        foreach (var gone in _seen.Keys.Where(path => !there.Contains(path)).ToArray())
            _seen.Remove(gone);
    }

    /// <summary>A link is left alone: who may write here may not have central read what lies elsewhere.</summary>
    private static bool IsItem(string path) =>
        Path.GetFileName(path) is var name && name is not (Done or Refused or Waiting or FolderDefaults.FileName)
        && new FileInfo(path).LinkTarget is null
        && !name.StartsWith('.') && !name.EndsWith(".part", StringComparison.Ordinal) && !name.EndsWith(".tmp", StringComparison.Ordinal);

    private bool HasSettled(string path)
    {
        var shape = Shape(path);
        if (_seen.TryGetValue(path, out var seen) && seen.Shape == shape)
            return shape.Length > 0 && time.GetElapsedTime(seen.Since) >= TimeSpan.FromSeconds(options.SettleSeconds);
        _seen[path] = (shape, time.GetTimestamp());
        return false;
    }

    /// <summary>Names, sizes and times; empty for an empty folder.</summary>
    private static string Shape(string path)
    {
        var files = Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories) : [new FileInfo(path)];
        return string.Join('\n', files.Select(static file => string.Create(
            CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}")).Order(StringComparer.Ordinal));
    }

    private async Task TakeAsync(string source, string folder, string path, CancellationToken cancellationToken)
    {
        var report = await ImportAsync(source, folder, path, cancellationToken);
        var end = report.Outcome switch
        {
            ImportOutcome.Imported => Done,
            ImportOutcome.RemovalsUnconfirmed => Waiting,
            _ => Refused,
        };
        var target = Path.Combine(folder, end, $"{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}-{Path.GetFileName(path)}");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        for (var count = 2; Path.Exists(target); count++)
            target = Path.Combine(folder, end, $"{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}-{count}-{Path.GetFileName(path)}");
        await File.WriteAllTextAsync($"{target}{ReportEnding}", Describe(report, target), CancellationToken.None);
        if (Directory.Exists(path))
            Directory.Move(path, target);
        else
            File.Move(path, target);
        _seen.Remove(path);
        Log.TakenFromFolder(logger, source, end);
    }

    private async Task<ImportReport> ImportAsync(string source, string folder, string path, CancellationToken cancellationToken)
    {
        FileSystemInfo place = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        try
        {
            var defaults = FolderDefaults.Read(folder);
            if (source == ListFormat.OfacCsv.Word() && place is FileInfo)
                throw new ListFileException(0, 0, "sdn.csv and alt.csv belong together: put both into a folder of their own, and that folder here");
            return source == DocumentImport.FormWord
                ? await documents.ImportAsync(ListInput.Of(place), defaults, mayRemove: false, Actor, cancellationToken)
                : await lists.ImportAsync(ListInput.Of(place), ListFormats.ByWord[source], defaults, mayRemove: false, Actor, cancellationToken);
        }
        catch (ListFileException fault)
        {
            return new ImportReport { Outcome = ImportOutcome.Malformed, Fault = fault };
        }
    }

    private static string Describe(ImportReport report, string target)
    {
        var text = new StringBuilder();
        text.AppendLine(report.Outcome switch
        {
            ImportOutcome.Imported => $"Imported '{report.ListName}'.",
            ImportOutcome.RemovalsUnconfirmed =>
                $"More than 5 % of '{report.ListName}' would go or end sooner. Nothing was changed; if that is meant, run: "
                + $"central-checkpoint watchlists import --confirm-removals {target}",
            ImportOutcome.RowsRefused => $"{report.Refused.Count} rows were refused; a file is taken as a whole or not at all. Nothing was changed.",
            _ => $"The file cannot be taken: {Place(report.Fault!.FileName, report.Fault.Line)}{report.Fault.Message.TrimEnd('.')}. Nothing was changed.",
        });
        if (report.Fault is null)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{report.Added} added, {report.Changed} changed, {report.Removed} removed, {report.Lapsing} ending sooner, {report.Unchanged} unchanged, {report.LeftOut} left out.");
        }

        if (report.ClearedLapsed > 0)
            text.AppendLine(CultureInfo.InvariantCulture, $"{report.ClearedLapsed} travellers are cleared no more, since their entries changed.");
        if (report.HeldBack > 0)
            text.AppendLine(CultureInfo.InvariantCulture, $"{report.HeldBack} entries were removed by hand, and stay removed.");
        foreach (var row in report.Refused.Take(RowsShown))
            text.AppendLine(CultureInfo.InvariantCulture, $"{Place(row.FileName, row.Line)}entry {row.EntryId} refused: {row.Reason}.");
        foreach (var row in report.Notes.Take(RowsShown))
            text.AppendLine(CultureInfo.InvariantCulture, $"{Place(row.FileName, row.Line)}entry {row.EntryId} taken, but: {row.Reason}.");
        return text.ToString();
    }

    private static string Place(string file, int line) => line == 0 ? file.Length > 0 ? $"{file}: " : "" : $"{file} line {line}: ".TrimStart();
}
