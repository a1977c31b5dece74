using System.Net;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

public sealed class RouteTableTests : IAsyncLifetime
{
    /// <summary>Who may do what. A route that is not here fails the test; think before adding a row.</summary>
    private static readonly (string Route, Who Who)[] Table =
    [
        ("GET /healthz", Who.Anybody),
        ("GET /dashboard.css", Who.Anybody),
        ("GET /dashboard.js", Who.Anybody),
        ("GET /sign-in", Who.Anybody),
        ("POST /sign-in", Who.Anybody),
        ("GET /denied", Who.Anybody),
        ("POST /sign-out", Who.Staff),
        ("GET /", Who.Staff),
        ("GET /posts", Who.Staff),
        ("GET /events", Who.Staff),
        ("GET /encounters", Who.Monitor),
        ("GET /encounters/{applianceId}/{encounterId:guid}", Who.Monitor),
        ("POST /encounters/{applianceId}/{encounterId:guid}", Who.Monitor),
        ("GET /appliances", Who.Administrator),
        ("POST /appliances/{applianceId}/approve", Who.Administrator),
        ("POST /appliances/{applianceId}/revoke", Who.Administrator),
        ("GET /staff", Who.Administrator),
        ("GET /audit", Who.Administrator),
        ("POST /checkpoint.v1.EnrolmentService/GetSiteRoots", Who.Appliance),
        ("POST /checkpoint.v1.EnrolmentService/Join", Who.Appliance),
        ("POST /checkpoint.v1.EnrolmentService/Renew", Who.Appliance),
        ("POST /checkpoint.v1.EnrolmentService/{unimplementedMethod}", Who.Appliance),
        ("POST /checkpoint.v1.JournalService/PushRecords", Who.Appliance),
        ("POST /checkpoint.v1.JournalService/{unimplementedMethod}", Who.Appliance),
        ("POST /checkpoint.v1.ReleaseService/GetRelease", Who.Appliance),
        ("POST /checkpoint.v1.ReleaseService/ReadSegment", Who.Appliance),
        ("POST /checkpoint.v1.ReleaseService/GetRoot", Who.Appliance),
        ("POST /checkpoint.v1.ReleaseService/{unimplementedMethod}", Who.Appliance),
        ("POST /checkpoint.v1.CommandService/PullCommands", Who.Appliance),
        ("POST /checkpoint.v1.CommandService/ReportCommand", Who.Appliance),
        ("POST /checkpoint.v1.CommandService/{unimplementedMethod}", Who.Appliance),
        ("POST /checkpoint.v1.DoorbellService/Listen", Who.Appliance),
        ("POST /checkpoint.v1.DoorbellService/{unimplementedMethod}", Who.Appliance),
        ("POST /checkpoint.v1.HealthService/ReportHealth", Who.Appliance),
        ("POST /checkpoint.v1.HealthService/{unimplementedMethod}", Who.Appliance),
        ("POST /{unimplementedService}/{unimplementedMethod}", Who.Appliance),
    ];

    private TestSite _site = null!;

    private enum Who
    {
        Anybody,
        Staff,
        Administrator,
        Monitor,

        /// <summary>The gRPC port; Appliances/ApplianceGateTests tells who may call.</summary>
        Appliance,
    }

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public void Routes_All_StandInTheTable()
    {
        var routes = _site.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(Name);

        Assert.Equal(Table.Select(static row => row.Route).Order(), routes.Distinct().Order());
    }

    [Fact]
    public void Routes_OfTheDashboard_SayWhoMayOpenThem()
    {
        foreach (var endpoint in _site.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var row = Table.Single(row => row.Route == Name(endpoint));
            var policies = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(static data => data.Policy).ToArray();
            switch (row.Who)
            {
                case Who.Anybody:
                    Assert.NotNull(endpoint.Metadata.GetMetadata<IAllowAnonymous>());
                    break;
                case Who.Appliance:
                    Assert.Empty(policies);
                    break;
                default:
                    Assert.Equal([row.Who.ToString().ToLowerInvariant()], policies);
                    break;
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(StaffRole.Administrator)]
    [InlineData(StaffRole.Monitor)]
    public async Task Pages_OpenedByARole_ShowOrRefuse(StaffRole? role)
    {
        using var browser = role is { } signedIn ? await Browser.SignedInAsync(_site, signedIn) : new Browser(_site);

        foreach (var (route, who) in Table.Where(static row => row.Route.StartsWith("GET ", StringComparison.Ordinal) && row.Route != "GET /events"))
        {
            var path = route[4..].Replace("{applianceId}", "ap-1", StringComparison.Ordinal)
                .Replace("{encounterId:guid}", Guid.Empty.ToString(), StringComparison.Ordinal);
            using var answer = await browser.GetAsync(path);
            var target = answer.Headers.Location?.OriginalString ?? "";
            var may = who == Who.Anybody || (role is not null && (who == Who.Staff || who.ToString() == role.ToString()));
            if (may)
                Assert.True(path == "/" || path == "/denied" || answer.StatusCode == HttpStatusCode.OK, $"{role} {route} {answer.StatusCode}");
            else
                Assert.True(answer.StatusCode == HttpStatusCode.Redirect && target.Contains(role is null ? "/sign-in" : "/denied", StringComparison.Ordinal), $"{role} {route} {target}");
        }
    }

    [Theory]
    [InlineData(StaffRole.Administrator)]
    [InlineData(StaffRole.Monitor)]
    public async Task Changes_WithoutTheFormsToken_AreRefused(StaffRole role)
    {
        using var browser = await Browser.SignedInAsync(_site, role);

        foreach (var (route, who) in Table.Where(static row => row.Route.StartsWith("POST ", StringComparison.Ordinal) && row.Who != Who.Appliance))
        {
            if (who is Who.Administrator or Who.Monitor && who.ToString() != role.ToString())
                continue;
            var path = route[5..].Replace("{applianceId}", "ap-1", StringComparison.Ordinal)
                .Replace("{encounterId:guid}", Guid.Empty.ToString(), StringComparison.Ordinal);

            using var answer = await browser.PostWithoutTokenAsync(path, ("name", "x"));

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Ports_TheOtherPortsRoutes_AreNotThere()
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { _site.Keys.Authority.Certificate },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        using var client = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var browser = new Browser(_site);

        using var page = await client.GetAsync(new Uri(_site.GrpcUrl, "/sign-in"), TestContext.Current.CancellationToken);
        using var call = await browser.PostWithoutTokenAsync("/checkpoint.v1.EnrolmentService/Join");

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, call.StatusCode);
    }

    private static string Name(RouteEndpoint endpoint)
    {
        var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.SingleOrDefault() ?? "POST";
        var pattern = endpoint.RoutePattern.RawText!.Replace(":grpcunimplemented", "", StringComparison.Ordinal);
        return $"{method} /{pattern.TrimStart('/')}";
    }
}
