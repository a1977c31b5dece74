using EdgeCheckpoint.Central.Dashboard.Pages;
using EdgeCheckpoint.Central.Encounters;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Encounters: for those who may be shown a traveller. A look at personal data is a POST, since it changes the audit.</summary>
internal static class EncounterEndpoints
{
    private const int RecentCount = 50;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/encounters", ListAsync).RequireAuthorization(Roles.Encounters);
        pages.MapGet("/encounters/{applianceId}/{encounterId:guid}", AskPurpose).RequireAuthorization(Roles.Encounters);
        pages.MapPost("/encounters/{applianceId}/{encounterId:guid}", OpenAsync).RequireAuthorization(Roles.Encounters);
    }

    private static async Task<IResult> ListAsync(HttpContext http, EncounterDesk desk, PageMaker maker, PageViews views)
    {
        await views.NoteAsync(http, "newest encounters");
        var recent = await desk.ReadRecentAsync(RecentCount, http.RequestAborted);
        return maker.Page<EncountersPage>(http, new() { ["Encounters"] = recent.Encounters, ["Damaged"] = recent.Damaged });
    }

    private static RazorComponentResult<PurposePage> AskPurpose(HttpContext http, string applianceId, Guid encounterId, PageMaker maker) =>
        Ask(http, applianceId, encounterId, maker, "", StatusCodes.Status200OK);

    private static async Task<IResult> OpenAsync(
        HttpContext http, string applianceId, Guid encounterId, EncounterDesk desk, PageMaker maker)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (purpose, reference) = (form["purpose"].ToString(), form["case"].ToString());
        var answer = await desk.OpenAsync(
            encounterId, applianceId, purpose, reference, http.User.Identity!.Name!, http.RequestAborted);
        if (!answer.TryGet(out var opened, out var refusal))
            return Ask(http, applianceId, encounterId, maker, refusal.Reason, StatusCodes.Status400BadRequest);
        return maker.Page<EncounterPage>(http, new()
        {
            ["Encounter"] = opened,
            ["PurposeText"] = Purpose.All.Single(known => known.Code == purpose).Text,
            ["CaseReference"] = reference.Trim(),
        });
    }

    private static RazorComponentResult<PurposePage> Ask(
        HttpContext http, string applianceId, Guid encounterId, PageMaker maker, string problem, int status) =>
        maker.Page<PurposePage>(
            http,
            new() { ["ApplianceId"] = applianceId, ["EncounterId"] = encounterId, ["Problem"] = problem },
            status);
}
