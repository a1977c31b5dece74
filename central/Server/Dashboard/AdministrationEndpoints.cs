using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Dashboard.Pages;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>
/// Appliances and staff, for administrators; the audit for those who oversee them, since its case references lead to travellers.
/// </summary>
internal static class AdministrationEndpoints
{
    private const int AuditCount = 100;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/appliances", ListAppliancesAsync).RequireAuthorization(Roles.Appliances);
        pages.MapPost("/appliances/{applianceId}/approve", ApproveAsync).RequireAuthorization(Roles.Appliances);
        pages.MapPost("/appliances/{applianceId}/revoke", RevokeAsync).RequireAuthorization(Roles.Appliances);
        pages.MapGet("/staff", ListStaffAsync).RequireAuthorization(Roles.Accounts);
        pages.MapGet("/audit", ListAuditAsync).RequireAuthorization(Roles.Audit);
    }

    private static Task<IResult> ListAppliancesAsync(HttpContext http, ICentralStore store, PageMaker maker) =>
        ShowAppliancesAsync(http, store, maker, "", StatusCodes.Status200OK);

    private static async Task<IResult> ApproveAsync(
        HttpContext http, string applianceId, ApplianceAdmission admission, ICentralStore store, PageMaker maker)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var problem = await admission.ApproveAsync(
            applianceId, form["fingerprint"].ToString(), http.User.Identity!.Name!, http.RequestAborted);
        return await AfterChangeAsync(http, store, maker, problem, $"{applianceId} is approved.");
    }

    private static async Task<IResult> RevokeAsync(
        HttpContext http, string applianceId, ApplianceAdmission admission, ICentralStore store, PageMaker maker)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var problem = await admission.RevokeAsync(
            applianceId, form["reason"].ToString(), http.User.Identity!.Name!, http.RequestAborted);
        return await AfterChangeAsync(http, store, maker, problem, $"{applianceId} is revoked.");
    }

    private static async Task<IResult> ListStaffAsync(HttpContext http, ICentralStore store, PageMaker maker, PageViews views, TimeProvider time)
    {
        await views.NoteAsync(http, "accounts of staff");
        var staff = (await store.Staff.ListAsync(http.RequestAborted))
            .Select(account => new StaffRow(
                account.Name, account.StaffNumber ?? "", account.Role, account.CreatedAt, account.DisabledAt is not null,
                account.LockedUntil > time.GetUtcNow(), account.HasSecondFactor))
            .ToArray();
        return maker.Page<StaffPage>(http, new() { ["Staff"] = staff });
    }

    private static async Task<IResult> ListAuditAsync(HttpContext http, ICentralStore store, PageMaker maker, PageViews views)
    {
        await views.NoteAsync(http, "audit");
        return maker.Page<AuditPage>(http, new() { ["Lines"] = await store.Audit.ReadNewestAsync(AuditCount, http.RequestAborted) });
    }

    private static Task<IResult> AfterChangeAsync(
        HttpContext http, ICentralStore store, PageMaker maker, string? problem, string done) =>
        ShowAppliancesAsync(
            http, store, maker, problem ?? done, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static async Task<IResult> ShowAppliancesAsync(
        HttpContext http, ICentralStore store, PageMaker maker, string notice, int status) =>
        maker.Page<AppliancesPage>(
            http,
            new() { ["Appliances"] = await store.Appliances.ListAsync(http.RequestAborted), ["Notice"] = notice },
            status);
}
