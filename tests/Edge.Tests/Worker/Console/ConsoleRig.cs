using System.Net;
using System.Text.RegularExpressions;
using EdgeCheckpoint.Edge.Tests.Worker.People;
using EdgeCheckpoint.Worker.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Edge.Tests.Worker.Console;

/// <summary>A browser of the counter page: cookies of its own, no redirects, the form token of the page it saw last.</summary>
internal sealed partial class CounterBrowser(Uri address) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = address };

    internal string Page { get; private set; } = "";

    internal string Token => FormToken().Match(Page) is { Success: true } match ? match.Groups[1].Value : "";

    internal async Task<string> LoadAsync(string path = "/")
    {
        Page = await _client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return Page;
    }

    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (method == HttpMethod.Post)
            request.Content = new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value)));
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _client.SendAsync(request, TestContext.Current.CancellationToken);

    /// <summary>The same without waiting for the end of the answer, which an event stream does not have.</summary>
    internal Task<HttpResponseMessage> HeadersAsync(HttpRequestMessage request) =>
        _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    /// <summary>Loads the page and sends a form with its token.</summary>
    internal async Task<HttpStatusCode> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        await LoadAsync();
        using var answer = await SendAsync(HttpMethod.Post, path, [.. fields, ("form_token", Token)]);
        return answer.StatusCode;
    }

    internal async Task<string> SignInAsync(string staff, string secret, string badge = "")
    {
        await PostAsync("/sign-in", ("staff", staff), ("secret", secret), ("badge", badge));
        return await LoadAsync();
    }

    [GeneratedRegex("name=\"form_token\" value=\"([0-9a-f]+)\"")]
    private static partial Regex FormToken();

    public void Dispose() => _client.Dispose();
}

/// <summary>The whole appliance in this process, with accounts of every role on its card, and no central to reach.</summary>
internal sealed class ConsoleRig : IAsyncDisposable
{
    private readonly Bench _bench = new();
    private WebApplication? _app;

    internal Uri Address { get; private set; } = new("http://127.0.0.1:1");

    internal ScriptedDisk Disk => _bench.Disk;

    internal IServiceProvider Services => _app!.Services;

    internal IEnumerable<Microsoft.AspNetCore.Routing.RouteEndpoint> Routes =>
        Services.GetRequiredService<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints
            .OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>();

    internal static async Task<ConsoleRig> StartAsync(params string[] settings)
    {
        var rig = new ConsoleRig();
        rig._bench.Identity.Save(rig._bench.Data);
        var accounts = rig._bench.NewAccounts(
            1, InventedPeople.Officer, InventedPeople.Supervisor, InventedPeople.Technician, InventedPeople.Emergency, InventedPeople.Ended);
        var (release, metadata, staged) = rig._bench.ReleasePeople(accounts);
        Assert.True(rig._bench.PeopleInstaller.Install(release, metadata, staged).IsSuccess);
        rig._bench.Restart();
        rig._app = RunCommand.Build(
            rig._bench.Data,
            [
                "Console:Port=0", "Board:Profile=simulated", $"Board:SimulatedDirectory={Path.Combine(rig._bench.Data.Path, "board")}",
                "Scanner:DevicePath=/dev/null/none", "Journal:BallastBytes=0", .. settings,
            ],
            services => services.AddSingleton<EdgeCheckpoint.Worker.Journal.IJournalDisk>(rig._bench.Disk));
        await rig._app.StartAsync(TestContext.Current.CancellationToken);
        rig.Address = new Uri(rig.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return rig;
    }

    internal CounterBrowser Browser() => new(Address);

    /// <summary>A browser in which somebody of a role is signed in.</summary>
    internal async Task<CounterBrowser> BrowserOfAsync(string who)
    {
        var browser = Browser();
        var (staff, secret, badge) = who switch
        {
            "officer" => ("OFF-17", InventedPeople.OfficerSecret, ""),
            "supervisor" => ("SUP-02", InventedPeople.SupervisorPin, InventedPeople.SupervisorBadge),
            "technician" => ("TEC-05", InventedPeople.TechnicianSecret, ""),
            "emergency" => ("ENVELOPE-1", InventedPeople.EmergencySecret, ""),
            _ => throw new ArgumentOutOfRangeException(nameof(who), who, "no such role"),
        };
        Assert.Contains($"On duty: {staff}", await browser.SignInAsync(staff, secret, badge), StringComparison.Ordinal);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
        }

        _bench.Dispose();
    }
}
