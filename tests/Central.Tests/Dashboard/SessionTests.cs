using System.Net;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

/// <summary>A session ends for every copy of its cookie.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private const string Name = "m.okonkwo";

    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task SignOut_CopyOfTheCookie_IsDead()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        var copy = browser.Cookies;
        Assert.Equal(HttpStatusCode.OK, await WithCookiesAsync(copy));

        using var answer = await browser.PostAsync("/sign-out", "/posts");

        Assert.Equal("/sign-in", answer.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Redirect, await WithCookiesAsync(copy));
        Assert.Contains(await AuditAsync(), static line => line is { Action: AuditAction.SignedOut, Actor: Name });
    }

    [Fact]
    public async Task SignIn_WithASessionAlready_GetsANewOneAndTheOldIsDead()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        var planted = browser.Cookies;
        await _site.AddStaffAsync("victim", StaffRole.Monitor, Browser.Passphrase);

        using var answer = await browser.SignInAsync("victim", Browser.Passphrase);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.NotEqual(planted, browser.Cookies);
        Assert.Equal(HttpStatusCode.Redirect, await WithCookiesAsync(planted));
        Assert.Equal(HttpStatusCode.OK, await WithCookiesAsync(browser.Cookies));
    }

    [Fact]
    public async Task Idle_HalfAnHour_Ends()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        _site.Time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(HttpStatusCode.OK, await WithCookiesAsync(browser.Cookies));
        _site.Time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(HttpStatusCode.OK, await WithCookiesAsync(browser.Cookies));

        _site.Time.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(HttpStatusCode.Redirect, await WithCookiesAsync(browser.Cookies));
    }

    [Fact]
    public async Task Idle_PageThatRefreshesItself_IsNoUse()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        for (var i = 0; i < 3; i++)
        {
            _site.Time.Advance(TimeSpan.FromMinutes(10));
            using var refresh = new HttpRequestMessage(HttpMethod.Get, "/posts");
            refresh.Headers.Add("X-Refresh", "yes");
            (await browser.SendAsync(refresh, HttpCompletionOption.ResponseContentRead)).Dispose();
        }

        Assert.Equal(HttpStatusCode.Redirect, await WithCookiesAsync(browser.Cookies));
    }

    [Fact]
    public async Task Absolute_EightHoursOfUse_Ends()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        for (var minutes = 0; minutes < 480 - 20; minutes += 20)
        {
            _site.Time.Advance(TimeSpan.FromMinutes(20));
            Assert.Equal(HttpStatusCode.OK, await WithCookiesAsync(browser.Cookies));
        }

        _site.Time.Advance(TimeSpan.FromMinutes(20));

        Assert.Equal(HttpStatusCode.Redirect, await WithCookiesAsync(browser.Cookies));
    }

    [Fact]
    public async Task Sessions_MoreThanThree_EndTheOldest()
    {
        using var first = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        var others = new List<Browser>();
        for (var i = 0; i < 3; i++)
        {
            _site.Time.Advance(TimeSpan.FromSeconds(1));
            others.Add(new Browser(_site));
            (await others[i].SignInAsync(Name, Browser.Passphrase)).Dispose();
        }

        Assert.Equal(HttpStatusCode.Redirect, await WithCookiesAsync(first.Cookies));
        foreach (var other in others)
            Assert.Equal(HttpStatusCode.OK, await WithCookiesAsync(other.Cookies));
        others.ForEach(static other => other.Dispose());
    }

    [Fact]
    public async Task Sessions_EndedByTheirOwner_AreAllDead()
    {
        using var one = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        using var two = new Browser(_site);
        (await two.SignInAsync(Name, Browser.Passphrase)).Dispose();
        var (first, second) = (one.Cookies, two.Cookies);

        (await two.PostAsync("/account/sessions/end", "/account", ("password", Browser.Passphrase))).Dispose();

        Assert.Equal(HttpStatusCode.Redirect, await WithCookiesAsync(first));
        Assert.Equal(HttpStatusCode.Redirect, await WithCookiesAsync(second));
    }

    [Fact]
    public async Task Sessions_EndedByTheCommandLine_AreDeadAtARunningServer()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);

        var ended = await _site.CommandAsync("staff", "end-sessions", "--name", Name);

        Assert.Equal($"Ended 1 sessions of {Name}.", ended.Output.Trim());
        Assert.Equal(HttpStatusCode.Redirect, await WithCookiesAsync(browser.Cookies));
    }

    [Fact]
    public async Task Passphrase_ChangedByItsOwner_EndsAllSessions()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        var copy = browser.Cookies;
        const string Next = "another-long-passphrase";

        using var tooShort = await browser.PostAsync("/account/passphrase", "/account", ("password", Browser.Passphrase), ("next", "short"));
        using var wrong = await browser.PostAsync("/account/passphrase", "/account", ("password", "wrong"), ("next", Next));
        using var changed = await browser.PostAsync("/account/passphrase", "/account", ("password", Browser.Passphrase), ("next", Next));
        using var old = await browser.SignInAsync(Name, Browser.Passphrase);
        using var now = await browser.SignInAsync(Name, Next);

        Assert.Equal(
            [HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.Redirect, HttpStatusCode.Unauthorized, HttpStatusCode.Redirect],
            new[] { tooShort, wrong, changed, old, now }.Select(static answer => answer.StatusCode));
        Assert.Equal(HttpStatusCode.Redirect, await WithCookiesAsync(copy));
    }

    [Fact]
    public async Task Events_SessionEnds_StopTelling()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        using var answer = await browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        Assert.Equal("event: ready", await reader.ReadLineAsync(Token));

        await _site.App.Services.GetRequiredService<StaffAccounts>().DisableAsync(Name, TestSite.Actor, Token);
        await _site.LookForNewsAsync();

        var rest = await reader.ReadToEndAsync(Token);
        Assert.DoesNotContain("changed", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_AtRest_HasNoIdentifierOfASession()
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);

        var sessions = await _site.Store.Sessions.ListAsync(Name, Token);

        Assert.Equal(32, Assert.Single(sessions).IdHash.Length);
        Assert.Null(await _site.App.Services.GetRequiredService<StaffSessions>().FindOpenAsync(Convert.ToHexStringLower(sessions[0].IdHash), Token));
    }

    [Theory]
    [InlineData("m.okonkwo-2026")]
    [InlineData("checkpoint1234")]
    [InlineData("Utopia-Central-1")]
    [InlineData("qwertyuiopas")]
    [InlineData("123456789012")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    public async Task Passphrase_EasyToGuess_IsNotTaken(string next)
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);

        using var answer = await browser.PostAsync("/account/passphrase", "/account", ("password", Browser.Passphrase), ("next", next));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("åse går på tur 🚶 ")]
    [InlineData("correct horse battery staple correct horse battery staple correct horse battery staple")]
    public async Task Passphrase_OfAnyLetters_IsTakenAsItIs(string next)
    {
        using var browser = await Browser.SignedInAsync(_site, Name, StaffRole.Monitor);

        using var changed = await browser.PostAsync("/account/passphrase", "/account", ("password", Browser.Passphrase), ("next", next));
        using var trimmed = await browser.SignInAsync(Name, next.TrimEnd() + "x");
        using var asItIs = await browser.SignInAsync(Name, next);

        Assert.Equal(
            (HttpStatusCode.Redirect, HttpStatusCode.Unauthorized, HttpStatusCode.Redirect), (changed.StatusCode, trimmed.StatusCode, asItIs.StatusCode));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<HttpStatusCode> WithCookiesAsync(string cookies)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _site.DashboardUrl };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/posts");
        request.Headers.Add("Cookie", cookies);
        using var answer = await client.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private async Task<IEnumerable<AuditEvent>> AuditAsync() =>
        (await _site.Store.Audit.ReadNewestAsync(100, Token)).Select(static line => line.Event);
}
