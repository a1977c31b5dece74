using EdgeCheckpoint.Central.Dashboard.Pages;
using EdgeCheckpoint.Central.People;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Signing in and out.</summary>
internal static class SignInEndpoints
{
    private const string Passkey = "passkey";

    /// <summary>Checking a passphrase is dear: so many at a time, so that guessing cannot starve the posts.</summary>
    public const string LimiterPolicy = "sign-in";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sign-in", static (HttpContext http, PageMaker maker) => maker.Page<SignInPage>(http)).AllowAnonymous();
        pages.MapPost("/sign-in", SignInAsync).AllowAnonymous().RequireRateLimiting(LimiterPolicy);
        pages.MapPost("/sign-in/passkey/options", AskAsync).AllowAnonymous().RequireRateLimiting(LimiterPolicy);
        pages.MapPost("/sign-in/passkey", SignInWithPasskeyAsync).AllowAnonymous().RequireRateLimiting(LimiterPolicy);
        pages.MapPost("/sign-out", (Delegate)SignOutAsync).RequireAuthorization(Roles.Account);
        pages.MapGet("/", static (HttpContext http) => Results.LocalRedirect(FirstPage(Roles.RoleOf(http.User) is not null)))
            .RequireAuthorization(Roles.Account);
    }

    /// <summary>A question to a passkey, for the script of the page.</summary>
    public static IResult Ask(PasskeyQuestion question) =>
        Results.Text($"{{\"ceremony\":\"{question.Id}\",\"options\":{question.OptionsJson}}}", "application/json; charset=utf-8");

    private static async Task<IResult> SignInAsync(
        HttpContext http, StaffAccounts accounts, AddressLimit limit, SessionGate gate, SiteSecurity security, PageMaker maker)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!limit.TryBegin(http.Connection.RemoteIpAddress))
            return TooMany(http, maker);
        var staff = await accounts.SignInAsync(
            form["name"].ToString(), form["password"].ToString(), form["code"].ToString().Trim(), http.RequestAborted);
        return await FinishAsync(http, staff, staff?.IsStrong == true ? "passphrase and code" : "passphrase", limit, gate, security, maker);
    }

    private static async Task<IResult> AskAsync(HttpContext http, PasskeyDesk desk, AddressLimit limit, PageMaker maker) =>
        limit.TryBegin(http.Connection.RemoteIpAddress) ? Ask(await desk.AskToSignInAsync(http)) : TooMany(http, maker);

    private static async Task<IResult> SignInWithPasskeyAsync(
        HttpContext http, PasskeyDesk desk, AddressLimit limit, SessionGate gate, SiteSecurity security, PageMaker maker)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!limit.TryBegin(http.Connection.RemoteIpAddress))
            return TooMany(http, maker);
        var staff = await desk.SignInAsync(form["ceremony"].ToString(), form["credential"].ToString(), http);
        return await FinishAsync(http, staff, Passkey, limit, gate, security, maker);
    }

    private static async Task<IResult> FinishAsync(
        HttpContext http, SignedInStaff? staff, string how, AddressLimit limit, SessionGate gate, SiteSecurity security, PageMaker maker)
    {
        if (staff is null)
            return maker.Page<SignInPage>(http, new() { ["HasFailed"] = true }, StatusCodes.Status401Unauthorized);
        limit.End(http.Connection.RemoteIpAddress);

        // The question that a passkey answered was counted too.
        if (how == Passkey)
            limit.End(http.Connection.RemoteIpAddress);
        await gate.StartAsync(http, staff, how);
        return Results.LocalRedirect(FirstPage(staff.IsStrong || security.IsBench));
    }

    private static string FirstPage(bool hasRole) => hasRole ? "/posts" : "/account";

    private static RazorComponentResult<MessagePage> TooMany(HttpContext http, PageMaker maker)
    {
        http.Response.Headers.RetryAfter = ((int)AddressLimit.Window.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return maker.Message(http, "Too many attempts", "Too many sign-ins from your address have failed. Wait five minutes.", StatusCodes.Status429TooManyRequests);
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, SessionGate gate)
    {
        await gate.EndAsync(http);
        return Results.LocalRedirect("/sign-in");
    }
}
