using System.Net.Sockets;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

/// <summary>What an attacker tries before there is a session: names, headers, guesses.</summary>
public sealed class WebHardeningTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.2")]
    [InlineData("central.example")]
    public async Task Host_OfAnotherName_IsRefusedAndNotRepeated(string host)
    {
        await using var site = await TestSite.StartAsync();

        var answer = await RawAsync(site, $"GET /posts HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(host, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("LOCALHOST")]
    public async Task SignInRedirect_Always_IsRelative(string host)
    {
        await using var site = await TestSite.StartAsync();

        var answer = await RawAsync(
            site, $"GET /posts?ReturnUrl=https://evil.example HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n");

        Assert.Contains("\r\nLocation: /sign-in\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sign-in?ReturnUrl=https://evil.example")]
    [InlineData("/sign-in?returnUrl=//evil.example")]
    [InlineData("/sign-in?next=/%5Cevil.example")]
    public async Task SignIn_WithAReturnAddress_LeadsToTheFirstPage(string path)
    {
        await using var site = await TestSite.StartAsync();
        await site.AddStaffAsync("m.okonkwo", StaffRole.Monitor, Browser.Passphrase);
        using var browser = new Browser(site);

        using var answer = await browser.PostAsync(
            path, "/sign-in", ("name", "m.okonkwo"), ("password", Browser.Passphrase), ("ReturnUrl", "https://evil.example"), ("returnUrl", "//evil.example"));

        Assert.Equal("/posts", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task SignIn_NameWithLineBreaks_PutsNothingIntoHeadersOrAudit()
    {
        await using var site = await TestSite.StartAsync();
        using var browser = new Browser(site);

        using var answer = await browser.SignInAsync("m.okonkwo\r\nSet-Cookie: planted=1", "x\r\ny");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.DoesNotContain(answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [], static cookie => cookie.Contains("planted", StringComparison.Ordinal));
        Assert.DoesNotContain(await AuditAsync(site), static line => line.ToString().Contains("planted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET /posts%0d%0aSet-Cookie:%20planted=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nX-Refresh: a\r\n Set-Cookie: planted=1\r\nConnection: close\r\n\r\n")]
    public async Task Request_WithLineBreaksInIt_PutsNothingIntoHeaders(string request)
    {
        await using var site = await TestSite.StartAsync();

        var answer = await RawAsync(site, request);

        Assert.DoesNotContain("\r\nSet-Cookie: planted", answer, StringComparison.OrdinalIgnoreCase);
        Assert.True(answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 302", StringComparison.Ordinal), answer);
    }

    [Theory]
    [InlineData("/sign-in", HttpStatusCode.OK)]
    [InlineData("/no-such-page", HttpStatusCode.NotFound)]
    [InlineData("/posts", HttpStatusCode.Redirect)]
    [InlineData("/broken", HttpStatusCode.InternalServerError)]
    public async Task Answers_ErrorsToo_CarryTheSecurityHeaders(string path, HttpStatusCode status)
    {
        await using var site = await TestSite.StartAsync();
        using var browser = path == "/broken" ? await Browser.SignedInAsync(site, StaffRole.Monitor) : new Browser(site);
        if (path == "/broken")
        {
            path = "/encounters";
            await BreakAsync(site);
        }

        using var answer = await browser.GetAsync(path);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains("default-src 'self'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.False(answer.Headers.Contains("Server"));
        Assert.DoesNotContain("Exception", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_Always_HasHostCookiesAndStrictTransport()
    {
        using var certificate = SelfSigned();
        await using var site = await TestSite.StartAsync(certificate: certificate);
        await site.AddStaffAsync("m.okonkwo", StaffRole.Monitor, Browser.Passphrase);
        using var client = HttpsClient(site, certificate);

        using var page = await client.GetAsync("/sign-in", Token);

        var cookie = page.Headers.GetValues("Set-Cookie").Single();
        Assert.StartsWith("__Host-central-checkpoint-form=", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("max-age=63072000", Header(page, "Strict-Transport-Security"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_WithAnOrigin_ServesItsNameAndSecureCookies()
    {
        await using var site = await TestSite.StartAsync(configure: new Dictionary<string, string?> { ["Dashboard:Origin"] = "https://central.example" });

        var known = await RawAsync(site, "GET /sign-in HTTP/1.1\r\nHost: central.example\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n");
        var other = await RawAsync(site, "GET /sign-in HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", known, StringComparison.Ordinal);
        Assert.Contains("Set-Cookie: __Host-central-checkpoint-form=", known, StringComparison.Ordinal);
        Assert.Contains("Strict-Transport-Security", known, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", other, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://central.example")]
    [InlineData("https://central.example/pages")]
    [InlineData("central.example")]
    public async Task Origin_ThatIsNone_IsRefusedAtStart(string origin) =>
        Assert.Contains(
            "Dashboard:Origin takes",
            (await Assert.ThrowsAsync<CentralFault>(() => TestSite.StartAsync(configure: new Dictionary<string, string?> { ["Dashboard:Origin"] = origin }))).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task Rubbish_InPlaceOfAPasskey_WaitsToo()
    {
        await using var site = await TestSite.StartAsync(configure: Limit(5));
        using var browser = new Browser(site);
        var answers = new List<HttpStatusCode>();

        for (var i = 0; i < 8; i++)
        {
            using var answer = await browser.PostAsync("/sign-in/passkey", "/sign-in", ("ceremony", $"nothing-{i}"), ("credential", "{}"));
            answers.Add(answer.StatusCode);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.Unauthorized, 5), .. Enumerable.Repeat(HttpStatusCode.TooManyRequests, 3)], answers);
        Assert.True((await site.Store.Audit.ReadNewestAsync(50, TestContext.Current.CancellationToken)).Count(static line => line.Event.Action == AuditAction.SignInRefused) <= 1);
    }

    [Fact]
    public async Task Guesses_FromOneAddressOverManyNames_WaitAfterThirty()
    {
        await using var site = await TestSite.StartAsync(configure: Limit(5));
        await site.AddStaffAsync("m.okonkwo", StaffRole.Monitor, Browser.Passphrase);
        using var browser = new Browser(site);
        for (var i = 0; i < 5; i++)
        {
            using var guess = await browser.SignInAsync($"name-{i}", "spring-2026-spring");
            Assert.Equal(HttpStatusCode.Unauthorized, guess.StatusCode);
        }

        using var waits = await browser.SignInAsync("m.okonkwo", Browser.Passphrase);
        site.Time.Advance(TimeSpan.FromMinutes(5));
        using var open = await browser.SignInAsync("m.okonkwo", Browser.Passphrase);

        Assert.Equal(HttpStatusCode.TooManyRequests, waits.StatusCode);
        Assert.Equal("300", Header(waits, "Retry-After"));
        Assert.Equal(HttpStatusCode.Redirect, open.StatusCode);
    }

    [Fact]
    public async Task Guesses_WithAForgedForwardedAddress_CountForTheRealOne()
    {
        await using var site = await TestSite.StartAsync(configure: Limit(5));
        using var browser = new Browser(site);
        HttpStatusCode last = default;
        for (var i = 0; i < 6; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in");
            var token = await browser.TokenOfAsync("/sign-in");
            request.Content = new FormUrlEncodedContent([KeyValuePair.Create("name", $"n-{i}"), KeyValuePair.Create("password", "x"), KeyValuePair.Create(token.Name, token.Value)]);
            request.Headers.Add("X-Forwarded-For", $"203.0.113.{i}");
            using var answer = await browser.SendAsync(request, HttpCompletionOption.ResponseContentRead);
            last = answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }

    [Fact]
    public async Task Guesses_ThroughAKnownProxy_CountForEachAddressApart()
    {
        var options = Limit(5);
        options["Dashboard:Origin"] = "https://central.example";
        await using var site = await TestSite.StartAsync(configure: options);

        var codes = new List<string>();
        for (var i = 0; i < 6; i++)
            codes.Add(await GuessThroughProxyAsync(site, "203.0.113.7"));
        codes.Add(await GuessThroughProxyAsync(site, "203.0.113.8"));

        Assert.Equal(["401", "401", "401", "401", "401", "429", "401"], codes);
    }

    private static Dictionary<string, string?> Limit(int count) =>
        new() { ["Sessions:FailuresPerAddressMax"] = count.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    /// <summary>By hand: a cookie that is for https only would not be sent back by a client that speaks http to the proxy's port.</summary>
    private static async Task<string> GuessThroughProxyAsync(TestSite site, string address)
    {
        var head = $"Host: central.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: {address}\r\nConnection: close\r\n";
        var page = await RawAsync(site, $"GET /sign-in HTTP/1.1\r\n{head}\r\n");
        var cookie = page[(page.IndexOf("Set-Cookie: ", StringComparison.Ordinal) + 12)..];
        cookie = cookie[..cookie.IndexOf(';', StringComparison.Ordinal)];
        var field = page[page.IndexOf("name=\"__RequestVerificationToken\"", StringComparison.Ordinal)..];
        var token = field[(field.IndexOf("value=\"", StringComparison.Ordinal) + 7)..];
        token = token[..token.IndexOf('"', StringComparison.Ordinal)];
        var body = $"name=nobody&password=x&__RequestVerificationToken={Uri.EscapeDataString(token)}";
        var answer = await RawAsync(
            site, $"POST /sign-in HTTP/1.1\r\n{head}Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        return answer[9..12];
    }

    private static async Task<string> RawAsync(TestSite site, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, site.DashboardUrl.Port, Token);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Token);
    }

    /// <summary>Takes a table away under the running server.</summary>
    private static async Task BreakAsync(TestSite site)
    {
        await using var database = SqliteDatabase.Open(site.Data.DatabaseFile, site.Time.GetUtcNow());
        await database.WriteAsync(
            static transaction => transaction.Run("ALTER TABLE records RENAME TO records_gone"), Token);
    }

    private static HttpClient HttpsClient(TestSite site, X509Certificate2 certificate)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString();
        return new HttpClient(handler) { BaseAddress = site.DashboardUrl };
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    private static async Task<IEnumerable<AuditEvent>> AuditAsync(TestSite site) =>
        (await site.Store.Audit.ReadNewestAsync(100, Token)).Select(static line => line.Event);
}
