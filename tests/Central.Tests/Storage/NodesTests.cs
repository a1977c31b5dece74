using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using DoorbellClient = EdgeCheckpoint.Protos.V1.DoorbellService.DoorbellServiceClient;
using Lane = EdgeCheckpoint.Records.Lane;

namespace EdgeCheckpoint.Central.Tests.Storage;

/// <summary>Two nodes of central on one PostgreSQL: news made at one is known at the other, and one that dies is not missed.</summary>
public sealed class NodesTests : IAsyncLifetime
{
    private const string HaProxy = "/usr/sbin/haproxy";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TestSite _first = null!;
    private X509Certificate2 _certificate = null!;

    public async ValueTask InitializeAsync()
    {
        var address = await PostgresRig.NewDatabaseAsync(Token);
        _certificate = MakeCertificate();
        _first = await TestSite.StartAsync(configure: Options(address), certificate: _certificate, isLive: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        _certificate.Dispose();
    }

    [Fact]
    public async Task Revoke_AtOneNode_EndsTheDoorbellAtTheOther()
    {
        await using var second = await TestSite.StartAsync(nodeOf: _first, isLive: true);
        using var appliance = new TestAppliance(second);
        await appliance.JoinAsync(await _first.TicketAsync("SN-1"), "SN-1");
        using var call = new DoorbellClient(appliance.Channel).Listen(new ListenRequest(), cancellationToken: Token);
        await call.ResponseStream.MoveNext(Token);
        var time = TimeProvider.System;
        var start = time.GetTimestamp();

        await _first.App.Services.GetRequiredService<ApplianceAdmission>().RevokeAsync(appliance.Id, "lost", TestSite.Actor, Token);

        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(Token).WaitAsync(Patience, Token))
            {
            }
        });
        Assert.Equal(StatusCode.PermissionDenied, fault.StatusCode);
        Assert.InRange(time.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Publish_AtOneNode_RingsAtTheOther()
    {
        await using var second = await TestSite.StartAsync(nodeOf: _first, isLive: true);
        using var appliance = new TestAppliance(second);
        await appliance.JoinAsync(await _first.TicketAsync("SN-1"), "SN-1");
        using var call = new DoorbellClient(appliance.Channel).Listen(new ListenRequest(), cancellationToken: Token);
        await call.ResponseStream.MoveNext(Token);

        await _first.Import.ImportAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(CsvTemplate.Text)), ListFormat.Csv, new ListDefaults(), false, TestSite.Actor, Token);
        await _first.Publication.PublishAsync("", TestSite.Actor, Token);

        while (await call.ResponseStream.MoveNext(Token).WaitAsync(Patience, Token))
        {
            if (call.ResponseStream.Current.ReleaseAvailable is { Version: 1 })
                return;
        }

        Assert.Fail("The doorbell ended without a ring.");
    }

    [Fact]
    public async Task Publish_AtBothNodesAtOnce_SignsTwoVersions()
    {
        await using var second = await TestSite.StartAsync(nodeOf: _first, isLive: true);
        await _first.Import.ImportAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(CsvTemplate.Text)), ListFormat.Csv, new ListDefaults(), false, TestSite.Actor, Token);

        var published = await Task.WhenAll(
            Task.Run(() => _first.Publication.PublishAsync("", TestSite.Actor, Token), Token),
            Task.Run(() => second.Publication.PublishAsync("", TestSite.Actor, Token), Token));

        Assert.Equal([1L, 2L], published.Select(static publication => publication.Value.Release.Version).Order());
    }

    /// <summary>
    /// Behind Debian's HAProxy with the configuration we ship. The second node is a process of its own and is killed while appliances are
    /// connected to both; each goes on sending, and every record is there once.
    /// </summary>
    [Fact]
    public async Task Balancer_OneNodeKilled_AppliancesGoOn()
    {
        RequireHaProxy();
        using var folder = new Rig.TemporaryFolder();
        var data = new DataFolder(folder.File("node2"));
        TestSite.CopyNode(_first.Data, data);
        var (certificate, key) = (folder.File("pages.crt"), folder.File("pages.key"));
        await File.WriteAllTextAsync(certificate, _certificate.ExportCertificatePem(), Token);
        using (var pair = _certificate.GetECDsaPrivateKey()!)
            PrivateFiles.Create(key, System.Text.Encoding.ASCII.GetBytes(pair.ExportPkcs8PrivateKeyPem()));
        string[] run =
        [
            .. ProgramFiles.Central, "run", "--data", data.Root, "--grpc-url", "https://127.0.0.1:0",
            "--dashboard-url", "https://127.0.0.1:0", "--dashboard-certificate", certificate, "--dashboard-key", key,
        ];
        await using var second = ChildProcess.Start(run[..1], run[1..]);
        var secondGrpc = new Uri(await second.LineAsync("gRPC listening on ", Patience, Token));
        var secondPages = new Uri(await second.LineAsync("Dashboard listening on ", Patience, Token));
        await using var balancer = await BalanceAsync(certificate, secondGrpc, secondPages);

        var appliances = new List<TestAppliance>();
        for (var i = 0; i < 4; i++)
        {
            var appliance = new TestAppliance(_first);
            await appliance.JoinAsync(await _first.TicketAsync($"SN-{i}"), $"SN-{i}");
            appliances.Add(appliance);
            Assert.Equal(PushOutcome.Stored, (await PushAsync(appliance)).Outcome);
        }

        // Connections are held open, so the least loaded node got every second one.
        var atSecond = second.Log.Split('\n').Count(static line => line.Contains("durable through", StringComparison.Ordinal));
        Assert.InRange(atSecond, 1, 3);
        await second.KillAsync();

        foreach (var appliance in appliances)
        {
            var (batch, _) = Batch(appliance);
            await Until.TrueAsync("the batch is taken", token => TryPushAsync(appliance, batch, token), Patience, Token);
        }

        var lanes = await _first.Store.Records.ListLanesAsync(Token);
        Assert.Equal([10L, 10, 10, 10], lanes.Select(static lane => lane.LastSequence));
        Assert.Equal(40, (await _first.Store.Records.CountAsync(Token)).Sum(static count => count.Count));
        Assert.Empty(await _first.Store.Records.CountForksAsync(Token));
        appliances.ForEach(static appliance => appliance.Dispose());
    }

    /// <summary>Its ports are open and its process is well; only the balancer's question of <c>/readyz</c> tells.</summary>
    [Fact]
    public async Task Balancer_StoreOfANodeGone_SendsNobodyThereUntilItIsBack()
    {
        RequireHaProxy();
        var cluster = await PostgresRig.ClusterAsync(Token);
        var own = _first.App.Services.GetRequiredService<Central.Storage.StorageOptions>().Postgres;
        var role = $"node2_{Guid.NewGuid():N}";
        await cluster.SqlAsync("postgres", $"CREATE ROLE {role} SUPERUSER LOGIN", Token);
        await using var second = await TestSite.StartAsync(
            configure: Options(own.Replace("//central@", $"//{role}@", StringComparison.Ordinal)), certificate: _certificate, nodeOf: _first, isLive: true);
        using var folder = new Rig.TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("pages.crt"), _certificate.ExportCertificatePem(), Token);
        await using var balancer = await BalanceAsync(folder.File("pages.crt"), second.GrpcUrl, second.DashboardUrl);
        using var appliance = new TestAppliance(_first);
        await appliance.JoinAsync(await _first.TicketAsync("SN-1"), "SN-1");

        await cluster.SqlAsync("postgres", $"ALTER ROLE {role} NOLOGIN", Token);
        await cluster.SqlAsync("postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'", Token);
        await HasSaidAsync(balancer, "Server grpc/node2 is DOWN");

        // Connections anew, each of which the least loaded node would get: the one that nobody else is at.
        for (var i = 0; i < 6; i++)
        {
            appliance.Disconnect();
            Assert.Equal(PushOutcome.Stored, (await PushAsync(appliance)).Outcome);
        }

        await cluster.SqlAsync("postgres", $"ALTER ROLE {role} LOGIN", Token);
        await HasSaidAsync(balancer, "Server grpc/node2 is UP");
        await Until.TrueAsync(
            "node 2 gets appliances again",
            async _ =>
            {
                appliance.Disconnect();
                await PushAsync(appliance);
                return second.Log.Lines.Any(static line => line.Contains("durable through", StringComparison.Ordinal));
            },
            Patience,
            Token);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Dictionary<string, string?> Options(string address) => new() { ["Storage:Postgres"] = address, ["Storage:ConnectionsMax"] = "8" };

    private static void RequireHaProxy()
    {
        const string Remedy = "HAProxy is not installed; install it with: apt-get install haproxy";
        if (File.Exists(HaProxy))
            return;
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", Remedy);
        Assert.Fail(Remedy);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>The balancer of central/deploy before both nodes; appliances of the first connect to it from now on.</summary>
    private async Task<ChildProcess> BalanceAsync(string authority, Uri secondGrpc, Uri secondPages)
    {
        var (balanced, staff) = (FreePort(), FreePort());
        var balancer = ChildProcess.Start(
            [HaProxy],
            ["-db", "-f", Path.Combine(ProgramFiles.RepositoryRoot, "central", "deploy", "haproxy.cfg")],
            new Dictionary<string, string>
            {
                ["CENTRAL_GRPC_BIND"] = $"127.0.0.1:{balanced}",
                ["CENTRAL_STAFF_BIND"] = $"127.0.0.1:{staff}",
                ["CENTRAL_NODE1_GRPC"] = _first.GrpcUrl.Authority,
                ["CENTRAL_NODE2_GRPC"] = secondGrpc.Authority,
                ["CENTRAL_NODE1_STAFF"] = _first.DashboardUrl.Authority,
                ["CENTRAL_NODE2_STAFF"] = secondPages.Authority,
                ["CENTRAL_STAFF_HOST"] = "localhost",
                ["CENTRAL_STAFF_CA"] = authority,
            });
        _first.GrpcUrl = new Uri($"https://127.0.0.1:{balanced}");
        await Until.TrueAsync("the balancer listens", token => Task.FromResult(IsOpen(balanced)), Patience, Token);
        return balancer;
    }

    private static Task HasSaidAsync(ChildProcess balancer, string sentence) =>
        Until.TrueAsync($"the balancer says: {sentence}", _ => Task.FromResult(balancer.Log.Contains(sentence, StringComparison.Ordinal)), Patience, Token);

    private static Task<PushRecordsResponse> PushAsync(TestAppliance appliance) => appliance.PushAsync(Batch(appliance).Request);

    private static (PushRecordsRequest Request, ulong First) Batch(TestAppliance appliance)
    {
        var (sequence, chain) = appliance.Head(Lane.Encounters);
        var records = Enumerable.Range(0, 5).Select(_ => appliance.Next(Lane.Encounters, RecordKind.Viewed)).ToArray();
        return (appliance.Batch(Lane.Encounters, sequence + 1, chain, records), sequence + 1);
    }

    /// <summary>The same batch again until it is taken, as an appliance does; the connection is opened anew after a fault.</summary>
    private static async Task<bool> TryPushAsync(TestAppliance appliance, PushRecordsRequest batch, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await appliance.Journal.PushRecordsAsync(
                batch, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(5), cancellationToken: cancellationToken);
            return answer.Outcome == PushOutcome.Stored;
        }
        catch (RpcException)
        {
            appliance.Disconnect();
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsOpen(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
