using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Protos.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using HealthClient = EdgeCheckpoint.Protos.V1.HealthService.HealthServiceClient;

namespace EdgeCheckpoint.Central.Tests.Appliances;

public sealed class ApplianceGateTests : IAsyncLifetime
{
    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Call_WithoutCertificate_IsUnauthenticated() =>
        AssertRefused(await CallAsync(null), StatusCode.Unauthenticated, "no client certificate");

    [Fact]
    public async Task Call_WithSelfSignedCertificate_IsUnauthenticated()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=ap-000000000000", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(_site.Time.GetUtcNow().AddDays(-1), _site.Time.GetUtcNow().AddDays(1));

        AssertRefused(await CallAsync(certificate), StatusCode.Unauthenticated, "not issued by this site");
    }

    [Fact]
    public async Task Call_WithCertificateOfAnotherSiteOfTheSameName_IsUnauthenticated()
    {
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = _site.Time.GetUtcNow();
        using var otherAuthority = new SiteAuthority(SiteAuthority.CreateCertificate(otherKey, "Utopia", 1, now), otherKey, cross: null);
        using var appliance = await _site.EnrolAsync();
        var der = otherAuthority.CertifyAppliance(
            PublicKey.CreateFromSubjectPublicKeyInfo(appliance.SigningSpki, out _), appliance.Id, now, out _);
        using var certificate = appliance.CertificateWithKey(der);

        AssertRefused(await CallAsync(certificate), StatusCode.Unauthenticated, "not issued by this site");
    }

    [Fact]
    public async Task Call_WithServerCertificate_IsUnauthenticated()
    {
        using var certificate = new X509Certificate2(_site.Keys.ServerCertificate);

        AssertRefused(await CallAsync(certificate), StatusCode.Unauthenticated, "not issued by this site");
    }

    [Fact]
    public async Task Call_WithCertificateTheStoreDoesNotKnow_IsDenied()
    {
        using var appliance = await _site.EnrolAsync();
        var der = _site.Keys.Authority.CertifyAppliance(
            PublicKey.CreateFromSubjectPublicKeyInfo(appliance.SigningSpki, out _), appliance.Id, _site.Time.GetUtcNow(), out _);
        using var certificate = appliance.CertificateWithKey(der);

        AssertRefused(await CallAsync(certificate), StatusCode.PermissionDenied, "not known here");
    }

    [Fact]
    public async Task Call_AfterRevocation_IsDeniedAtOnceOnTheSameConnection()
    {
        using var appliance = await _site.EnrolAsync();
        var client = new HealthClient(appliance.Channel);
        await client.ReportHealthAsync(new ReportHealthRequest(), cancellationToken: Token);

        await _site.App.Services.GetRequiredService<ApplianceAdmission>().RevokeAsync(appliance.Id, "lost", TestSite.Actor, Token);

        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.ReportHealthAsync(new ReportHealthRequest(), cancellationToken: Token));
        AssertRefused(fault, StatusCode.PermissionDenied, "revoked");
    }

    [Fact]
    public async Task Call_UnmappedService_IsUnimplemented()
    {
        using var appliance = await _site.EnrolAsync();
        var bytes = Marshallers.Create(static (byte[] value) => value, static value => value);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "checkpoint.v1.NoSuchService", "Ask", bytes, bytes);

        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
            await appliance.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Token), []));

        Assert.Equal(StatusCode.Unimplemented, fault.StatusCode);
    }

    [Fact]
    public async Task Call_OversizedMessage_IsRefused()
    {
        using var appliance = await _site.EnrolAsync();
        var request = new PushRecordsRequest { Signature = Google.Protobuf.ByteString.CopyFrom(new byte[300 * 1024]) };

        var fault = await Assert.ThrowsAsync<RpcException>(() => appliance.PushAsync(request));

        Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<RpcException> CallAsync(X509Certificate2? certificate)
    {
        using var channel = _site.Channel(certificate);
        return await Assert.ThrowsAsync<RpcException>(async () =>
            await new ReleaseService.ReleaseServiceClient(channel).GetReleaseAsync(
                new GetReleaseRequest { Kind = ReleaseKind.Watchlist }, cancellationToken: Token));
    }

    private static void AssertRefused(RpcException fault, StatusCode status, string words)
    {
        Assert.Equal(status, fault.StatusCode);
        Assert.Contains(words, fault.Status.Detail, StringComparison.Ordinal);
    }
}
