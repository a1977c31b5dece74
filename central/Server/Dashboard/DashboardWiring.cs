using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.RateLimiting;

namespace EdgeCheckpoint.Central.Dashboard;

internal static class DashboardWiring
{
    private const string CookieName = "central-checkpoint";
    private const int SignInsAtOnce = 2;
    private const int SignInsWaiting = 16;

    private static readonly TimeSpan SessionLife = TimeSpan.FromHours(8);

    public static IServiceCollection AddDashboard(this IServiceCollection services, DataFolder folder)
    {
        services.AddRazorComponents();
        services.AddDataProtection()
            .SetApplicationName(CookieName)
            .PersistKeysToFileSystem(new DirectoryInfo(folder.CookieKeysFolder));
        services.AddAntiforgery(static options =>
        {
            options.Cookie.Name = $"{CookieName}-form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.HttpOnly = true;
        });
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(static options =>
        {
            options.Cookie.Name = CookieName;
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.ExpireTimeSpan = SessionLife;
            options.SlidingExpiration = false;
            options.LoginPath = "/sign-in";
            options.AccessDeniedPath = "/denied";
            options.Events.OnValidatePrincipal = ValidateAsync;
        });
        services.AddAuthorizationBuilder()
            .AddPolicy(Roles.Staff, static policy => policy.RequireRole(Roles.Administrator, Roles.Monitor))
            .AddPolicy(Roles.Administrator, static policy => policy.RequireRole(Roles.Administrator))
            .AddPolicy(Roles.Monitor, static policy => policy.RequireRole(Roles.Monitor));
        services.AddRateLimiter(static options =>
        {
            options.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
            options.AddConcurrencyLimiter(SignInEndpoints.LimiterPolicy, static limiter =>
            {
                limiter.PermitLimit = SignInsAtOnce;
                limiter.QueueLimit = SignInsWaiting;
            });
        });
        return services.AddSingleton<PageMaker>();
    }

    public static void MapDashboard(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").On(ListeningPort.Dashboard);
        pages.MapGet("/healthz", static () => Results.Text("ok")).AllowAnonymous();
        AssetEndpoints.Map(pages);
        SignInEndpoints.Map(pages);
        PostEndpoints.Map(pages);
        EncounterEndpoints.Map(pages);
        AdministrationEndpoints.Map(pages);
    }

    /// <summary>A disabled account, another role or a new password ends a session at its next request.</summary>
    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var store = context.HttpContext.RequestServices.GetRequiredService<ICentralStore>();
        var account = context.Principal?.Identity?.Name is { } name
            ? await store.Staff.FindAsync(name, context.HttpContext.RequestAborted)
            : null;
        if (context.Principal is null || !Roles.IsCurrent(context.Principal, account))
            context.RejectPrincipal();
    }
}
