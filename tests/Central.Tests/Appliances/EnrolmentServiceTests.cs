using System.Security.Cryptography;
using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Releases;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using EnrolmentClient = EdgeCheckpoint.Protos.V1.EnrolmentService.EnrolmentServiceClient;
using HealthClient = EdgeCheckpoint.Protos.V1.HealthService.HealthServiceClient;

namespace EdgeCheckpoint.Central.Tests.Appliances;

public sealed class EnrolmentServiceTests : IAsyncLifetime
{
    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Join_TicketNamesTheBoard_AdmitsAtOnce()
    {
        using var appliance = new TestAppliance(_site);

        var response = await appliance.JoinAsync(await _site.TicketAsync("SN-1"), "SN-1");

        Assert.Equal(JoinState.Admitted, response.State);
        Assert.Equal("North Gate", response.PostName);
        using var certificate = appliance.CertificateWithKey(appliance.CertificateDer);
        Assert.Equal($"CN={response.ApplianceId}", certificate.Subject);
        Assert.Equal(90, (certificate.NotAfter.ToUniversalTime() - _site.Time.GetUtcNow().UtcDateTime).TotalDays, 0.1);
    }

    [Fact]
    public async Task Join_WithoutSerial_WaitsForApprovalByFingerprint()
    {
        var ticket = await _site.TicketAsync();
        using var appliance = new TestAppliance(_site);
        var admission = _site.App.Services.GetRequiredService<ApplianceAdmission>();

        var pending = await appliance.JoinAsync(ticket, "SN-9");
        var wrong = await admission.ApproveAsync(pending.ApplianceId, new string('0', 64), TestSite.Actor, Token);
        var right = await admission.ApproveAsync(
            pending.ApplianceId, pending.FingerprintSha256Hex.ToUpperInvariant(), TestSite.Actor, Token);
        var admitted = await appliance.JoinAsync(ticket, "SN-9");

        Assert.Equal(JoinState.Pending, pending.State);
        Assert.Empty(pending.CertificateDer);
        Assert.True(pending.RetryAfterSeconds > 0);
        Assert.Contains("not that of", wrong, StringComparison.Ordinal);
        Assert.Null(right);
        Assert.Equal(JoinState.Admitted, admitted.State);
        Assert.Equal(pending.ApplianceId, admitted.ApplianceId);
    }

    [Fact]
    public async Task Join_SameTicketAndKeyAgain_ReturnsTheSameCertificate()
    {
        var ticket = await _site.TicketAsync("SN-1");
        using var appliance = new TestAppliance(_site);

        var first = await appliance.JoinAsync(ticket, "SN-1");
        var second = await appliance.JoinAsync(ticket, "SN-1");

        Assert.Equal(first.CertificateDer, second.CertificateDer);
        Assert.Single(await _site.Store.Appliances.ListAsync(Token));
    }

    [Fact]
    public async Task Join_SameTicketWithAnotherKey_IsRefusedAndAudited()
    {
        var ticket = await _site.TicketAsync("SN-1");
        using var first = new TestAppliance(_site);
        using var second = new TestAppliance(_site);
        await first.JoinAsync(ticket, "SN-1");

        var fault = await Assert.ThrowsAsync<RpcException>(() => second.JoinAsync(ticket, "SN-1"));

        Assert.Equal(StatusCode.PermissionDenied, fault.StatusCode);
        Assert.Contains("used by another key", fault.Status.Detail, StringComparison.Ordinal);
        Assert.Contains(await AuditAsync(), line => line.Action == AuditAction.TicketRefused && line.Subject == ticket.TicketId);
    }

    [Fact]
    public async Task Join_TwoDevicesAtOnce_AdmitsExactlyOne()
    {
        var ticket = await _site.TicketAsync("SN-1");
        using var first = new TestAppliance(_site);
        using var second = new TestAppliance(_site);

        var outcomes = await Task.WhenAll(TryJoinAsync(first, ticket), TryJoinAsync(second, ticket));

        Assert.Single(outcomes, StatusCode.OK);
        Assert.Single(outcomes, StatusCode.PermissionDenied);
        Assert.Single(await _site.Store.Appliances.ListAsync(Token));
    }

