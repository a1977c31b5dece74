using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Protos.V1;
using Google.Protobuf;
using Grpc.Core;
using EnrolmentClient = EdgeCheckpoint.Protos.V1.EnrolmentService.EnrolmentServiceClient;
using HealthClient = EdgeCheckpoint.Protos.V1.HealthService.HealthServiceClient;

namespace EdgeCheckpoint.Central.Tests.Appliances;

/// <summary>A card was copied: key and certificate stand on two devices. Through real TLS, on two connections.</summary>
public sealed class ClonedCardTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAppliance _original = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _original = await _site.EnrolAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _original.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Clone_RenewsFirst_OriginalGetsNothingAndCentralIsTold()
    {
        using var copied = _original.CertificateWithKey(_original.CertificateDer);
        using var cloneChannel = _site.Channel(copied);
        await BeatAsync(cloneChannel);
        await BeatAsync(_original.Channel);
        using var cloneKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var renewed = await RenewAsync(cloneChannel, cloneKey);
        using var renewedChannel = _site.Channel(renewed);
        await BeatAsync(renewedChannel);
        _site.Time.Advance(TimeSpan.FromMinutes(5));

        var health = await Assert.ThrowsAsync<RpcException>(() => BeatAsync(_original.Channel));
        var renewal = await Assert.ThrowsAsync<RpcException>(() => _original.RenewAsync());

        Assert.All([health, renewal], static fault =>
        {
            Assert.Equal(StatusCode.PermissionDenied, fault.StatusCode);
            Assert.Contains("a copy of this card may be in use; telephone central", fault.Status.Detail, StringComparison.Ordinal);
        });
        Assert.Single(await AuditAsync(AuditAction.SupersededCertificateUsed));
    }

    [Fact]
    public async Task Original_RenewsFirst_CloneGetsNothingAndCentralIsTold()
    {
        using var copied = _original.CertificateWithKey(_original.CertificateDer);
        using var cloneChannel = _site.Channel(copied);
        await _original.RenewAsync();
        await BeatAsync(_original.Channel);
        _site.Time.Advance(TimeSpan.FromMinutes(5));

        await Assert.ThrowsAsync<RpcException>(() => BeatAsync(cloneChannel));
        await BeatAsync(_original.Channel);

        Assert.Single(await AuditAsync(AuditAction.SupersededCertificateUsed));
        Assert.Single(await AuditAsync(AuditAction.CertificateSuperseded));
    }

    [Fact]
    public async Task BothRenew_WithTheSameCertificate_TheOneThatIsUsedLastShowsTheOther()
    {
        using var copied = _original.CertificateWithKey(_original.CertificateDer);
        using var cloneChannel = _site.Channel(copied);
        using var firstKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var secondKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var first = await RenewAsync(_original.Channel, firstKey);
        using var second = await RenewAsync(cloneChannel, secondKey);
        using var firstChannel = _site.Channel(first);
        using var secondChannel = _site.Channel(second);

        await BeatAsync(firstChannel);
        await BeatAsync(secondChannel);

        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => BeatAsync(firstChannel))).StatusCode);
    }

    [Fact]
    public async Task Clone_CallsAllNight_WritesAFewLinesAndTheirNumber()
    {
        using var copied = _original.CertificateWithKey(_original.CertificateDer);
        using var cloneChannel = _site.Channel(copied);
        await _original.RenewAsync();
        await BeatAsync(_original.Channel);
        _site.Time.Advance(TimeSpan.FromMinutes(5));

        for (var i = 0; i < 40; i++)
            await Assert.ThrowsAsync<RpcException>(() => BeatAsync(cloneChannel));
        Assert.Single(await AuditAsync(AuditAction.SupersededCertificateUsed));
        _site.Time.Advance(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<RpcException>(() => BeatAsync(cloneChannel));

        Assert.Contains("39 more like the last were left out", (await AuditAsync(AuditAction.SupersededCertificateUsed))[0].Detail, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task BeatAsync(Grpc.Net.Client.GrpcChannel channel) =>
        await new HealthClient(channel).ReportHealthAsync(new ReportHealthRequest(), cancellationToken: Token);

    private static async Task<X509Certificate2> RenewAsync(Grpc.Net.Client.GrpcChannel channel, ECDsa key)
    {
        var answer = await new EnrolmentClient(channel).RenewAsync(
            new RenewRequest { CertificateRequestDer = ByteString.CopyFrom(TestAppliance.SigningRequest(key)) }, cancellationToken: Token);
        using var bare = X509CertificateLoader.LoadCertificate(answer.CertificateDer.Span);
        return bare.CopyWithPrivateKey(key);
    }

    private async Task<AuditEvent[]> AuditAsync(string action) =>
        [.. (await _site.Store.Audit.ReadNewestAsync(200, Token)).Select(static line => line.Event).Where(line => line.Action == action)];
}
