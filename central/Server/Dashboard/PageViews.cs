using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>
/// Writes down who looks at lists of people. A page that refreshes itself is one look, written once in ten minutes; opening a
/// traveller is asked a purpose and written each time (Encounters/EncounterDesk).
/// </summary>
internal sealed class PageViews(BoundedAudit bounded, Auditor auditor)
{
    /// <summary>Purpose of a look at what the role is for.</summary>
    public const string Purpose = "duty";

    private static readonly TimeSpan OneLook = TimeSpan.FromMinutes(10);

    /// <param name="what">What the page shows.</param>
    public Task NoteAsync(HttpContext http, string what)
    {
        var name = http.User.Identity!.Name!;
        var line = auditor.Event(name, AuditAction.PageViewed, http.Request.Path, what) with { Purpose = Purpose };
        return bounded.AppendLookAsync($"view {Roles.SessionOf(http.User)} {what}", OneLook, line);
    }
}
