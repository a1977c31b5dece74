using System.Net;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Dashboard;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Protos.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

/// <summary>
/// Who may request what: each row is requested for real by every role, by somebody without a second factor, and by nobody,
/// each time with a valid token of the form.
/// </summary>
public sealed class RouteTableTests : IAsyncLifetime
{
    private static readonly StaffRole[] Everybody = [.. StaffRoles.All];

    private static readonly StaffRole[] Administrators = [StaffRole.Administrator];

    private static readonly StaffRole[] SeeTravellers = [StaffRole.Monitor, StaffRole.AlertDesk, StaffRole.DataProtection];

    private static readonly StaffRole[] Oversee = [StaffRole.Auditor, StaffRole.DataProtection];

    private static readonly StaffRole[] SeeProposals =
        [StaffRole.Administrator, StaffRole.ListEditor, StaffRole.ListApprover, StaffRole.Auditor, StaffRole.DataProtection];

    private static readonly StaffRole[] SeeLists =
        [StaffRole.ListEditor, StaffRole.LegalReviewer, StaffRole.ListApprover, StaffRole.Auditor, StaffRole.DataProtection];

    private static readonly StaffRole[] Decide = [StaffRole.Administrator, StaffRole.ListApprover, StaffRole.DataProtection];

    /// <summary>
    /// Who may do what, and what they get: for a change what the page says to a form without a sensible content, which is
    /// how we know that it was let through. A route that is not here fails the test; think before adding a row.
    /// </summary>
    private static readonly Row[] Table =
    [
        new("GET /healthz", Who.Anybody, HttpStatusCode.OK),
        new("GET /readyz", Who.Anybody, HttpStatusCode.ServiceUnavailable),
        new("GET /dashboard.css", Who.Anybody, HttpStatusCode.OK),
        new("GET /dashboard.js", Who.Anybody, HttpStatusCode.OK),
        new("GET /passkeys.js", Who.Anybody, HttpStatusCode.OK),
        new("GET /sign-in", Who.Anybody, HttpStatusCode.OK),
        new("POST /sign-in", Who.Anybody, HttpStatusCode.Unauthorized),
        new("POST /sign-in/passkey/options", Who.Anybody, HttpStatusCode.OK),
        new("POST /sign-in/passkey", Who.Anybody, HttpStatusCode.Unauthorized),
        new("GET /", Who.Account, HttpStatusCode.Redirect),
        new("GET /account", Who.Account, HttpStatusCode.OK),
        new("POST /account/passkeys/options", Who.Account, HttpStatusCode.BadRequest),
        new("POST /account/passkeys", Who.Account, HttpStatusCode.BadRequest),
        new("POST /account/passkeys/remove", Who.Account, HttpStatusCode.BadRequest),
        new("POST /account/authenticator", Who.Account, HttpStatusCode.BadRequest),
        new("POST /account/passphrase", Who.Account, HttpStatusCode.BadRequest),
        new("GET /posts", Everybody, HttpStatusCode.OK),
        new("GET /events", Everybody, HttpStatusCode.OK),
        new("GET /encounters", SeeTravellers, HttpStatusCode.OK),
        new("GET /encounters/{applianceId}/{encounterId:guid}", SeeTravellers, HttpStatusCode.OK),
        new("POST /encounters/{applianceId}/{encounterId:guid}", SeeTravellers, HttpStatusCode.BadRequest),
        new("GET /appliances", Administrators, HttpStatusCode.OK),
        new("POST /appliances/{applianceId}/approve", Administrators, HttpStatusCode.BadRequest),
        new("POST /appliances/{applianceId}/revoke", Administrators, HttpStatusCode.BadRequest),
        new("GET /staff", [StaffRole.Administrator, StaffRole.Auditor, StaffRole.DataProtection], HttpStatusCode.OK),
        new("GET /audit", Oversee, HttpStatusCode.OK),
        new("GET /approvals", SeeProposals, HttpStatusCode.OK),
        new("GET /approvals/{approvalId:guid}", SeeProposals, HttpStatusCode.NotFound),
        new("POST /approvals/role", Administrators, HttpStatusCode.BadRequest),
        new("POST /approvals/people", Administrators, HttpStatusCode.BadRequest),
        new("POST /approvals/watchlist", [StaffRole.ListEditor], HttpStatusCode.BadRequest),
        new("POST /approvals/{approvalId:guid}/options", Decide, HttpStatusCode.BadRequest),
        new("POST /approvals/{approvalId:guid}/approve", Decide, HttpStatusCode.NotFound),
        new("POST /approvals/{approvalId:guid}/refuse", SeeProposals, HttpStatusCode.NotFound),
        new("GET /watchlists", SeeLists, HttpStatusCode.OK),
        new("GET /watchlists/list", SeeLists, HttpStatusCode.NotFound),
        new("GET /watchlists/due", SeeLists, HttpStatusCode.OK),
        new("GET /watchlists/duplicates", SeeLists, HttpStatusCode.OK),
        new("GET /watchlists/template.csv", SeeLists, HttpStatusCode.OK),
        new("GET /watchlists/entry", SeeLists, HttpStatusCode.NotFound),
        new("GET /watchlists/propose", [StaffRole.ListEditor], HttpStatusCode.OK),
        new("POST /watchlists/propose", [StaffRole.ListEditor], HttpStatusCode.BadRequest),
        new("POST /watchlists/suppress", [StaffRole.ListEditor, StaffRole.LegalReviewer, StaffRole.ListApprover], HttpStatusCode.BadRequest),
        new("GET /watchlists/proposals/{approvalId:guid}", SeeLists, HttpStatusCode.NotFound),
        new("POST /watchlists/proposals/{approvalId:guid}/review", [StaffRole.LegalReviewer], HttpStatusCode.NotFound),

        new("POST /account/sessions/end", Who.Account, HttpStatusCode.BadRequest),

        // Last, since it ends the session that asks.
        new("POST /sign-out", Who.Account, HttpStatusCode.Redirect),
        .. new[]
        {
            "EnrolmentService/GetSiteRoots", "EnrolmentService/Join", "EnrolmentService/Renew", "EnrolmentService/{unimplementedMethod}",
            "JournalService/PushRecords", "JournalService/{unimplementedMethod}",
            "ReleaseService/GetRelease", "ReleaseService/ReadSegment", "ReleaseService/GetRoot", "ReleaseService/ReadReleaseLog", "ReleaseService/{unimplementedMethod}",
            "CommandService/PullCommands", "CommandService/ReportCommand", "CommandService/{unimplementedMethod}",
            "DoorbellService/Listen", "DoorbellService/{unimplementedMethod}",
            "HealthService/ReportHealth", "HealthService/{unimplementedMethod}",
        }.Select(static method => new Row($"POST /checkpoint.v1.{method}", Who.Appliance, HttpStatusCode.NotFound)),
        new("POST /{unimplementedService}/{unimplementedMethod}", Who.Appliance, HttpStatusCode.NotFound),
    ];

