using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

/// <summary>A browser without a screen: keeps cookies, finds the form's token, follows nothing by itself.</summary>
internal sealed partial class Browser : IDisposable
{
    public const string Passphrase = "correct-horse-battery";

    private readonly HttpClient _client;
    private readonly CookieContainer _cookies = new();

    public Browser(TestSite site)
    {
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies })
        {
            BaseAddress = site.DashboardUrl,
        };
        Origin = $"http://localhost:{site.DashboardUrl.Port}";
    }

    /// <summary>What the browser says of itself to a passkey.</summary>
    public string Origin { get; }

    /// <summary>The cookies it holds, as it would send them.</summary>
    public string Cookies => _cookies.GetCookieHeader(_client.BaseAddress!);

    /// <summary>A browser in which somebody of this role is signed in.</summary>
    public static Task<Browser> SignedInAsync(TestSite site, StaffRole role) => SignedInAsync(site, $"staff-{role}", role);

    public static async Task<Browser> SignedInAsync(TestSite site, string name, StaffRole role)
    {
        await site.AddStaffAsync(name, role, Passphrase);
        var browser = new Browser(site);
        using var answer = await browser.SignInAsync(name, Passphrase);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(path, TestContext.Current.CancellationToken);

    public async Task<string> ReadAsync(string path)
    {
        using var answer = await GetAsync(path);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion) =>
        _client.SendAsync(request, completion, TestContext.Current.CancellationToken);

    /// <summary>The hidden field of a page's first form.</summary>
    public async Task<(string Name, string Value)> TokenOfAsync(string page)
    {
        var token = Token().Match(await ReadAsync(page));
        return (token.Groups[1].Value, token.Groups[2].Value);
    }

    /// <summary>Sends a form as the page would; the token comes from the page given.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, string tokenPage, params (string Name, string Value)[] fields) =>
        await PostWithoutTokenAsync(path, [.. fields, await TokenOfAsync(tokenPage)]);

    public async Task<HttpResponseMessage> PostWithoutTokenAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(
            fields.Where(static field => field.Name.Length > 0).Select(static field => KeyValuePair.Create(field.Name, field.Value)));
        return await _client.PostAsync(path, content, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> SignInAsync(string name, string password, string code = "") =>
        PostAsync("/sign-in", "/sign-in", ("name", name), ("password", password), ("code", code));

    /// <summary>Adds a passkey to the account that is signed in, as the page's script does.</summary>
    public async Task<HttpResponseMessage> AddPasskeyAsync(SoftwareAuthenticator authenticator, string? origin = null)
    {
        var (ceremony, options) = await AskAsync("/account/passkeys/options", "/account", ("password", Passphrase));
        return await PostAsync(
            "/account/passkeys", "/account", ("ceremony", ceremony), ("credential", authenticator.Create(options, origin ?? Origin)), ("label", "test"));
    }

    public async Task<HttpResponseMessage> SignInAsync(SoftwareAuthenticator authenticator, string name, string? origin = null)
    {
        var (ceremony, options) = await AskAsync("/sign-in/passkey/options", "/sign-in");
        return await PostAsync(
            "/sign-in/passkey", "/sign-in", ("ceremony", ceremony), ("credential", authenticator.Get(options, origin ?? Origin, name)));
    }

    /// <summary>Approves a proposal, as the page's script does.</summary>
    /// <param name="page">Where the form is; null for the page of the approval.</param>
    public async Task<HttpResponseMessage> ApproveAsync(
        Guid approval, SoftwareAuthenticator authenticator, string name, string? origin = null, string? page = null)
    {
        var path = $"/approvals/{approval}";
        var (ceremony, options) = await AskAsync($"{path}/options", page ?? path);
        return await PostAsync(
            $"{path}/approve", page ?? path, ("ceremony", ceremony), ("credential", authenticator.Get(options, origin ?? Origin, name)));
    }

    /// <summary>Asks central what a passkey is to sign.</summary>
    public async Task<(string Ceremony, string OptionsJson)> AskAsync(string path, string tokenPage, params (string Name, string Value)[] fields)
    {
        using var answer = await PostAsync(path, tokenPage, fields);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        using var question = JsonDocument.Parse(text);
        return (question.RootElement.GetProperty("ceremony").GetString()!, question.RootElement.GetProperty("options").GetRawText());
    }

    /// <summary>A browser signed in with a passkey, under an account made for it.</summary>
    public static async Task<(Browser Browser, SoftwareAuthenticator Authenticator)> WithPasskeyAsync(TestSite site, string name, StaffRole role)
    {
        var browser = await SignedInAsync(site, name, role);
        var authenticator = new SoftwareAuthenticator();
        using var added = await browser.AddPasskeyAsync(authenticator);
        Assert.True(added.StatusCode == HttpStatusCode.Redirect, await added.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (browser, authenticator);
    }

    /// <summary>The code an app shows now for a key as the page gave it.</summary>
    public static string CodeOf(string base32, DateTimeOffset now)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(base32.Select(static letter => Convert.ToString(Alphabet.IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var key = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        return Totp.Code(key, Totp.StepAt(now));
    }

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
