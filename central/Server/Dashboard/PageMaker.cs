using EdgeCheckpoint.Central.Keys;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Renders a page for the reader of the current request.</summary>
internal sealed class PageMaker(IAntiforgery antiforgery, SiteKeys keys, TimeProvider time)
{
    /// <param name="parameters">The page's own parameters, by name; its context is added here.</param>
    public RazorComponentResult<TPage> Page<TPage>(
        HttpContext http, Dictionary<string, object?>? parameters = null, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        var tokens = antiforgery.GetAndStoreTokens(http);
        var all = parameters ?? [];
        all["Context"] = new PageContext(
            keys.Settings.Name,
            http.User.Identity?.Name ?? "",
            Roles.RoleOf(http.User),
            tokens.FormFieldName,
            tokens.RequestToken!,
            time.GetUtcNow());
        return new RazorComponentResult<TPage>(all) { StatusCode = status, PreventStreamingRendering = true };
    }

    public RazorComponentResult<Pages.MessagePage> Message(HttpContext http, string title, string message, int status) =>
        Page<Pages.MessagePage>(http, new() { ["Title"] = title, ["Message"] = message }, status);
}