    [Fact]
    public async Task Join_ExpiredTicket_IsRefused()
    {
        var ticket = await _site.TicketAsync("SN-1", hours: 1);
        using var appliance = new TestAppliance(_site);
        _site.Time.Advance(TimeSpan.FromHours(1));

        var fault = await Assert.ThrowsAsync<RpcException>(() => appliance.JoinAsync(ticket, "SN-1"));

        Assert.Equal(StatusCode.PermissionDenied, fault.StatusCode);
        Assert.Contains("expired", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_WrongSerial_IsRefusedAndTheTicketStaysGood()
    {
        var ticket = await _site.TicketAsync("SN-1");
        using var appliance = new TestAppliance(_site);

        var fault = await Assert.ThrowsAsync<RpcException>(() => appliance.JoinAsync(ticket, "SN-2"));
        var right = await appliance.JoinAsync(ticket, "SN-1");

        Assert.Equal(StatusCode.PermissionDenied, fault.StatusCode);
        Assert.Equal(JoinState.Admitted, right.State);
    }

    [Fact]
    public async Task Join_WrongSecretOrUnknownTicket_GetTheSameAnswer()
    {
        var ticket = await _site.TicketAsync("SN-1");
        using var appliance = new TestAppliance(_site);
        var wrongSecret = appliance.JoinRequest(ticket, "SN-1");
        wrongSecret.TicketSecret = ByteString.CopyFrom(new byte[32]);
        var unknown = appliance.JoinRequest(ticket, "SN-1");
        unknown.TicketId = "t-0000";

        var first = await FaultAsync(wrongSecret);
        var second = await FaultAsync(unknown);

        Assert.Equal(StatusCode.PermissionDenied, first.StatusCode);
        Assert.Equal(first.Status, second.Status);
    }

    [Theory]
    [InlineData("request")]
    [InlineData("signature")]
    [InlineData("storage")]
    [InlineData("epoch")]
    [InlineData("curve")]
    public async Task Join_MalformedApplication_IsInvalid(string what)
    {
        var ticket = await _site.TicketAsync("SN-1");
        using var appliance = new TestAppliance(_site);
        using var otherCurve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = appliance.JoinRequest(ticket, "SN-1");
        var der = request.CertificateRequestDer.ToByteArray();
        der[^1] ^= 1;
        switch (what)
        {
            case "request":
                request.CertificateRequestDer = ByteString.CopyFrom(der);
                break;
            case "signature":
                request.StorageKeySignature = ByteString.CopyFrom(new byte[64]);
                break;
            case "storage":
                request.StoragePublicKeySpki = ByteString.CopyFrom(1, 2, 3);
                break;
            case "epoch":
                request.Epoch = ByteString.CopyFrom(1);
                break;
            default:
                request.CertificateRequestDer = ByteString.CopyFrom(TestAppliance.SigningRequest(otherCurve));
                break;
        }

        Assert.Equal(StatusCode.InvalidArgument, (await FaultAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Renew_NewKey_GetsACertificateAndTheOldWorksUntilItIsUsed()
    {
        using var appliance = await _site.EnrolAsync();
        using var newKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new RenewRequest { CertificateRequestDer = ByteString.CopyFrom(TestAppliance.SigningRequest(newKey)) };
        var client = new EnrolmentClient(appliance.Channel);

        var first = await client.RenewAsync(request, cancellationToken: Token);
        var again = await client.RenewAsync(request, cancellationToken: Token);

        Assert.Equal(first, again);
        await new HealthClient(appliance.Channel).ReportHealthAsync(new ReportHealthRequest(), cancellationToken: Token);
        using var bare = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(first.CertificateDer.ToByteArray());
        using var certificate = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.CopyWithPrivateKey(bare, newKey);
        using var channel = _site.Channel(certificate);
        await new HealthClient(channel).ReportHealthAsync(new ReportHealthRequest(), cancellationToken: Token);
        var old = await Assert.ThrowsAsync<RpcException>(async () => await client.RenewAsync(request, cancellationToken: Token));
        Assert.Equal(StatusCode.PermissionDenied, old.StatusCode);
        Assert.Contains("newer certificate", old.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renew_ExpiredWithinGrace_IsTheOnlyCallThatWorks()
    {
        using var appliance = await _site.EnrolAsync();
        using var newKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _site.Time.Advance(TimeSpan.FromDays(90 + 179));

        var health = await Assert.ThrowsAsync<RpcException>(async () =>
            await new HealthClient(appliance.Channel).ReportHealthAsync(new ReportHealthRequest(), cancellationToken: Token));
        var renewed = await new EnrolmentClient(appliance.Channel).RenewAsync(
            new RenewRequest { CertificateRequestDer = ByteString.CopyFrom(TestAppliance.SigningRequest(newKey)) }, cancellationToken: Token);

        Assert.Equal(StatusCode.Unauthenticated, health.StatusCode);
        Assert.Contains("expired", health.Status.Detail, StringComparison.Ordinal);
        Assert.NotEmpty(renewed.CertificateDer);
    }

    [Fact]
    public async Task Renew_ExpiredBeyondGrace_IsRefused()
    {
        using var appliance = await _site.EnrolAsync();
        using var newKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _site.Time.Advance(TimeSpan.FromDays(90 + 181));

        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
            await new EnrolmentClient(appliance.Channel).RenewAsync(
                new RenewRequest { CertificateRequestDer = ByteString.CopyFrom(TestAppliance.SigningRequest(newKey)) }, cancellationToken: Token));

        Assert.Equal(StatusCode.Unauthenticated, fault.StatusCode);
        Assert.Contains("technician must enrol", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetSiteRoots_WithoutACertificate_GivesThePinnedRootAndWhatFollows()
    {
        var code = JoinTicketCode.Of(await _site.TicketAsync());
        using var channel = _site.Channel(null);
        var client = new EnrolmentClient(channel);

        var first = await client.GetSiteRootsAsync(new GetSiteRootsRequest { RootPin = ByteString.CopyFrom(code.RootPin.Span) }, cancellationToken: Token);
        var rest = await client.GetSiteRootsAsync(
            new GetSiteRootsRequest { RootPin = ByteString.CopyFrom(code.RootPin.Span), AfterVersion = 1 }, cancellationToken: Token);

        Assert.Equal(_site.Keys.Roots[0].Metadata, Assert.Single(first.Steps).Metadata);
        Assert.Empty(rest.Steps);
    }

    [Fact]
    public async Task GetSiteRoots_PinOfAnotherSite_GivesNothing()
    {
        using var channel = _site.Channel(null);
        var client = new EnrolmentClient(channel);

        foreach (var pin in new[] { Array.Empty<byte>(), new byte[16], new byte[32] })
        {
            var fault = await Assert.ThrowsAsync<RpcException>(async () =>
                await client.GetSiteRootsAsync(new GetSiteRootsRequest { RootPin = ByteString.CopyFrom(pin) }, cancellationToken: Token));
            Assert.Equal(StatusCode.NotFound, fault.StatusCode);
        }
    }

    [Fact]
    public async Task Join_InPlaceOfAnother_RevokesItInTheSameMoment()
    {
        using var old = await _site.EnrolAsync();
        using var newcomer = new TestAppliance(_site);

        var response = await newcomer.JoinAsync(await ReplacingAsync(old.Id, "SN-2"), "SN-2");

        Assert.Equal(old.Id, response.ReplacedApplianceId);
        var revoked = (await _site.Store.Appliances.FindAsync(old.Id, Token))!;
        Assert.Equal($"replaced by {response.ApplianceId}", revoked.RevokeReason);
        await Assert.ThrowsAsync<RpcException>(old.BeatAsync);
        Assert.True(await newcomer.BeatAsync());
        Assert.Contains(await AuditAsync(), line => line.Action == AuditAction.ApplianceRevoked && line.Subject == old.Id);
    }

    [Fact]
    public async Task Join_InPlaceOfAnotherByFingerprint_RevokesItOnlyWhenApproved()
    {
        using var old = await _site.EnrolAsync();
        using var newcomer = new TestAppliance(_site);
        var ticket = await ReplacingAsync(old.Id, "");

        var pending = await newcomer.JoinAsync(ticket, "SN-2");
        Assert.True(await old.BeatAsync());
        Assert.Null(await _site.App.Services.GetRequiredService<ApplianceAdmission>().ApproveAsync(
            pending.ApplianceId, pending.FingerprintSha256Hex, TestSite.Actor, Token));

        await Assert.ThrowsAsync<RpcException>(old.BeatAsync);
    }

    private async Task<JoinTicket> ReplacingAsync(string applianceId, string serial) =>
        (await _site.App.Services.GetRequiredService<Tickets>().IssueAsync(
            [new TicketOrder("North Gate", serial, applianceId)], TimeSpan.FromHours(1), _site.GrpcUrl.ToString(), TestSite.Actor, Token))[0];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<StatusCode> TryJoinAsync(TestAppliance appliance, Releases.JoinTicket ticket)
    {
        try
        {
            await appliance.JoinAsync(ticket, "SN-1");
            return StatusCode.OK;
        }
        catch (RpcException fault)
        {
            return fault.StatusCode;
        }
    }

    private async Task<RpcException> FaultAsync(JoinRequest request)
    {
        using var channel = _site.Channel(null);
        return await Assert.ThrowsAsync<RpcException>(async () =>
            await new EnrolmentClient(channel).JoinAsync(request, cancellationToken: Token));
    }

    private async Task<IEnumerable<AuditEvent>> AuditAsync() =>
        (await _site.Store.Audit.ReadNewestAsync(100, Token)).Select(static line => line.Event);
}
