using System.Security.Cryptography;
using EdgeCheckpoint.Central.Dashboard.Pages;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.People.Identity;
using EdgeCheckpoint.Central.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace EdgeCheckpoint.Central.Dashboard;

/// <summary>
/// What people do with their own account. Everything by which somebody signs in changes only after the passphrase was typed
/// again.
/// </summary>
internal static class AccountEndpoints
{
    private const string WrongPassphrase = "The passphrase is wrong; nothing was changed.";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/account", (HttpContext http, ICentralStore store, PageMaker maker, IDataProtectionProvider protection) =>
            ShowAsync(http, store, maker, protection, "", StatusCodes.Status200OK)).RequireAuthorization(Roles.Account);
        pages.MapPost("/account/passkeys/options", AskPasskeyAsync).RequireAuthorization(Roles.Account).RequireRateLimiting(SignInEndpoints.LimiterPolicy);
        pages.MapPost("/account/passkeys", AddPasskeyAsync).RequireAuthorization(Roles.Account);
        pages.MapPost("/account/passkeys/remove", RemovePasskeyAsync).RequireAuthorization(Roles.Account).RequireRateLimiting(SignInEndpoints.LimiterPolicy);
        pages.MapPost("/account/authenticator", SetAuthenticatorAsync).RequireAuthorization(Roles.Account).RequireRateLimiting(SignInEndpoints.LimiterPolicy);
        pages.MapPost("/account/passphrase", ChangePassphraseAsync).RequireAuthorization(Roles.Account).RequireRateLimiting(SignInEndpoints.LimiterPolicy);
        pages.MapPost("/account/sessions/end", EndSessionsAsync).RequireAuthorization(Roles.Account).RequireRateLimiting(SignInEndpoints.LimiterPolicy);
    }

    private static async Task<IResult> AskPasskeyAsync(HttpContext http, StaffAccounts accounts, PasskeyDesk desk)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return await accounts.ConfirmAsync(NameOf(http), form["password"].ToString(), http.RequestAborted)
            ? SignInEndpoints.Ask(await desk.AskToRegisterAsync(NameOf(http), http))
            : Results.Text(WrongPassphrase, statusCode: StatusCodes.Status400BadRequest);
    }

    /// <summary>A session that began without a second factor goes on under a new identifier, now with one.</summary>
    private static async Task<IResult> AddPasskeyAsync(
        HttpContext http, ICentralStore store, PasskeyDesk desk, SessionGate gate, PageMaker maker, IDataProtectionProvider protection)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var problem = await desk.RegisterAsync(
            NameOf(http), form["ceremony"].ToString(), form["credential"].ToString(), form["label"].ToString(), http);
        return problem is null
            ? await StrengthenAsync(http, store, gate, "new passkey")
            : await ShowAsync(http, store, maker, protection, problem, StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> RemovePasskeyAsync(
        HttpContext http, ICentralStore store, StaffAccounts accounts, UserManager<StaffUser> users, PageMaker maker, IDataProtectionProvider protection)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!await accounts.ConfirmAsync(NameOf(http), form["password"].ToString(), http.RequestAborted))
            return await ShowAsync(http, store, maker, protection, WrongPassphrase, StatusCodes.Status400BadRequest);
        var account = (await store.Staff.FindAsync(NameOf(http), http.RequestAborted))!;
        if (account is { AuthenticatorKey: null, PasskeyCount: <= 1 })
        {
            return await ShowAsync(
                http, store, maker, protection, "This is your last second factor; add another before you remove it.", StatusCodes.Status400BadRequest);
        }

        var credential = Convert.TryFromBase64String(form["credential"].ToString(), new byte[1024], out _)
            ? Convert.FromBase64String(form["credential"].ToString())
            : [];
        await users.RemovePasskeyAsync(new StaffUser(account), credential);
        return Results.LocalRedirect("/account");
    }

    private static async Task<IResult> SetAuthenticatorAsync(
        HttpContext http, ICentralStore store, StaffAccounts accounts, Authenticators authenticators, SessionGate gate, PageMaker maker,
        IDataProtectionProvider protection)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!await accounts.ConfirmAsync(NameOf(http), form["password"].ToString(), http.RequestAborted))
            return await ShowAsync(http, store, maker, protection, WrongPassphrase, StatusCodes.Status400BadRequest);
        byte[] key;
        try
        {
            key = Protector(protection, NameOf(http)).Unprotect(Convert.FromBase64String(form["secret"].ToString()));
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException)
        {
            return await ShowAsync(http, store, maker, protection, "The page is out of date; load it again.", StatusCodes.Status400BadRequest);
        }

        return await authenticators.SetAsync(NameOf(http), key, form["code"].ToString().Trim(), NameOf(http), http.RequestAborted)
            ? await StrengthenAsync(http, store, gate, "new authenticator")
            : await ShowAsync(http, store, maker, protection, "The code is not of this key, or the clock of the telephone is wrong.", StatusCodes.Status400BadRequest);
    }

    /// <summary>By ASP.NET Core Identity: checks the present one, the new one's length, and gives a new stamp, which ends all sessions.</summary>
    private static async Task<IResult> ChangePassphraseAsync(
        HttpContext http, ICentralStore store, StaffAccounts accounts, UserManager<StaffUser> users, SessionGate gate, PageMaker maker,
        IDataProtectionProvider protection)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (now, next) = (form["password"].ToString(), form["next"].ToString());
        if (!await accounts.ConfirmAsync(NameOf(http), now, http.RequestAborted))
            return await ShowAsync(http, store, maker, protection, WrongPassphrase, StatusCodes.Status400BadRequest);
        var user = (await users.FindByIdAsync(NameOf(http)))!;
        var result = next.Length > StaffAccounts.PasswordLengthMax || next == now || PassphraseWords.IsEasy(next, NameOf(http))
            ? IdentityResult.Failed()
            : await users.ChangePasswordAsync(user, now, next);
        if (!result.Succeeded)
        {
            return await ShowAsync(
                http, store, maker, protection,
                $"A new passphrase has {StaffAccounts.PasswordLengthMin} to {StaffAccounts.PasswordLengthMax} characters and is not made of your name, the work or a row of "
                + "keys; nothing was changed.",
                StatusCodes.Status400BadRequest);
        }

        await gate.EndAsync(http);
        return Results.LocalRedirect("/sign-in");
    }

    private static async Task<IResult> EndSessionsAsync(
        HttpContext http, ICentralStore store, StaffAccounts accounts, StaffSessions sessions, SessionGate gate, PageMaker maker,
        IDataProtectionProvider protection)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!await accounts.ConfirmAsync(NameOf(http), form["password"].ToString(), http.RequestAborted))
            return await ShowAsync(http, store, maker, protection, WrongPassphrase, StatusCodes.Status400BadRequest);
        await sessions.EndAllAsync(NameOf(http), "all, by their owner", http.RequestAborted);
        await gate.EndAsync(http);
        return Results.LocalRedirect("/sign-in");
    }

    private static async Task<IResult> StrengthenAsync(HttpContext http, ICentralStore store, SessionGate gate, string how)
    {
        var account = (await store.Staff.FindAsync(NameOf(http), http.RequestAborted))!;
        await gate.StartAsync(http, new SignedInStaff(account, IsStrong: true), how);
        return Results.LocalRedirect("/account");
    }

    /// <summary>A key for the app is made for the page and travels in it sealed; nothing is kept until a code of it comes back.</summary>
    private static async Task<IResult> ShowAsync(
        HttpContext http, ICentralStore store, PageMaker maker, IDataProtectionProvider protection, string notice, int status)
    {
        var account = (await store.Staff.FindAsync(NameOf(http), http.RequestAborted))!;
        var key = Totp.NewKey();
        return maker.Page<AccountPage>(
            http,
            new()
            {
                ["Account"] = account,
                ["Passkeys"] = await store.Passkeys.ListAsync(account.Name, http.RequestAborted),
                ["Sessions"] = await store.Sessions.ListAsync(account.Name, http.RequestAborted),
                ["NewKey"] = Totp.ToBase32(key),
                ["SealedKey"] = Convert.ToBase64String(Protector(protection, account.Name).Protect(key, TimeSpan.FromMinutes(15))),
                ["Notice"] = notice,
            },
            status);
    }

    private static ITimeLimitedDataProtector Protector(IDataProtectionProvider protection, string name) =>
        protection.CreateProtector("authenticator", name).ToTimeLimitedDataProtector();

    private static string NameOf(HttpContext http) => http.User.Identity!.Name!;
}
