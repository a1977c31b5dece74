using System.Net;
using EdgeCheckpoint.Edge.Tests.Worker.People;
using EdgeCheckpoint.Worker;
using EdgeCheckpoint.Worker.Console;
using EdgeCheckpoint.Worker.People;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Edge.Tests.Worker.Console;

/// <summary>Every route of the counter under every role and none; and what attackers of web pages try.</summary>
public sealed class ConsoleAccessTests
{
    private const string Id = "/encounters/00000000-0000-0000-0000-000000000001";

    /// <summary>Who is let through: n nobody, l behind a locked screen, o officer, s supervisor, t technician, e emergency.</summary>
    private static readonly Dictionary<string, (string Path, string Who)> Table = new(StringComparer.Ordinal)
    {
        ["GET /"] = ("/", "nloste"),
        ["GET /counter"] = ("/counter", "nloste"),
        ["GET /events"] = ("/events", "nloste"),
        ["GET /healthz"] = ("/healthz", "nloste"),
        ["GET /counter.css"] = ("/counter.css", "nloste"),
        ["GET /counter.js"] = ("/counter.js", "nloste"),
        ["GET /encounters/open"] = ("/encounters/open", "ose"),
        ["POST /encounters/manual"] = ("/encounters/manual", "ose"),
        ["POST /encounters/back-entry"] = ("/encounters/back-entry", "s"),
        ["POST /encounters/{id:guid}/decision"] = ($"{Id}/decision", "ose"),
        ["POST /encounters/{id:guid}/keep"] = ($"{Id}/keep", "ose"),
        ["POST /sign-in"] = ("/sign-in", "nloste"),
        ["POST /lock"] = ("/lock", "loste"),
        ["POST /sign-out"] = ("/sign-out", "loste"),
        ["POST /accounts/block"] = ("/accounts/block", "s"),
        ["POST /accounts/unblock"] = ("/accounts/unblock", "s"),
        ["POST /service/begin"] = ("/service/begin", "t"),
        ["POST /service/end"] = ("/service/end", "t"),
        ["POST /self-test"] = ("/self-test", ""),
    };

