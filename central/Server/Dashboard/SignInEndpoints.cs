using EdgeCheckpoint.Central.Dashboard.Pages;
using EdgeCheckpoint.Central.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>Signing in and out.</summary>
internal static class SignInEndpoints
{
    /// <summary>Checking a password is dear: so many at a time, so that guessing cannot starve the posts.</summary>
    public const string LimiterPolicy = "sign-in";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sign-in", static (HttpContext http, PageMaker maker) => maker.Page<SignInPage>(http)).AllowAnonymous();
        pages.MapPost("/sign-in", SignInAsync).AllowAnonymous().RequireRateLimiting(LimiterPolicy);
        pages.MapPost("/sign-out", (Delegate)SignOutAsync).RequireAuthorization(Roles.Staff);
        pages.MapGet("/", static () => Results.Redirect("/posts")).RequireAuthorization(Roles.Staff);
        pages.MapGet("/denied", static (HttpContext http, PageMaker maker) => maker.Message(
            http, "Not for your role", "Your account may not open this page.", StatusCodes.Status403Forbidden))
            .AllowAnonymous();
    }

    private static async Task<IResult> SignInAsync(HttpContext http, StaffAccounts accounts, PageMaker maker)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var account = await accounts.SignInAsync(form["name"].ToString(), form["password"].ToString(), http.RequestAborted);
        if (account is null)
            return maker.Page<SignInPage>(http, new() { ["HasFailed"] = true }, StatusCodes.Status401Unauthorized);
        await http.SignInAsync(Roles.Principal(account, CookieAuthenticationDefaults.AuthenticationScheme));
        return Results.Redirect("/posts");
    }

    private static async Task<IResult> SignOutAsync(HttpContext http)
    {
        await http.SignOutAsync();
        return Results.Redirect("/sign-in");
    }
}
