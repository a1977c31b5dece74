using System.Net;
using System.Text.RegularExpressions;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

/// <summary>A browser without a screen: keeps cookies, finds the form's token, follows nothing by itself.</summary>
internal sealed partial class Browser : IDisposable
{
    public const string Passphrase = "correct-horse-battery";

    private readonly HttpClient _client;

    public Browser(TestSite site) =>
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = site.DashboardUrl,
        };

    /// <summary>A browser in which somebody of this role is signed in.</summary>
    public static async Task<Browser> SignedInAsync(TestSite site, StaffRole role)
    {
        var name = $"staff-{role}";
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

    /// <summary>Sends a form as the page would; the token comes from the page given.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, string tokenPage, params (string Name, string Value)[] fields)
    {
        var token = Token().Match(await ReadAsync(tokenPage));
        return await PostWithoutTokenAsync(path, [.. fields, (token.Groups[1].Value, token.Groups[2].Value)]);
    }

    public async Task<HttpResponseMessage> PostWithoutTokenAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(
            fields.Where(static field => field.Name.Length > 0).Select(static field => KeyValuePair.Create(field.Name, field.Value)));
        return await _client.PostAsync(path, content, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> SignInAsync(string name, string password) =>
        PostAsync("/sign-in", "/sign-in", ("name", name), ("password", password));

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
