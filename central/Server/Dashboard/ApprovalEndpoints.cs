using System.Globalization;
using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Dashboard.Pages;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.PostPeople;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Watchlists;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Proposals: made by one person, read and approved by others.</summary>
internal static class ApprovalEndpoints
{
    private const int ListCount = 100;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/approvals", (HttpContext http, ICentralStore store, PageMaker maker, PageViews views) =>
            ListAsync(http, store, maker, views, "", StatusCodes.Status200OK)).RequireAuthorization(Roles.Approvals);
        pages.MapPost("/approvals/role", ProposeRoleAsync).RequireAuthorization(Roles.ProposeAccounts);
        pages.MapPost("/approvals/people", ProposePeopleAsync).RequireAuthorization(Roles.ProposeAccounts);
        pages.MapPost("/approvals/watchlist", ProposeWatchlistAsync).RequireAuthorization(Roles.ProposeLists);
        pages.MapGet("/approvals/{approvalId:guid}", (HttpContext http, Guid approvalId, ICentralStore store, ApprovalDesk desk, PageMaker maker) =>
            ShowAsync(http, approvalId, store, desk, maker, "", StatusCodes.Status200OK)).RequireAuthorization(Roles.Approvals);
        pages.MapPost("/approvals/{approvalId:guid}/options", AskAsync).RequireAuthorization(Roles.Decide);
        pages.MapPost("/approvals/{approvalId:guid}/approve", ApproveAsync).RequireAuthorization(Roles.Decide);
        pages.MapPost("/approvals/{approvalId:guid}/refuse", RefuseAsync).RequireAuthorization(Roles.Approvals);
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, ICentralStore store, PageMaker maker, PageViews views, string notice, int status)
    {
        await views.NoteAsync(http, "proposals");
        return maker.Page<ApprovalsPage>(
            http, new() { ["Approvals"] = await store.Approvals.ListWithoutEntriesAsync(ListCount, http.RequestAborted), ["Notice"] = notice }, status);
    }

    private static async Task<IResult> ProposeRoleAsync(
        HttpContext http, ApprovalDesk desk, ICentralStore store, PageMaker maker, PageViews views)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var answer = StaffRoles.Parse(form["role"].ToString()) is { } role
            ? await desk.ProposeRoleAsync(form["name"].ToString().Trim(), form["number"].ToString(), role, NameOf(http), http.RequestAborted)
            : "Choose a role.";
        return await AfterProposalAsync(http, answer, store, maker, views);
    }

    private static async Task<IResult> ProposeWatchlistAsync(
        HttpContext http, ApprovalDesk desk, ListPublication lists, ICentralStore store, PageMaker maker, PageViews views)
    {
        await http.Request.ReadFormAsync(http.RequestAborted);
        var answer = lists.DescribeStaged() is { } statement
            ? await desk.ProposeAsync(statement, NameOf(http), http.RequestAborted)
            : "No list waits; compile one with: central-checkpoint watchlists publish";
        return await AfterProposalAsync(http, answer, store, maker, views);
    }

    private static async Task<IResult> ProposePeopleAsync(
        HttpContext http, ApprovalDesk desk, PeoplePublication people, ICentralStore store, PageMaker maker, PageViews views)
    {
        await http.Request.ReadFormAsync(http.RequestAborted);
        var answer = people.DescribeStaged() is { } statement
            ? await desk.ProposeAsync(statement, NameOf(http), http.RequestAborted)
            : "No accounts wait; seal them with: central-checkpoint people publish";
        return await AfterProposalAsync(http, answer, store, maker, views);
    }

    private static async Task<IResult> AfterProposalAsync(
        HttpContext http, Result<Guid, string> answer, ICentralStore store, PageMaker maker, PageViews views) =>
        answer.TryGet(out var id, out var problem)
            ? Results.LocalRedirect(PathOf(id))
            : await ListAsync(http, store, maker, views, problem, StatusCodes.Status400BadRequest);

    private static async Task<IResult> ShowAsync(
        HttpContext http, Guid approvalId, ICentralStore store, ApprovalDesk desk, PageMaker maker, string notice, int status)
    {
        if (await store.Approvals.FindAsync(approvalId, http.RequestAborted) is not { } approval)
            return maker.Message(http, "Not here", "There is no such proposal.", StatusCodes.Status404NotFound);

        // It names listed people, so it is shown where only those come who may see them.
        if (approval.Kind == ApprovalKind.Entry)
            return notice.Length == 0 ? Results.LocalRedirect(EntryEndpoints.PathOf(approvalId)) : maker.Message(http, "Not done", notice, status);
        var account = (await store.Staff.FindAsync(NameOf(http), http.RequestAborted))!;
        return maker.Page<ApprovalPage>(
            http,
            new()
            {
                ["Approval"] = approval,
                ["Objection"] = await desk.ObjectionAsync(approval, account, http.RequestAborted) ?? (account.PasskeyCount == 0 ? "Approving needs a passkey; add one to your account." : ""),
                ["MayRefuse"] = approval.State == ApprovalState.Open
                    && (approval.Proposer == account.Name || StaffRoles.MayApprove(account.Role, approval.Kind)),
                ["Notice"] = notice,
            },
            status);
    }

    /// <summary>What the passkey is asked to sign is computed from the stored proposal, never from what the browser sends.</summary>
    private static async Task<IResult> AskAsync(HttpContext http, Guid approvalId, ICentralStore store, ApprovalDesk desk, PasskeyDesk passkeys)
    {
        await http.Request.ReadFormAsync(http.RequestAborted);
        var account = (await store.Staff.FindAsync(NameOf(http), http.RequestAborted))!;
        if (await store.Approvals.FindAsync(approvalId, http.RequestAborted) is not { } approval)
            return Results.Text("There is no such proposal.", statusCode: StatusCodes.Status400BadRequest);
        if (await desk.ObjectionAsync(approval, account, http.RequestAborted) is { } objection)
            return Results.Text(objection, statusCode: StatusCodes.Status400BadRequest);
        var challenge = ApprovalProof.Challenge(approval.Kind, approval.ContentHash, approval.Nonce);
        return SignInEndpoints.Ask(await passkeys.AskToApproveAsync(account.Name, KindOf(approvalId), challenge, http));
    }

    private static async Task<IResult> ApproveAsync(
        HttpContext http, Guid approvalId, ICentralStore store, ApprovalDesk desk, PasskeyDesk passkeys, SiteOrigin origin, PageMaker maker)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var isAsked = await passkeys.TakeAsync(form["ceremony"].ToString(), KindOf(approvalId), NameOf(http), http.RequestAborted) is not null;
        var problem = "The question was not answered in time; approve again.";
        if (isAsked && PasskeyAnswer.Parse(form["credential"].ToString()) is { } answer)
        {
            var result = await desk.ApproveAsync(approvalId, NameOf(http), answer, origin.Expected(http), http.RequestAborted);
            if (result.TryGet(out _, out problem))
                return Results.LocalRedirect(PathOf(approvalId));
        }

        return await ShowAsync(http, approvalId, store, desk, maker, problem, StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> RefuseAsync(HttpContext http, Guid approvalId, ICentralStore store, ApprovalDesk desk, PageMaker maker)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var problem = await desk.RefuseAsync(approvalId, NameOf(http), form["reason"].ToString(), http.RequestAborted);
        return problem is null
            ? Results.LocalRedirect(PathOf(approvalId))
            : await ShowAsync(http, approvalId, store, desk, maker, problem, StatusCodes.Status400BadRequest);
    }

    private static string KindOf(Guid approvalId) => string.Create(CultureInfo.InvariantCulture, $"approve {approvalId}");

    private static string PathOf(Guid approvalId) => string.Create(CultureInfo.InvariantCulture, $"/approvals/{approvalId}");

    private static string NameOf(HttpContext http) => http.User.Identity!.Name!;
}
