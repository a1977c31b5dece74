using System.Net;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Observability;
using EdgeCheckpoint.Central.People;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Central.Dashboard;

internal static class DashboardWiring
{
    private const string CookieName = "central-checkpoint";
    private const int SignInsAtOnce = 2;
    private const int SignInsWaiting = 16;

    public static IServiceCollection AddDashboard(this IServiceCollection services, DataFolder folder, SiteOrigin origin)
    {
        services.AddRazorComponents();
        services.AddDataProtection()
            .SetApplicationName(CookieName)
            .PersistKeysToFileSystem(new DirectoryInfo(folder.CookieKeysFolder));
        services.AddAntiforgery(options => Harden(options.Cookie, $"{CookieName}-form", origin));
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options =>
        {
            Harden(options.Cookie, CookieName, origin);

            // The store says when a session ends; this is only the longest that any may last.
            options.ExpireTimeSpan = TimeSpan.FromHours(12);
            options.SlidingExpiration = false;
            options.Events.OnValidatePrincipal = SessionGate.ValidateAsync;
            options.Events.OnRedirectToLogin = SessionGate.AskToSignInAsync;
            options.Events.OnRedirectToAccessDenied = SessionGate.RefuseAsync;
        });
        var policies = services.AddAuthorizationBuilder()
            .AddPolicy(Roles.Account, static policy => policy.RequireAuthenticatedUser());
        foreach (var (name, roles) in Roles.Policies)
            policies.AddPolicy(name, policy => policy.RequireRole(roles.Select(StaffRoles.Word)));
        services.AddRateLimiter(static options =>
        {
            options.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
            options.AddConcurrencyLimiter(SignInEndpoints.LimiterPolicy, static limiter =>
            {
                limiter.PermitLimit = SignInsAtOnce;
                limiter.QueueLimit = SignInsWaiting;
            });
        });
        services.AddOptions<StaffSessionOptions>().BindConfiguration(StaffSessionOptions.Section).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<StaffSessionOptions>, StaffSessionOptionsValidator>()
            .AddSingleton(origin)
            .AddSingleton<StaffSessions>()
            .AddSingleton<AddressLimit>()
            .AddSingleton<SessionGate>()
            .AddSingleton<PageViews>()
            .AddSingleton<PageMaker>();
    }

    /// <summary>Believes what the configured proxies say of a browser's address; nobody else's word.</summary>
    public static void UseProxies(this IApplicationBuilder app, SiteOrigin origin, DashboardOptions options)
    {
        if (!origin.IsBehindProxy)
            return;
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in options.Proxies)
            forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
        app.UseWhen(Ports.IsDashboard, pages => pages.UseForwardedHeaders(forwarded));
    }

    /// <summary>By https a cookie takes the prefix that browsers hold to: no other host, no plain http, no path can set it.</summary>
    private static void Harden(CookieBuilder cookie, string name, SiteOrigin origin)
    {
        cookie.Name = origin.IsHttps ? $"__Host-{name}" : name;
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Strict;
        cookie.Path = "/";
        cookie.SecurePolicy = origin.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
    }

    /// <summary>For a balancer: 200 or 503, and a line for each check.</summary>
    private static async Task<IResult> ReadyAsync(HttpContext http, Readiness readiness)
    {
        var checks = await readiness.CheckAsync(http.RequestAborted);
        var lines = checks.Select(static check => $"{check.Name}: {(check.IsReady ? "ready" : "NOT READY")}, {check.Detail}\n");
        return Results.Text(
            string.Concat(lines), statusCode: checks.All(static check => check.IsReady) ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    public static void MapDashboard(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").On(ListeningPort.Dashboard);
        pages.MapGet("/healthz", static () => Results.Text("ok")).AllowAnonymous();
        pages.MapGet("/readyz", ReadyAsync).AllowAnonymous();
        AssetEndpoints.Map(pages);
        SignInEndpoints.Map(pages);
        PostEndpoints.Map(pages);
        EncounterEndpoints.Map(pages);
        AccountEndpoints.Map(pages);
        ApprovalEndpoints.Map(pages);
        WatchlistEndpoints.Map(pages);
        EntryEndpoints.Map(pages);
        AdministrationEndpoints.Map(pages);
    }
}