    [Fact]
    public async Task Routes_OfTheConsole_AllStandInTheTable()
    {
        await using var rig = await ConsoleRig.StartAsync();

        var routes = rig.Routes.SelectMany(static route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
            .Select(method => $"{method} {route.RoutePattern.RawText}"));

        Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), routes.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("nobody", 'n')]
    [InlineData("locked", 'l')]
    [InlineData("officer", 'o')]
    [InlineData("supervisor", 's')]
    [InlineData("technician", 't')]
    [InlineData("emergency", 'e')]
    public async Task Route_UnderARole_AnswersAsTheTableSays(string who, char mark)
    {
        await using var rig = await ConsoleRig.StartAsync();
        foreach (var (route, (path, letThrough)) in Table)
        {
            using var browser = who == "nobody" ? rig.Browser() : await rig.BrowserOfAsync(who == "locked" ? "officer" : who);
            if (who == "locked")
                await browser.PostAsync("/lock");
            await browser.LoadAsync();
            using var request = new HttpRequestMessage(new HttpMethod(route.Split(' ')[0]), new Uri(path, UriKind.Relative));
            if (request.Method == HttpMethod.Post)
                request.Content = new FormUrlEncodedContent([KeyValuePair.Create("form_token", browser.Token)]);
            using var answer = await browser.HeadersAsync(request);

            var isRefused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
            Assert.True(isRefused != letThrough.Contains(mark, StringComparison.Ordinal), $"{route} as {who}: {(int)answer.StatusCode}");
            rig.Services.GetRequiredService<CounterSession>().End();
        }
    }

    /// <summary>On a card that cannot be written the page comes up all the same; nobody can ask for a self-test from outside, and that is all.</summary>
    [Fact]
    public async Task Door_OnACardThatCannotBeWritten_LeavesThePage()
    {
        await using var rig = await ConsoleRig.StartAsync();
        var data = rig.Services.GetRequiredService<DataFolder>();
        Directory.CreateDirectory(Path.Combine(data.State, "local-door", "in the way"));

        rig.Services.GetRequiredService<LocalDoor>().TryOpen(rig.Address.ToString());

        Assert.Null(LocalDoor.Find(data));
        using var browser = await rig.BrowserOfAsync("officer");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/", UriKind.Relative));
        using var page = await browser.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Theory]
    [InlineData("", HttpStatusCode.Forbidden)]
    [InlineData("wrong", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.OK)]
    public async Task SelfTest_WantsTheKeyOfTheServicesFile(string? key, HttpStatusCode expected)
    {
        await using var rig = await ConsoleRig.StartAsync();
        rig.Services.GetRequiredService<LocalDoor>().TryOpen(rig.Address.ToString());
        var (address, own) = LocalDoor.Find(rig.Services.GetRequiredService<DataFolder>())!.Value;
        using var browser = await rig.BrowserOfAsync("officer");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/self-test", UriKind.Relative));
        request.Headers.TryAddWithoutValidation(LocalDoor.KeyHeader, key ?? own);

        using var answer = await browser.SendAsync(request);

        Assert.Equal(rig.Address, address);
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK, (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains("list-signature", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Change_WithoutTheTokenOfThePage_IsRefused(string token)
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var browser = await rig.BrowserOfAsync("officer");

        using var forged = await browser.SendAsync(HttpMethod.Post, "/sign-out", ("form_token", token));

        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        Assert.NotNull(rig.Services.GetRequiredService<CounterSession>().Person);
    }

    [Fact]
    public async Task SignIn_WithoutTheTokenOfThePage_IsRefused()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var browser = rig.Browser();

        using var forged = await browser.SendAsync(
            HttpMethod.Post, "/sign-in", ("staff", "OFF-17"), ("secret", InventedPeople.OfficerSecret));

        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
    }

    [Fact]
    public async Task Token_OfAnotherBrowser_IsRefused()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var attacker = rig.Browser();
        await attacker.LoadAsync();
        using var browser = await rig.BrowserOfAsync("officer");

        using var forged = await browser.SendAsync(HttpMethod.Post, "/sign-out", ("form_token", attacker.Token));

        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
    }

    [Fact]
    public async Task Cookie_KnownBeforeSignIn_IsWorthNothingAfterwards()
    {
        await using var rig = await ConsoleRig.StartAsync();
        var planted = new string('a', 64);
        using var victim = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = rig.Address };
        using var first = Request(HttpMethod.Get, "/", planted);
        var page = await (await victim.SendAsync(first, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var token = page.Split("name=\"form_token\" value=\"")[1].Split('"')[0];
        using var signIn = Request(
            HttpMethod.Post, "/sign-in", planted, ("staff", "OFF-17"), ("secret", InventedPeople.OfficerSecret), ("form_token", token));
        using var signedIn = await victim.SendAsync(signIn, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(planted, Assert.Single(signedIn.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        Assert.Contains("httponly", Assert.Single(signedIn.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", Assert.Single(signedIn.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
        using var attack = Request(HttpMethod.Get, "/encounters/open", planted);
        Assert.Equal(HttpStatusCode.Forbidden, (await victim.SendAsync(attack, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task SignIn_BruteForceThroughThePage_IsLockedOut()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var browser = rig.Browser();
        for (var i = 0; i <= AttemptBook.FreeAttempts; i++)
            await browser.SignInAsync("OFF-17", $"guess number {i} of many");

        Assert.Contains("Too many failed sign-ins", await browser.SignInAsync("OFF-17", InventedPeople.OfficerSecret), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task Host_ThatIsNotThisAppliance_IsRefused(string host)
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var browser = rig.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/", UriKind.Relative)) { Headers = { Host = host } };

        using var answer = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Redirect_AfterAForm_LeadsNowhereElse()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var browser = rig.Browser();
        await browser.LoadAsync("/?encounter=https://evil.example/%0d%0aSet-Cookie:x=y&returnUrl=https://evil.example");

        using var answer = await browser.SendAsync(
            HttpMethod.Post, "/sign-in?returnUrl=https://evil.example", ("staff", "X\r\nSet-Cookie: a=b"), ("secret", "x"), ("returnUrl", "https://evil.example"),
            ("form_token", browser.Token));

        Assert.Equal("/", answer.Headers.Location!.OriginalString);
        Assert.All(answer.Headers, static header => Assert.DoesNotContain("a=b", string.Join('|', header.Value), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_BehindALockedScreenOrInAnotherBrowser_HasNoTraveller()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var browser = await rig.BrowserOfAsync("officer");
        await browser.PostAsync("/encounters/manual", ("surname", "Lindquist"), ("given_names", "Astrid"), ("reason", "damaged page"));
        Assert.Contains("LINDQUIST", await browser.LoadAsync(), StringComparison.Ordinal);
        using var other = rig.Browser();
        Assert.DoesNotContain("LINDQUIST", await other.LoadAsync(), StringComparison.Ordinal);

        await browser.PostAsync("/lock");

        Assert.DoesNotContain("LINDQUIST", await browser.LoadAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("LINDQUIST", await browser.LoadAsync("/counter"), StringComparison.Ordinal);
        Assert.Contains("LINDQUIST", await browser.SignInAsync("OFF-17", InventedPeople.OfficerSecret), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Block_ByTheSupervisor_KeepsTheOfficerOut()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var supervisor = await rig.BrowserOfAsync("supervisor");
        await supervisor.PostAsync("/accounts/block", ("staff", "off-17"), ("reason", "dismissed today"));
        Assert.Contains("OFF-17, blocked by SUP-02", await supervisor.LoadAsync(), StringComparison.Ordinal);
        await supervisor.PostAsync("/accounts/block", ("staff", "SUP-02"), ("reason", "by mistake"));
        using var officer = rig.Browser();

        Assert.Contains("Not signed in", await officer.SignInAsync("OFF-17", InventedPeople.OfficerSecret), StringComparison.Ordinal);
        Assert.False(rig.Services.GetRequiredService<BlockBook>().IsBlocked("SUP-02"));
        await supervisor.PostAsync("/accounts/unblock", ("staff", "OFF-17"));
        Assert.Contains("On duty: OFF-17", await officer.SignInAsync("OFF-17", InventedPeople.OfficerSecret), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Technician_SeesPartsAndNoTraveller()
    {
        await using var rig = await ConsoleRig.StartAsync();
        using var technician = await rig.BrowserOfAsync("technician");

        var page = await technician.LoadAsync();

        Assert.Contains("A technician", page, StringComparison.Ordinal);
        Assert.Contains("stack-light", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Enter a person by hand", page, StringComparison.Ordinal);
        Assert.False(rig.Services.GetRequiredService<PostKeyring>().IsOpen);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string cookie, params (string Name, string Value)[] fields)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("Cookie", $"counter={cookie}");
        if (method == HttpMethod.Post)
            request.Content = new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value)));
        return request;
    }
}
