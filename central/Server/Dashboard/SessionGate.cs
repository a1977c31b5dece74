using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Lets a cookie in while its session lasts, starts and ends sessions, and answers those who may not.</summary>
internal sealed class SessionGate(
    ICentralStore store, StaffSessions sessions, SiteSecurity security, BoundedAudit bounded, Auditor auditor, PageMaker maker)
{
    /// <summary>Header of a page that refreshes itself: looking at the screen is no use of the session.</summary>
    public const string RefreshHeader = "X-Refresh";

    private const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;

    public static Task ValidateAsync(CookieValidatePrincipalContext context) => Of(context.HttpContext).CheckAsync(context);

    /// <summary>Without a return address: what is built from a request can lead elsewhere.</summary>
    public static Task AskToSignInAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.Redirect("/sign-in");
        return Task.CompletedTask;
    }

    public static Task RefuseAsync(RedirectContext<CookieAuthenticationOptions> context) => Of(context.HttpContext).RefuseAsync(context.HttpContext);

    /// <summary>Signs in under a new identifier; a session that the browser came with ends.</summary>
    public async Task StartAsync(HttpContext http, SignedInStaff staff, string how)
    {
        var id = await sessions.StartAsync(staff, how, Roles.SessionOf(http.User), http.RequestAborted);
        await http.SignInAsync(Scheme, Roles.Principal(staff, security.IsBench, id, Scheme));
    }

    public async Task EndAsync(HttpContext http)
    {
        if (Roles.SessionOf(http.User) is { } id)
            await sessions.EndAsync(id, http.User.Identity!.Name!, "", http.RequestAborted);
        await http.SignOutAsync(Scheme);
    }

    /// <summary>The open session of a request; null once it, or what its account may, has changed.</summary>
    public async Task<StaffSession?> FindAsync(System.Security.Claims.ClaimsPrincipal? principal, CancellationToken cancellationToken)
    {
        if (principal?.Identity?.Name is not { } name || Roles.SessionOf(principal) is not { } id)
            return null;
        var account = await store.Staff.FindAsync(name, cancellationToken);
        return await sessions.FindOpenAsync(id, cancellationToken) is { } session && Roles.IsCurrent(principal, account, session, security.IsBench)
            ? session
            : null;
    }

    private async Task CheckAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        if (await FindAsync(context.Principal, http.RequestAborted) is not { } session)
            context.RejectPrincipal();
        else if (!http.Request.Headers.ContainsKey(RefreshHeader) && http.Request.Path != "/events")
            await sessions.TouchAsync(session, http.RequestAborted);
    }

    private async Task RefuseAsync(HttpContext http)
    {
        var (name, route) = (http.User.Identity?.Name ?? "", DashboardGuards.RouteOf(http));
        await bounded.AppendAsync(
            $"role {name} {route}", auditor.Event(name, AuditAction.RoleRefused, route, "not for this role"), http.RequestAborted);
        await maker.Message(http, "Not for your role", "Your account may not open this page.", StatusCodes.Status403Forbidden).ExecuteAsync(http);
    }

    private static SessionGate Of(HttpContext http) => http.RequestServices.GetRequiredService<SessionGate>();
}
