using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Protos.V1;
using Google.Protobuf;
using Grpc.Core;
using EnrolmentClient = EdgeCheckpoint.Protos.V1.EnrolmentService.EnrolmentServiceClient;

namespace EdgeCheckpoint.Central.Tests.Appliances;

/// <summary>Certificate requests that try to get more than they may: for somebody else's key, with a huge name. Joining and renewing alike.</summary>
public sealed class CertificateRequestTests : IAsyncLifetime
{
    private readonly ECDsa _own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private TestSite _site = null!;
    private TestAppliance _appliance = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _appliance = await _site.EnrolAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _own.Dispose();
        _appliance.Dispose();
        await _site.DisposeAsync();
    }

    [Theory]
    [InlineData("join")]
    [InlineData("renew")]
    public async Task Request_ForAKeyThatTheSenderDoesNotHold_IsRefused(string call)
    {
        var victim = PublicKey.CreateFromSubjectPublicKeyInfo(_appliance.SigningSpki, out _);
        var request = new CertificateRequest(new X500DistinguishedName("CN=appliance"), victim, HashAlgorithmName.SHA256)
            .CreateSigningRequest(X509SignatureGenerator.CreateForECDsa(_own));

        var fault = await Assert.ThrowsAsync<RpcException>(() => SendAsync(call, request));

        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.Contains("signature is not that of its key", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("join")]
    [InlineData("renew")]
    public async Task Request_ForAKeyOfAnotherAppliance_IsRefused(string call)
    {
        using var other = new TestAppliance(_site);
        await other.JoinAsync(await _site.TicketAsync("SN-2"), "SN-2");
        await RenewAsync(other, _own);

        var fault = await Assert.ThrowsAsync<RpcException>(() => SendAsync(call, TestAppliance.SigningRequest(_own)));

        Assert.Equal(StatusCode.PermissionDenied, fault.StatusCode);
        Assert.Contains("belongs to another enrolment", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("join")]
    [InlineData("renew")]
    public async Task Request_WithAHugeName_IsRefused(string call)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => SendAsync(call, Named(100_000)));

        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.Contains("at most 4096 are read", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("join")]
    [InlineData("renew")]
    public async Task Request_WithALongNameOfItsOwn_GetsTheNameThatCentralGives(string call)
    {
        var der = await SendAsync(call, Named(2_000));

        using var certificate = X509CertificateLoader.LoadCertificate(der);
        Assert.StartsWith("CN=ap-", certificate.Subject, StringComparison.Ordinal);
        Assert.True(certificate.Subject.Length < 32, certificate.Subject);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private byte[] Named(int length) =>
        new CertificateRequest($"CN=central,O={new string('x', length)}", _own, HashAlgorithmName.SHA256).CreateSigningRequest();

    private async Task<byte[]> SendAsync(string call, byte[] request)
    {
        if (call == "renew")
        {
            return (await new EnrolmentClient(_appliance.Channel).RenewAsync(
                new RenewRequest { CertificateRequestDer = ByteString.CopyFrom(request) }, cancellationToken: Token)).CertificateDer.ToByteArray();
        }

        using var joining = new TestAppliance(_site, _own);
        var application = joining.JoinRequest(await _site.TicketAsync("SN-3"), "SN-3");
        application.CertificateRequestDer = ByteString.CopyFrom(request);
        using var anonymous = _site.Channel(null);
        return (await new EnrolmentClient(anonymous).JoinAsync(application, cancellationToken: Token)).CertificateDer.ToByteArray();
    }

    private static async Task RenewAsync(TestAppliance appliance, ECDsa key) =>
        await new EnrolmentClient(appliance.Channel).RenewAsync(
            new RenewRequest { CertificateRequestDer = ByteString.CopyFrom(TestAppliance.SigningRequest(key)) }, cancellationToken: Token);
}