    private TestSite _site = null!;

    private enum Who
    {
        Anybody,

        /// <summary>Anybody signed in, also without a second factor.</summary>
        Account,

        /// <summary>The roles of the row.</summary>
        Roles,

        /// <summary>The gRPC port; Appliances/ApplianceGateTests tells who may call.</summary>
        Appliance,
    }

    /// <param name="Let">What somebody gets who is let through.</param>
    private sealed record Row(string Route, Who Who, StaffRole[] Roles, HttpStatusCode Let)
    {
        public Row(string route, Who who, HttpStatusCode let)
            : this(route, who, [], let)
        {
        }

        public Row(string route, StaffRole[] roles, HttpStatusCode let)
            : this(route, Who.Roles, roles, let)
        {
        }

        public bool IsPage => Route.StartsWith("GET ", StringComparison.Ordinal);

        public string Path => Route[(Route.IndexOf(' ', StringComparison.Ordinal) + 1)..]
            .Replace("{applianceId}", "ap-1", StringComparison.Ordinal)
            .Replace("{encounterId:guid}", Guid.Empty.ToString(), StringComparison.Ordinal)
            .Replace("{approvalId:guid}", Guid.Empty.ToString(), StringComparison.Ordinal);

        /// <summary>What a reader of this role gets; null for nobody.</summary>
        public HttpStatusCode Expect(StaffRole? role, bool isSignedIn) => Who switch
        {
            Who.Anybody => Let,
            _ when !isSignedIn => HttpStatusCode.Redirect,
            Who.Account => Let,
            _ => role is { } known && Roles.Contains(known) ? Let : HttpStatusCode.Forbidden,
        };
    }

    public static TheoryData<string> Readers => [.. StaffRoles.All.Select(StaffRoles.Word), "newcomer", "nobody"];

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync(isBench: false);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public void Routes_All_StandInTheTable()
    {
        var routes = Routes().Select(Name);

        Assert.Equal(Table.Select(static row => row.Route).Order(), routes.Distinct().Order());
    }

