using System.Globalization;
using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Dashboard.Pages;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Single entries: their page, proposals about them, the legal review, suppression at once. Approving is in <see cref="ApprovalEndpoints"/>.</summary>
internal static class EntryEndpoints
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/watchlists/entry", (
            HttpContext http, ICentralStore store, LikelyDuplicates duplicates, DelistingProgressReader progress, PageMaker maker, PageViews views, TimeProvider time,
            string? id = null) =>
            ShowAsync(http, store, duplicates, progress, maker, views, time, id ?? "", "", StatusCodes.Status200OK)).RequireAuthorization(Roles.Lists);
        pages.MapGet("/watchlists/propose", AskAsync).RequireAuthorization(Roles.ProposeLists);
        pages.MapPost("/watchlists/propose", ProposeAsync).RequireAuthorization(Roles.ProposeLists);
        pages.MapPost("/watchlists/suppress", SuppressAsync).RequireAuthorization(Roles.Suppress);
        pages.MapGet("/watchlists/proposals/{approvalId:guid}", (
            HttpContext http, Guid approvalId, ICentralStore store, ApprovalDesk approvals, LikelyDuplicates duplicates, PageMaker maker, PageViews views, TimeProvider time) =>
            ShowProposalAsync(http, approvalId, store, approvals, duplicates, maker, views, time, "", StatusCodes.Status200OK)).RequireAuthorization(Roles.Lists);
        pages.MapPost("/watchlists/proposals/{approvalId:guid}/review", ReviewAsync).RequireAuthorization(Roles.ReviewEntries);
    }

    public static string PathOf(Guid proposalId) => string.Create(CultureInfo.InvariantCulture, $"/watchlists/proposals/{proposalId}");

    public static string PathOfEntry(string entryId) => $"/watchlists/entry?id={Uri.EscapeDataString(entryId)}";

    /// <summary>A text area has a value a line, our form has them parted by a vertical bar.</summary>
    public static string Joined(string text) =>
        string.Join('|', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        ICentralStore store,
        LikelyDuplicates duplicates,
        DelistingProgressReader progress,
        PageMaker maker,
        PageViews views,
        TimeProvider time,
        string entryId,
        string notice,
        int status)
    {
        var stored = await store.Entries.FindAsync(entryId, http.RequestAborted);
        var history = await store.Entries.ReadHistoryAsync(entryId, http.RequestAborted);
        if (stored is null && history.Count == 0)
            return maker.Message(http, "Not here", notice.Length > 0 ? notice : "There is no such entry.", notice.Length > 0 ? status : StatusCodes.Status404NotFound);
        await views.NoteAsync(http, $"entry {entryId}");
        var entry = stored is null ? null : EntryRecord.Decode(stored.Record).Value;
        var suppressions = (await store.Suppressions.ListAsync(http.RequestAborted)).Where(suppression => suppression.EntryId == entryId).ToArray();
        var (rows, delistings) = (new List<EntryStepRow>(), new List<DelistingProgress>());
        foreach (var version in suppressions.Select(static suppression => suppression.Version).OfType<long>())
            delistings.Add(await progress.ReadAsync(ReleaseKind.Suppression, version, http.RequestAborted));
        foreach (var step in history)
        {
            var publishedIn = step.Kind == EntryStepKind.Approved ? await store.Entries.FindPublicationOfAsync(step.Sequence, http.RequestAborted) : null;
            rows.Add(new EntryStepRow(step, publishedIn));
            if (publishedIn is { } version
                && await store.Entries.FindProposalAsync(step.ProposalId!.Value, http.RequestAborted) is { Kind: EntryChangeKind.Removal })
            {
                delistings.Add(await progress.ReadAsync(ReleaseKind.Watchlist, version, http.RequestAborted));
            }
        }

        var view = new EntryDetails(
            entryId,
            entry,
            stored is not null && (await store.Lists.ListAsync(http.RequestAborted)).Any(list => list.Name == stored.ListName && list.IsByHand),
            (await store.Entries.ListHeldAsync(http.RequestAborted)).Any(held => held.EntryId == entryId),
            entry is null ? null : DueEntries.Of(entry, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)),
            rows,
            suppressions,
            delistings,
            entry is null ? [] : await duplicates.FindAsync(entry, http.RequestAborted));
        return maker.Page<EntryPage>(http, new() { ["View"] = view, ["Notice"] = notice }, status);
    }

    /// <summary>The form for a new entry, or for a change of one.</summary>
    private static async Task<IResult> AskAsync(HttpContext http, ICentralStore store, PageMaker maker, PageViews views, string? id = null)
    {
        if (string.IsNullOrEmpty(id))
            return Form(http, maker, "", static _ => "", "", "", StatusCodes.Status200OK);
        if (await store.Entries.FindAsync(id, http.RequestAborted) is not { } stored)
            return maker.Message(http, "Not here", "There is no such entry.", StatusCodes.Status404NotFound);
        await views.NoteAsync(http, $"entry {id}");
        var entry = EntryRecord.Decode(stored.Record).Value;
        return Form(http, maker, id, column => EntryWords.Field(entry, column), "", "", StatusCodes.Status200OK);
    }

    private static async Task<IResult> ProposeAsync(
        HttpContext http, EntryDesk desk, ICentralStore store, LikelyDuplicates duplicates, DelistingProgressReader progress, PageMaker maker, PageViews views,
        TimeProvider time)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        string Field(string name) => Joined(form[name].ToString());
        var (kind, entryId, reason, name) = (form["kind"].ToString(), form["entry"].ToString().Trim(), form["reason"].ToString(), NameOf(http));
        var answer = kind switch
        {
            "addition" => await desk.ProposeAdditionAsync(Field, reason, name, http.RequestAborted),
            "change" => await desk.ProposeChangeAsync(entryId, Field, reason, name, http.RequestAborted),
            "removal" => await desk.ProposeRemovalAsync(entryId, reason, name, http.RequestAborted),
            "restoration" => await desk.ProposeRestorationAsync(entryId, reason, name, http.RequestAborted),
            "clearing" => Traveller(form) is { } traveller
                ? await desk.ProposeClearingAsync(entryId, traveller, reason, name, http.RequestAborted)
                : "A date is not of the form YYYY-MM-DD.",
            "end-of-clearing" => await desk.ProposeEndOfClearingAsync(
                entryId, form["document_number"].ToString(), form["issuing_state"].ToString(), reason, name, http.RequestAborted),
            _ => "Say what is proposed.",
        };
        if (answer.TryGet(out var proposalId, out var problem))
            return Results.LocalRedirect(PathOf(proposalId));
        return kind is "addition" or "change"
            ? Form(http, maker, kind == "change" ? entryId : "", Field, reason, problem, StatusCodes.Status400BadRequest)
            : await ShowAsync(http, store, duplicates, progress, maker, views, time, entryId, problem, StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> SuppressAsync(
        HttpContext http, SuppressionPublication suppressions, EntryDesk desk, DataFolder folder, ICentralStore store, LikelyDuplicates duplicates,
        DelistingProgressReader progress, PageMaker maker, PageViews views, TimeProvider time)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (entryId, reason, name) = (form["entry"].ToString().Trim(), form["reason"].ToString(), NameOf(http));
        var answer = await suppressions.OrderAsync(entryId, reason, name, http.RequestAborted);
        if (!answer.TryGet(out var publication, out var refusal))
            return await ShowAsync(http, store, duplicates, progress, maker, views, time, entryId, refusal.Reason, StatusCodes.Status400BadRequest);
        if (Roles.RoleOf(http.User) == StaffRole.ListEditor)
            await desk.ProposeRemovalAsync(entryId, reason, name, http.RequestAborted);
        publication.ToSign?.Write(StagedRelease.ToSignPath(folder, ReleaseKind.Suppression, publication.Release.Version));
        return Results.LocalRedirect(PathOfEntry(entryId));
    }

    private static async Task<IResult> ShowProposalAsync(
        HttpContext http,
        Guid proposalId,
        ICentralStore store,
        ApprovalDesk approvals,
        LikelyDuplicates duplicates,
        PageMaker maker,
        PageViews views,
        TimeProvider time,
        string notice,
        int status)
    {
        if (await store.Entries.FindProposalAsync(proposalId, http.RequestAborted) is not { } proposal)
            return maker.Message(http, "Not here", "There is no such proposal.", StatusCodes.Status404NotFound);
        await views.NoteAsync(http, $"proposal {proposalId} about entry {proposal.EntryId}");
        var approval = (await store.Approvals.FindAsync(proposalId, http.RequestAborted))!;
        var account = (await store.Staff.FindAsync(NameOf(http), http.RequestAborted))!;
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var isOpen = proposal.State == ApprovalState.Open;
        var view = new ProposalView(
            proposal,
            approval,
            isOpen ? await EntryDesk.FindFaultAsync(store, proposal, today, http.RequestAborted) ?? "" : "",
            EntryDesk.ObjectionToReview(proposal, account) ?? "",
            await approvals.ObjectionAsync(approval, account, http.RequestAborted) ?? (account.PasskeyCount == 0 ? "Approving needs a passkey; add one to your account." : ""),
            isOpen && (proposal.Proposer == account.Name || StaffRoles.MayApprove(account.Role, ApprovalKind.Entry)),
            proposal.Kind is EntryChangeKind.Addition or EntryChangeKind.Change
                ? await duplicates.FindAsync(
                    EntryRecord.Decode(proposal.Record).Value, http.RequestAborted, isOfOtherListsOnly: proposal.Kind != EntryChangeKind.Addition)
                : []);
        return maker.Page<ProposalPage>(http, new() { ["View"] = view, ["Notice"] = notice }, status);
    }

    private static async Task<IResult> ReviewAsync(
        HttpContext http, Guid approvalId, EntryDesk desk, ICentralStore store, ApprovalDesk approvals, LikelyDuplicates duplicates, PageMaker maker,
        PageViews views, TimeProvider time)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var problem = form["verdict"].ToString() is "pass" or "return"
            ? await desk.ReviewAsync(approvalId, NameOf(http), form["verdict"] == "pass", form["reason"].ToString(), http.RequestAborted)
            : "Pass it or return it.";
        return problem is null
            ? Results.LocalRedirect(PathOf(approvalId))
            : await ShowProposalAsync(http, approvalId, store, approvals, duplicates, maker, views, time, problem, StatusCodes.Status400BadRequest);
    }

    private static RazorComponentResult<ProposeEntryPage> Form(
        HttpContext http, PageMaker maker, string entryId, Func<string, string> field, string reason, string problem, int status) =>
        maker.Page<ProposeEntryPage>(
            http, new() { ["EntryId"] = entryId, ["Field"] = field, ["Reason"] = reason, ["Problem"] = problem }, status);

    /// <summary>Null when a date is none.</summary>
    private static ClearedTraveller? Traveller(IFormCollection form)
    {
        string At(string name) => form[name].ToString().Trim();
        return PartialDate.TryParse(At("birth_date"), out var born)
            && DateOnly.TryParseExact(At("until"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var until)
            ? new ClearedTraveller(At("document_number"), At("issuing_state").ToUpperInvariant(), born, until, At("redress"))
            : null;
    }

    private static string NameOf(HttpContext http) => http.User.Identity!.Name!;
}
