using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Protos.V1;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using HealthClient = EdgeCheckpoint.Protos.V1.HealthService.HealthServiceClient;

namespace EdgeCheckpoint.Central.Tests.Appliances;

/// <summary>
/// Every method of the contract under every standing of its caller, requested for real. What is written down is the gate's answer:
/// "yes" is any answer of the method itself, also that it could not use the empty request.
/// </summary>
public sealed class CallTableTests : IAsyncLifetime
{
    private const string Yes = "yes";

    private static readonly string[] Standings =
        ["none", "foreign", "pending", "active", "quarantined", "revoked", "expired", "expired 181 days", "expired and revoked", "superseded"];

    /// <summary>Rows in the order of <see cref="Standings"/>: yes, or the reason of the refusal.</summary>
    private static readonly Dictionary<string, string[]> Table = new()
    {
        ["EnrolmentService/Join"] = [Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes],
        ["EnrolmentService/GetSiteRoots"] = [Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes],
        ["EnrolmentService/Renew"] = Row(quarantined: Yes, expired: Yes),
        ["JournalService/PushRecords"] = Row(quarantined: Yes),
        ["HealthService/ReportHealth"] = Row(quarantined: Yes),
        ["ReleaseService/GetRoot"] = Row(quarantined: Yes, revoked: Yes),
        ["ReleaseService/GetRelease"] = Row(),
        ["ReleaseService/ReadReleaseLog"] = Row(),
        ["ReleaseService/ReadSegment"] = Row(),
        ["DoorbellService/Listen"] = Row(),
        ["CommandService/PullCommands"] = Row(quarantined: Yes, revoked: Yes),
        ["CommandService/ReportCommand"] = Row(quarantined: Yes, revoked: Yes),
    };

    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public void Table_HasARowForEveryMethodOfTheContract() =>
        Assert.Equal(Methods().Select(static method => Name(method)).Order(StringComparer.Ordinal), Table.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("none")]
    [InlineData("foreign")]
    [InlineData("pending")]
    [InlineData("active")]
    [InlineData("quarantined")]
    [InlineData("revoked")]
    [InlineData("expired")]
    [InlineData("expired 181 days")]
    [InlineData("expired and revoked")]
    [InlineData("superseded")]
    public async Task Call_EveryMethod_AnswersAsTheTableSays(string standing)
    {
        using var appliance = new TestAppliance(_site);
        using var certificate = await StandAsync(standing, appliance);
        using var channel = _site.Channel(certificate);
        var answers = new List<(string Method, string Answer)>();

        foreach (var method in Methods())
            answers.Add((Name(method), await CallAsync(channel, method)));

        var column = Array.IndexOf(Standings, standing);
        Assert.All(answers, answer => Assert.Equal((answer.Method, Table[answer.Method][column]), answer));
    }

    private static string[] Row(string quarantined = nameof(RefusalReason.Quarantined), string expired = nameof(RefusalReason.CertificateExpired), string revoked = nameof(RefusalReason.Revoked)) =>
    [
        nameof(RefusalReason.CertificateMissing), nameof(RefusalReason.CertificateForeign), nameof(RefusalReason.Pending), Yes, quarantined, revoked,
        expired, nameof(RefusalReason.CertificateEnded), revoked, nameof(RefusalReason.CertificateSuperseded),
    ];

    private static IEnumerable<MethodDescriptor> Methods() =>
        typeof(HealthReflection).Assembly.GetTypes()
            .Where(static type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(static type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!)
            .SelectMany(static file => file.Services)
            .SelectMany(static service => service.Methods);

    private static string Name(MethodDescriptor method) => $"{method.Service.Name}/{method.Name}";

    /// <summary>Brings the appliance where its standing says, over the wire where it can be, and gives what it shows.</summary>
    private async Task<X509Certificate2?> StandAsync(string standing, TestAppliance appliance)
    {
        if (standing == "none")
            return null;
        var admission = _site.App.Services.GetRequiredService<ApplianceAdmission>();
        if (standing == "pending")
        {
            // A pending appliance has no certificate; one that an approved key got must not be good for a pending one either.
            var pending = await appliance.JoinAsync(await _site.TicketAsync(), "SN-1");
            return await CertifyAsync(pending.ApplianceId, appliance);
        }

        if (standing == "foreign")
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new CertificateRequest("CN=ap-000000000000", key, HashAlgorithmName.SHA256)
                .CreateSelfSigned(_site.Time.GetUtcNow().AddDays(-1), _site.Time.GetUtcNow().AddDays(1));
        }

        await appliance.JoinAsync(await _site.TicketAsync("SN-1"), "SN-1");
        var certificate = appliance.CertificateWithKey(appliance.CertificateDer);
        if (standing.Contains("revoked", StringComparison.Ordinal))
            Assert.Null(await admission.RevokeAsync(appliance.Id, "lost", TestSite.Actor, Token));
        if (standing == "quarantined")
            Assert.Null(await admission.QuarantineAsync(appliance.Id, "in doubt", TestSite.Actor, Token));
        if (standing.StartsWith("expired", StringComparison.Ordinal))
            _site.Time.Advance(TimeSpan.FromDays(standing.Contains("181", StringComparison.Ordinal) ? 90 + 181 : 91));
        if (standing == "superseded")
        {
            await appliance.RenewAsync();
            await new HealthClient(appliance.Channel).ReportHealthAsync(new ReportHealthRequest(), cancellationToken: Token);
        }

        return certificate;
    }

    private async Task<X509Certificate2> CertifyAsync(string applianceId, TestAppliance appliance)
    {
        var now = _site.Time.GetUtcNow();
        var der = _site.Keys.Authority.CertifyAppliance(
            PublicKey.CreateFromSubjectPublicKeyInfo(appliance.SigningSpki, out _), applianceId, now, out var notAfter);
        await _site.Store.Appliances.AddCertificateAsync(
            new Central.Storage.IssuedCertificate { ApplianceId = applianceId, Spki = appliance.SigningSpki, Der = der, IssuedAt = now, NotAfter = notAfter },
            new Central.Audit.AuditEvent(now, TestSite.Actor, Central.Audit.AuditAction.CertificateIssued, applianceId),
            Token);
        return appliance.CertificateWithKey(der);
    }

    private static async Task<string> CallAsync(GrpcChannel channel, MethodDescriptor descriptor)
    {
        var bytes = Marshallers.Create(static (byte[] value) => value, static value => value);
        var method = new Method<byte[], byte[]>(
            descriptor.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary, descriptor.Service.FullName, descriptor.Name, bytes, bytes);
        try
        {
            var options = new CallOptions(cancellationToken: Token);
            if (!descriptor.IsServerStreaming)
                await channel.CreateCallInvoker().AsyncUnaryCall(method, null, options, []);
            else
                await OpenAsync(channel.CreateCallInvoker().AsyncServerStreamingCall(method, null, options, []));
            return Yes;
        }
        catch (RpcException fault)
        {
            return Enum.TryParse<RefusalReason>(fault.Trailers.GetValue("checkpoint-refusal"), out var reason) ? reason.ToString() : Judged(fault);
        }
    }

    private static async Task OpenAsync(AsyncServerStreamingCall<byte[]> call)
    {
        using (call)
            Assert.True(await call.ResponseStream.MoveNext(Token));
    }

    /// <summary>The method itself has looked at the request; anything else is no answer that the contract knows.</summary>
    private static string Judged(RpcException fault) =>
        fault.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound ? Yes : $"{fault.StatusCode}: {fault.Status.Detail}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
