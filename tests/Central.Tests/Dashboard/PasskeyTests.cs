using System.Net;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

/// <summary>Passkeys and authenticator apps of staff, over http, at a site in service.</summary>
public sealed class PasskeyTests : IAsyncLifetime
{
    private const string Name = "m.okonkwo";

    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync(isBench: false);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Newcomer_WithoutASecondFactor_SeesTheOwnAccountAlone()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);

        using var posts = await browser.GetAsync("/posts");
        var account = await browser.ReadAsync("/account");

        Assert.Equal(HttpStatusCode.Forbidden, posts.StatusCode);
        Assert.Contains("You have no second factor yet", account, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/posts\"", account, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_OfThePassphraseAlone_EndsWhenThereIsASecondFactor()
    {
        // Whoever found the slip with the first passphrase, and waits.
        using var owner = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        using var finder = new Browser(_site);
        using var signedIn = await finder.SignInAsync(Name, Browser.Passphrase);
        using var passkey = new SoftwareAuthenticator();

        using var added = await owner.AddPasskeyAsync(passkey);
        using var later = await finder.GetAsync("/account");

        Assert.Equal(HttpStatusCode.Redirect, added.StatusCode);
        Assert.Equal("/sign-in", later.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Passkey_Added_GivesTheRoleAndThePassphraseAloneNoMore()
    {
        var (browser, passkey) = await Browser.WithPasskeyAsync(_site, Name, StaffRole.Monitor);
        using var _ = browser;
        using var __ = passkey;
        using var fresh = new Browser(_site);

        using var posts = await browser.GetAsync("/posts");
        using var byPassphrase = await fresh.SignInAsync(Name, Browser.Passphrase);
        using var byPasskey = await fresh.SignInAsync(passkey, Name);
        using var after = await fresh.GetAsync("/encounters");

        Assert.Equal(HttpStatusCode.OK, posts.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, byPassphrase.StatusCode);
        Assert.Equal("/posts", byPasskey.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        var lines = await AuditAsync();
        Assert.Contains(lines, static line => line is { Action: AuditAction.PasskeyAdded, Actor: Name });
        Assert.Contains(lines, static line => line is { Action: AuditAction.SignedIn, Detail: "passkey" });
        Assert.Contains(lines, static line => line is { Action: AuditAction.SignInRefused, Detail: "has a passkey" });
    }

    [Theory]
    [InlineData("origin")]
    [InlineData("unverified")]
    [InlineData("challenge")]
    [InlineData("counter")]
    [InlineData("other-account")]
    public async Task SignIn_AnswerThatIsNotRight_IsRefused(string wrong)
    {
        var (browser, passkey) = await Browser.WithPasskeyAsync(_site, Name, StaffRole.Monitor);
        browser.Dispose();
        using var fresh = new Browser(_site);
        using (var good = await fresh.SignInAsync(passkey, Name))
            Assert.Equal(HttpStatusCode.Redirect, good.StatusCode);
        await _site.AddStaffAsync("other", StaffRole.Administrator, Browser.Passphrase);
        using var thief = new Browser(_site);
        if (wrong == "unverified")
            passkey.VerifiesUser = false;
        if (wrong == "challenge")
            passkey.OtherChallenge = new byte[32];
        if (wrong == "counter")
            passkey.Count = 1;

        using var answer = await thief.SignInAsync(
            passkey, wrong == "other-account" ? "other" : Name, wrong == "origin" ? "http://127.0.0.1:7480" : null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using var page = await thief.GetAsync("/account");
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        passkey.Dispose();
    }

    [Fact]
    public async Task SignIn_TheSameAnswerTwice_IsRefused()
    {
        var (browser, passkey) = await Browser.WithPasskeyAsync(_site, Name, StaffRole.Monitor);
        browser.Dispose();
        using var first = new Browser(_site);
        using var second = new Browser(_site);
        var (ceremony, options) = await first.AskAsync("/sign-in/passkey/options", "/sign-in");
        var credential = passkey.Get(options, first.Origin, Name);

        using var once = await first.PostAsync("/sign-in/passkey", "/sign-in", ("ceremony", ceremony), ("credential", credential));
        using var twice = await second.PostAsync("/sign-in/passkey", "/sign-in", ("ceremony", ceremony), ("credential", credential));

        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Unauthorized), (once.StatusCode, twice.StatusCode));
        passkey.Dispose();
    }

    [Fact]
    public async Task SignIn_AnswerAfterFiveMinutes_IsRefused()
    {
        var (browser, passkey) = await Browser.WithPasskeyAsync(_site, Name, StaffRole.Monitor);
        browser.Dispose();
        using var late = new Browser(_site);
        var (ceremony, options) = await late.AskAsync("/sign-in/passkey/options", "/sign-in");
        _site.Time.Advance(TimeSpan.FromMinutes(5));

        using var answer = await late.PostAsync(
            "/sign-in/passkey", "/sign-in", ("ceremony", ceremony), ("credential", passkey.Get(options, late.Origin, Name)));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        passkey.Dispose();
    }

    [Fact]
    public async Task SignIn_DisabledAccount_IsRefused()
    {
        var (browser, passkey) = await Browser.WithPasskeyAsync(_site, Name, StaffRole.Monitor);
        using var _ = browser;
        await _site.App.Services.GetRequiredService<StaffAccounts>().DisableAsync(Name, TestSite.Actor, Token);
        using var fresh = new Browser(_site);

        using var answer = await fresh.SignInAsync(passkey, Name);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        passkey.Dispose();
    }

    [Fact]
    public async Task AskToSignIn_Anybody_NamesNoAccount()
    {
        var (browser, passkey) = await Browser.WithPasskeyAsync(_site, Name, StaffRole.Monitor);
        browser.Dispose();
        passkey.Dispose();
        using var stranger = new Browser(_site);

        var (_, options) = await stranger.AskAsync("/sign-in/passkey/options", "/sign-in");

        Assert.Contains("\"allowCredentials\":[]", options, StringComparison.Ordinal);
        Assert.Contains("\"userVerification\":\"required\"", options, StringComparison.Ordinal);
        Assert.Contains("\"rpId\":\"localhost\"", options, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddPasskey_WrongPassphrase_AsksNothing()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);

        using var answer = await browser.PostAsync("/account/passkeys/options", "/account", ("password", "wrong"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(await AuditAsync(), static line => line is { Action: AuditAction.SignInRefused, Detail: "wrong passphrase for a change" });
    }

    [Fact]
    public async Task AddPasskey_AtAnotherOrigin_IsRefused()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        using var passkey = new SoftwareAuthenticator();

        using var answer = await browser.AddPasskeyAsync(passkey, "http://evil.example");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(await _site.Store.Passkeys.ListAsync(Name, Token));
    }

    [Fact]
    public async Task RemovePasskey_TheLastFactor_IsRefusedAndASecondOneIsNot()
    {
        var (browser, first) = await Browser.WithPasskeyAsync(_site, Name, StaffRole.Monitor);
        using var _ = browser;
        using var second = new SoftwareAuthenticator();
        (string, string)[] form = [("credential", Convert.ToBase64String(first.CredentialId)), ("password", Browser.Passphrase)];

        using var last = await browser.PostAsync("/account/passkeys/remove", "/account", form);
        (await browser.AddPasskeyAsync(second)).Dispose();
        using var spare = await browser.PostAsync("/account/passkeys/remove", "/account", form);
        using var fresh = new Browser(_site);
        using var gone = await fresh.SignInAsync(first, Name);

        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.Redirect, HttpStatusCode.Unauthorized), (last.StatusCode, spare.StatusCode, gone.StatusCode));
        first.Dispose();
    }

    [Fact]
    public async Task Authenticator_Set_AsksItsCodeAndTakesEachOnce()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        var key = await SetAuthenticatorAsync(browser);
        using var fresh = new Browser(_site);

        using var usedAtSetup = await fresh.SignInAsync(Name, Browser.Passphrase, CodeNow(key));
        _site.Time.Advance(TimeSpan.FromSeconds(30));
        using var none = await fresh.SignInAsync(Name, Browser.Passphrase);
        using var right = await fresh.SignInAsync(Name, Browser.Passphrase, CodeNow(key));
        using var replay = await new Browser(_site).SignInAsync(Name, Browser.Passphrase, CodeNow(key));

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Redirect, HttpStatusCode.Unauthorized],
            new[] { usedAtSetup, none, right, replay }.Select(static answer => answer.StatusCode));
        Assert.Contains(await AuditAsync(), static line => line is { Action: AuditAction.SignedIn, Detail: "passphrase and code" });
    }

    [Fact]
    public async Task Authenticator_AtRest_IsNotInTheStore()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        var key = await SetAuthenticatorAsync(browser);
        var account = (await _site.Store.Staff.FindAsync(Name, Token))!;

        Assert.Equal(key, _site.App.Services.GetRequiredService<Authenticators>().ReadKey(account));
        Assert.DoesNotContain(key[..16], Totp.ToBase32(account.AuthenticatorKey!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passphrase_ResetByTheCommandLine_DoesNotPassTheSecondFactor()
    {
        var (browser, passkey) = await Browser.WithPasskeyAsync(_site, Name, StaffRole.Monitor);
        browser.Dispose();
        passkey.Dispose();
        var reset = await _site.CommandAsync("staff", "passwd", "--name", Name, "--json");
        using var json = System.Text.Json.JsonDocument.Parse(reset.Output);
        using var fresh = new Browser(_site);

        using var answer = await fresh.SignInAsync(Name, json.RootElement.GetProperty("passphrase").GetString()!);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Passphrase_AYearLater_StillSignsIn()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        var key = await SetAuthenticatorAsync(browser);
        _site.Time.Advance(TimeSpan.FromDays(366));

        using var answer = await browser.SignInAsync(Name, Browser.Passphrase, CodeNow(key));

        Assert.Equal("/posts", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Newcomer_AfterThreeDays_NeedsANewPassphrase()
    {
        await _site.AddStaffAsync(Name, StaffRole.Monitor, Browser.Passphrase);
        _site.Time.Advance(StaffAccounts.FirstPassphraseLife);
        using var browser = new Browser(_site);
        using var late = await browser.SignInAsync(Name, Browser.Passphrase);

        await _site.App.Services.GetRequiredService<StaffAccounts>().SetPasswordAsync(Name, "another-long-passphrase", TestSite.Actor, Token);
        using var anew = await browser.SignInAsync(Name, "another-long-passphrase");

        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.Equal("/account", anew.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Pages_WithASecret_MaskItAndLetTheBrowserFillIt()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);

        foreach (var page in new[] { await browser.ReadAsync("/sign-in"), await browser.ReadAsync("/account") })
        {
            var fields = page.Split('<').Where(static tag => tag.StartsWith("input", StringComparison.Ordinal) && (tag.Contains("name=\"password\"", StringComparison.Ordinal) || tag.Contains("name=\"next\"", StringComparison.Ordinal))).ToArray();
            Assert.NotEmpty(fields);
            Assert.All(fields, static field =>
            {
                Assert.Contains("type=\"password\"", field, StringComparison.Ordinal);
                Assert.Matches("autocomplete=\"(current|new)-password\"", field);
            });
        }
    }

    [Fact]
    public async Task Pages_OfWhoIsSignedIn_CanSignOut()
    {
        var (browser, passkey) = await Browser.WithPasskeyAsync(_site, Name, StaffRole.DataProtection);
        using var _ = browser;
        using var __ = passkey;

        foreach (var path in new[] { "/account", "/posts", "/encounters", "/staff", "/audit", "/approvals" })
            Assert.Contains("action=\"/sign-out\"", await browser.ReadAsync(path), StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string CodeNow(string key) => Browser.CodeOf(key, _site.Time.GetUtcNow());

    /// <summary>Sets the app by the page, as a person would; gives its key.</summary>
    private async Task<string> SetAuthenticatorAsync(Browser browser)
    {
        var page = await browser.ReadAsync("/account");
        var key = Between(page, "<code class=\"long\">", "</code>");
        var sealedKey = WebUtility.HtmlDecode(Between(page, "name=\"secret\" value=\"", "\""));
        using var answer = await browser.PostAsync(
            "/account/authenticator", "/account", ("secret", sealedKey), ("code", CodeNow(key)), ("password", Browser.Passphrase));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return key;
    }

    private static string Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[start..text.IndexOf(after, start, StringComparison.Ordinal)];
    }

    private async Task<IReadOnlyList<AuditEvent>> AuditAsync() =>
        [.. (await _site.Store.Audit.ReadNewestAsync(100, Token)).Select(static line => line.Event)];
}