    [Fact]
    public void Routes_OfTheDashboard_SayWhoMayOpenThem()
    {
        foreach (var endpoint in Routes())
        {
            var row = Table.Single(row => row.Route == Name(endpoint));
            var policies = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(static data => data.Policy!).ToArray();
            switch (row.Who)
            {
                case Who.Anybody:
                    Assert.NotNull(endpoint.Metadata.GetMetadata<IAllowAnonymous>());
                    break;
                case Who.Appliance:
                    Assert.Empty(policies);
                    break;
                case Who.Account:
                    Assert.Equal([Roles.Account], policies);
                    break;
                default:
                    Assert.Equal(row.Roles.Order(), Roles.Policies[Assert.Single(policies)].Order());
                    break;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Routes_RequestedByARole_AnswerAsTheTableSays(string reader)
    {
        var role = StaffRoles.Parse(reader);
        var isSignedIn = reader != "nobody";
        using var browser = await OpenAsync(reader);

        foreach (var row in Table.Where(static row => row.Who != Who.Appliance))
        {
            using var request = new HttpRequestMessage(row.IsPage ? HttpMethod.Get : HttpMethod.Post, row.Path);
            if (!row.IsPage)
            {
                var token = await browser.TokenOfAsync(isSignedIn ? "/account" : "/sign-in");
                request.Content = new FormUrlEncodedContent([KeyValuePair.Create(token.Name, token.Value)]);
            }

            using var answer = await browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

            Assert.True(row.Expect(role, isSignedIn) == answer.StatusCode, $"{reader}: {row.Route} gave {answer.StatusCode}");
            if (answer.StatusCode == HttpStatusCode.Redirect && !isSignedIn)
                Assert.Equal("/sign-in", answer.Headers.Location!.OriginalString);
        }
    }

    [Theory]
    [InlineData(StaffRole.Administrator)]
    [InlineData(StaffRole.Monitor)]
    [InlineData(StaffRole.ListApprover)]
    public async Task Changes_WithoutTheFormsToken_AreRefused(StaffRole role)
    {
        using var browser = await OpenAsync(role.Word());

        foreach (var row in Table.Where(row => !row.IsPage && row.Who != Who.Appliance && row.Expect(role, true) != HttpStatusCode.Forbidden))
        {
            using var answer = await browser.PostWithoutTokenAsync(row.Path, ("name", "x"));

            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{row.Route} gave {answer.StatusCode}");
            Assert.Contains("out of date", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Changes_WithTheTokenOfAnotherSession_AreRefused()
    {
        using var victim = await OpenAsync(StaffRole.Administrator.Word());
        using var attacker = await Browser.SignedInAsync(_site, "n.attacker", StaffRole.Monitor);
        var stolen = await attacker.TokenOfAsync("/account");

        using var answer = await victim.PostWithoutTokenAsync("/appliances/ap-1/revoke", ("reason", "x"), stolen);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("out of date", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_OfARole_IsAuditedOnceAMinute()
    {
        using var browser = await OpenAsync(StaffRole.Analyst.Word());

        for (var i = 0; i < 3; i++)
            (await browser.GetAsync("/audit")).Dispose();

        var lines = (await _site.Store.Audit.ReadNewestAsync(50, TestContext.Current.CancellationToken)).Select(static line => line.Event);
        Assert.Single(lines, static line => line is { Action: AuditAction.RoleRefused, Actor: "analyst", Subject: "GET /audit" });
    }

    [Fact]
    public async Task GrpcPort_WithTheCookieOfASession_IsRefused()
    {
        using var browser = await OpenAsync(StaffRole.Administrator.Word());
        using var channel = _site.Channel(null);
        var headers = new Metadata { { "cookie", browser.Cookies } };

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await new HealthService.HealthServiceClient(channel)
            .ReportHealthAsync(new ReportHealthRequest(), headers, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
        var lines = (await _site.Store.Audit.ReadNewestAsync(50, TestContext.Current.CancellationToken)).Select(static line => line.Event);
        Assert.Contains(lines, static line => line.Action == AuditAction.CallRefused);
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

    private IEnumerable<RouteEndpoint> Routes() => _site.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <summary>A browser of a reader: the roles with a second factor, a newcomer without, or nobody.</summary>
    private async Task<Browser> OpenAsync(string reader)
    {
        if (reader == "nobody")
            return new Browser(_site);
        if (reader == "newcomer")
            return await Browser.SignedInAsync(_site, reader, StaffRole.Administrator);
        var (browser, authenticator) = await Browser.WithPasskeyAsync(_site, reader, StaffRoles.Parse(reader)!.Value);
        authenticator.Dispose();
        return browser;
    }

    private static string Name(RouteEndpoint endpoint)
    {
        var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.SingleOrDefault() ?? "POST";
        var pattern = endpoint.RoutePattern.RawText!.Replace(":grpcunimplemented", "", StringComparison.Ordinal);
        return $"{method} /{pattern.TrimStart('/')}";
    }
}
