using EdgeCheckpoint.Central.Dashboard.Pages;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>The lists as a whole: what they hold, what ends soon, what waits, what may stand twice. For those who work on lists or oversee them.</summary>
internal static class WatchlistEndpoints
{
    private const int PageLength = 100;
    private const int OpenShown = 200;
    private const int RowsShown = 1_000;

    /// <summary>How long an ended suppression stands on the page: whoever comes back from leave sees that one was not ratified.</summary>
    private static readonly TimeSpan SuppressionShown = TimeSpan.FromDays(30);

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/watchlists", ShowAsync).RequireAuthorization(Roles.Lists);
        pages.MapGet("/watchlists/list", ListAsync).RequireAuthorization(Roles.Lists);
        pages.MapGet("/watchlists/due", ShowDueAsync).RequireAuthorization(Roles.Lists);
        pages.MapGet("/watchlists/duplicates", ShowDuplicatesAsync).RequireAuthorization(Roles.Lists);
        pages.MapGet("/watchlists/template.csv", static () =>
            Results.File(System.Text.Encoding.UTF8.GetBytes(CsvTemplate.Text), "text/csv; charset=utf-8", "watchlist-template.csv")).RequireAuthorization(Roles.Lists);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, ICentralStore store, EntryTerms terms, WatchlistsOptions options, PageMaker maker, PageViews views, TimeProvider time)
    {
        await views.NoteAsync(http, "watchlists");
        var now = time.GetUtcNow();
        var (due, heldCount) = await terms.ReadAsync(http.RequestAborted);
        var suppressions = await store.Suppressions.ListAsync(http.RequestAborted);
        var view = new WatchlistsView(
            await store.Lists.ListAsync(http.RequestAborted),
            await store.Releases.ReadNewestVersionAsync(ReleaseKind.Watchlist, http.RequestAborted),
            due.Count(static entry => entry.IsSuspended),
            due.Count(static entry => !entry.IsSuspended),
            heldCount,
            await store.Entries.ListProposalsAsync(isOpenOnly: true, OpenShown, http.RequestAborted),
            [.. suppressions.Where(suppression => suppression.LapsesAt > now - SuppressionShown)],
            await DocumentRowsAsync(store, now, http.RequestAborted),
            [.. ImportFolder.FindWaiting(options).Select(path => Path.GetRelativePath(options.ImportFolder, path))]);
        return maker.Page<WatchlistsPage>(http, new() { ["View"] = view });
    }

    private static async Task<IReadOnlyList<DocumentListRow>> DocumentRowsAsync(ICentralStore store, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var withdrawn = (await store.Documents.ListWithdrawalsAsync(cancellationToken)).CountBy(static withdrawal => withdrawal.ListName).ToDictionary();
        return
        [
            .. DueDocuments.Of(await store.Documents.ListAsync(cancellationToken), today, int.MaxValue).Select(list => new DocumentListRow(
                list.Name, list.RowCount, list.ExpiresOn, DueDocuments.DaysLeft(list, today), withdrawn.GetValueOrDefault(list.Name), list.ImportedAt, list.ImportedBy)),
        ];
    }

    /// <summary>The entries of one list, a hundred at a time.</summary>
    private static async Task<IResult> ListAsync(
        HttpContext http, ICentralStore store, PageMaker maker, PageViews views, TimeProvider time, string? name = null, string? after = null)
    {
        if ((await store.Lists.ListAsync(http.RequestAborted)).FirstOrDefault(list => list.Name == name) is not { } list)
            return maker.Message(http, "Not here", "There is no such list.", StatusCodes.Status404NotFound);
        await views.NoteAsync(http, $"entries of {list.Name}");
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var held = (await store.Entries.ListHeldAsync(http.RequestAborted)).Select(static entry => entry.EntryId).ToHashSet(StringComparer.Ordinal);
        var rows = (await store.Entries.ReadListAsync(list.Name, after ?? "", PageLength, http.RequestAborted))
            .Select(stored => EntryRecord.Decode(stored.Record).Value)
            .Select(entry => new EntryRow(entry, held.Contains(entry.EntryId), PublishableEntries.IsSuspended(entry, today)))
            .ToArray();
        return maker.Page<EntriesPage>(http, new() { ["List"] = list, ["Rows"] = rows, ["IsMore"] = rows.Length == PageLength });
    }

    private static async Task<IResult> ShowDueAsync(HttpContext http, EntryTerms terms, PageMaker maker, PageViews views)
    {
        await views.NoteAsync(http, "entries that end soon");
        var due = (await terms.ReadAsync(http.RequestAborted)).Due;
        return maker.Page<DuePage>(
            http, new() { ["Due"] = (IReadOnlyList<DueEntry>)[.. due.Take(RowsShown)], ["LeftOutCount"] = Math.Max(0, due.Length - RowsShown) });
    }

    private static async Task<IResult> ShowDuplicatesAsync(HttpContext http, LikelyDuplicates duplicates, PageMaker maker, PageViews views)
    {
        await views.NoteAsync(http, "likely duplicates");
        return maker.Page<DuplicatesPage>(http, new() { ["Search"] = await duplicates.FindAllAsync(http.RequestAborted) });
    }
}
