using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Syncing;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>The appliance renews its certificate by itself, whatever is lost on the way, against the real central.</summary>
public sealed class RenewalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Running_PastDay30_RenewsWithANewKeyAndGoesOn()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        await site.HeardAsync(Cancel);
        var book = site.Parts.GetRequiredService<CredentialBook>();
        var first = book.InUse;

        Advance(site, TimeSpan.FromDays(29));
        await site.HeardAsync(Cancel);
        Assert.Same(first, book.InUse);
        Advance(site, TimeSpan.FromDays(12));
        await RenewedAsync(site, first);
        await site.HeardAsync(Cancel);

        Assert.NotEqual(first.SigningKeyId, book.InUse.SigningKeyId);
        Assert.Equal(first.Key.PublicKeySpki.ToArray(), book.InUse.Key.PublicKeySpki.ToArray());
        Assert.Single(await AuditAsync(site, AuditAction.CertificateSuperseded));
        Assert.Empty(await AuditAsync(site, AuditAction.SupersededCertificateUsed));
        Assert.Equal(DeviceState.Ok, Part(site, "certificate").State);

        // And what is on the card is what is in memory.
        await site.StopApplianceAsync(Cancel);
        await site.StartApplianceAsync(Cancel);
        await site.HeardAsync(Cancel);
        Assert.Equal(book.InUse.CertificateDer, site.Parts.GetRequiredService<CredentialBook>().InUse.CertificateDer);
    }

    [Theory]
    [InlineData(90 + 1)]
    [InlineData(90 + 179)]
    public async Task Start_ExpiredCertificate_RenewsByItselfAtTheFirstLink(int days)
    {
        await using var site = await JoinedSite.StartCentralAsync(Cancel);
        await site.EnrolAsync(Cancel);
        Advance(site, TimeSpan.FromDays(days));

        await site.StartApplianceAsync(Cancel);

        await site.HeardAsync(Cancel);
        Assert.True(site.Parts.GetRequiredService<CredentialBook>().InUse.NotAfter > site.CentralTime.GetUtcNow());
    }

    [Fact]
    public async Task Start_ExpiredBeyondTheGrace_SaysThatATechnicianMustEnrol()
    {
        await using var site = await JoinedSite.StartCentralAsync(Cancel);
        await site.EnrolAsync(Cancel);
        Advance(site, TimeSpan.FromDays(90 + 181));

        await site.StartApplianceAsync(Cancel);

        await Until.TrueAsync(
            "central's refusal",
            _ => Task.FromResult(site.Parts.GetRequiredService<CentralLink>().State.Refusal == RefusalReason.CertificateEnded),
            Patience,
            Cancel);
        Assert.Contains("a technician must enrol", site.Parts.GetRequiredService<CentralLink>().State.Detail, StringComparison.Ordinal);
        var part = Part(site, "certificate");
        Assert.Equal(DeviceState.Failed, part.State);
        Assert.Contains("a technician must enrol the appliance anew", part.Detail, StringComparison.Ordinal);
        Assert.Null(await site.HealthAsync(Cancel));
    }

    [Fact]
    public async Task Running_ForMoreThanAYear_CentralRenewsItsOwnCertificateTooAndNobodyIsCutOff()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        await site.HeardAsync(Cancel);
        var first = site.Central.Services.GetRequiredService<SiteKeys>().ServerCertificate.NotAfter;

        for (var days = 0; days < 390; days += 55)
        {
            Advance(site, TimeSpan.FromDays(55));
            site.Central.Services.GetRequiredService<ServerCertificateUpkeep>().Look();
            site.Parts.GetRequiredService<CentralLink>().Rebuild();
            await site.HeardAsync(Cancel);
        }

        Assert.True(site.CentralTime.GetUtcNow() > first);
        Assert.Equal(EdgeCheckpoint.Records.ClockQuality.Confirmed, site.Parts.GetRequiredService<ClockKeeper>().Read().Quality);
    }

    /// <summary>What a power cut after each step leaves on the card.</summary>
    [Theory]
    [InlineData("the key was made")]
    [InlineData("central certified it and the answer was lost")]
    [InlineData("the certificate was written down")]
    [InlineData("central took a call with it")]
    [InlineData("the identity has it and the key does not yet lie in its place")]
    [InlineData("the key lies in its place and the certificate beside it was not yet removed")]
    public async Task Start_AfterAPowerCutWhen_EndsWithOneCredentialThatWorks(string when)
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        await site.HeardAsync(Cancel);
        await site.StopApplianceAsync(Cancel);
        Advance(site, TimeSpan.FromDays(45));
        var old = ApplianceIdentity.Load(site.Data).CertificateDer;
        await CutAsync(site, when);

        await site.StartApplianceAsync(Cancel);
        await Until.TrueAsync(
            "a proven new credential",
            _ => Task.FromResult(site.Parts.GetRequiredService<CredentialBook>() is { IsUnproven: false } book && !book.InUse.CertificateDer.SequenceEqual(old)),
            Patience,
            Cancel);
        await site.HeardAsync(Cancel);

        Assert.Empty(await AuditAsync(site, AuditAction.SupersededCertificateUsed));
        Assert.Equal(2, (await AuditAsync(site, AuditAction.CertificateIssued)).Length);
        await site.StopApplianceAsync(Cancel);
        Assert.Equal(
            ["appliance.json", "epoch", "roots.json", "signing.key", "storage.key"],
            Directory.GetFiles(site.Data.Identity).Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        Assert.True(Credential.IsFor(ApplianceIdentity.Load(site.Data).CertificateDer, site.KeyStore.Load()));
    }

    [Fact]
    public async Task Start_NewCertificateThatCentralForgot_GoesBackToTheOldOneAndRenewsAgain()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        await site.HeardAsync(Cancel);
        await site.StopApplianceAsync(Cancel);
        Advance(site, TimeSpan.FromDays(45));
        using (var book = new CredentialBook(site.Data, ApplianceIdentity.Load(site.Data), site.KeyStore))
        {
            // As a central restored from a backup: its own authority signed this certificate, and its store does not know it.
            var key = book.NextKey();
            book.KeepNext(key, site.Central.Services.GetRequiredService<SiteKeys>().Authority.CertifyAppliance(
                PublicKey.CreateFromSubjectPublicKeyInfo(key.SigningKeySpki.Span, out _), site.ApplianceId, site.CentralTime.GetUtcNow(), out _));
        }

        await site.StartApplianceAsync(Cancel);

        await site.HeardAsync(Cancel);
        await Until.TrueAsync(
            "another new credential",
            _ => Task.FromResult(site.Parts.GetRequiredService<CredentialBook>() is { IsUnproven: false } book && book.InUse.NotAfter > site.CentralTime.GetUtcNow() + TimeSpan.FromDays(80)),
            Patience,
            Cancel);
    }

    [Fact]
    public async Task Start_KeyWhoseCertificateWasLostAndHasExpired_MakesAnotherKey()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        await site.HeardAsync(Cancel);
        await site.StopApplianceAsync(Cancel);
        await CutAsync(site, "central certified it and the answer was lost");
        Advance(site, TimeSpan.FromDays(91));

        await site.StartApplianceAsync(Cancel);

        await site.HeardAsync(Cancel);
        Assert.Equal(3, (await AuditAsync(site, AuditAction.CertificateIssued)).Length);
    }

    [Fact]
    public async Task Original_OfACardWhoseCopyRenewedFirst_SaysSoOnScreenAndInHealth()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        await site.HeardAsync(Cancel);
        using var copied = new Credential(site.KeyStore.Load(), ApplianceIdentity.Load(site.Data).CertificateDer).WithKey();
        using var cloneKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var renewed = await RenewAsync(site, copied, cloneKey);
        using (var channel = Channel(site, renewed))
            await new HealthService.HealthServiceClient(channel).ReportHealthAsync(new ReportHealthRequest(), cancellationToken: Cancel);

        await Until.TrueAsync("the appliance saying so", _ => Task.FromResult(Part(site, "certificate").State == DeviceState.Failed), Patience, Cancel);

        Assert.Contains("a copy of its card may be in use", Part(site, "certificate").Detail, StringComparison.Ordinal);
        Advance(site, TimeSpan.FromMinutes(5));
        await Until.TrueAsync(
            "central's audit of it",
            async _ => (await AuditAsync(site, AuditAction.SupersededCertificateUsed)).Length > 0,
            Patience,
            Cancel);
    }

    /// <summary>Takes the steps of a renewal up to a point, with the parts the appliance has, and leaves the card as it is then.</summary>
    private static async Task CutAsync(JoinedSite site, string when)
    {
        string[] steps =
        [
            "the key was made", "central certified it and the answer was lost", "the certificate was written down", "central took a call with it",
            "the identity has it and the key does not yet lie in its place",
            "the key lies in its place and the certificate beside it was not yet removed",
        ];
        var last = Array.IndexOf(steps, when);
        var store = site.KeyStore;
        var identity = ApplianceIdentity.Load(site.Data);
        using var book = new CredentialBook(site.Data, identity, store);
        using var present = book.InUse.WithKey();
        var key = book.NextKey();
        if (last < 1)
            return;
        var der = (await AskAsync(site, present, key.SigningKey)).ToByteArray();
        if (last < 2)
            return;
        book.KeepNext(key, der);
        if (last < 3)
            return;
        using (var channel = Channel(site, book.InUse.WithKey()))
            await new ReleaseService.ReleaseServiceClient(channel).GetRootAsync(new GetRootRequest { AfterVersion = 1 }, cancellationToken: Cancel);
        if (last < 4)
            return;
        identity.WithCertificate(der).Save(site.Data);
        if (last < 5)
            return;
        store.CommitNext();
    }

    private static async Task<X509Certificate2> RenewAsync(JoinedSite site, X509Certificate2 certificate, ECDsa key)
    {
        using var bare = X509CertificateLoader.LoadCertificate((await AskAsync(site, certificate, key)).Span);
        return bare.CopyWithPrivateKey(key);
    }

    private static async Task<ByteString> AskAsync(JoinedSite site, X509Certificate2 certificate, ECDsa key)
    {
        using var channel = Channel(site, certificate);
        var request = new CertificateRequest("CN=edge-checkpoint", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        return (await new EnrolmentService.EnrolmentServiceClient(channel).RenewAsync(
            new RenewRequest { CertificateRequestDer = ByteString.CopyFrom(request) }, cancellationToken: Cancel)).CertificateDer;
    }

    /// <summary>The appliance's own way to open a channel.</summary>
    private static Grpc.Net.Client.GrpcChannel Channel(JoinedSite site, X509Certificate2 certificate) =>
        CentralChannel.Open(
            site.GrpcUrl.ToString(), () => SiteTrust.Load(site.Data).Current, certificate, () => (site.CentralTime.GetUtcNow(), site.CentralTime.GetUtcNow()));

    /// <summary>Time passes at both ends.</summary>
    private static void Advance(JoinedSite site, TimeSpan time)
    {
        site.CentralTime.Offset += time;
        site.ApplianceTime.Offset += time;
    }

    private static Task RenewedAsync(JoinedSite site, Credential before) =>
        Until.TrueAsync(
            "the certificate being renewed",
            _ => Task.FromResult(site.Parts.GetRequiredService<CredentialBook>() is { IsUnproven: false } book && book.InUse != before),
            Patience,
            Cancel);

    private static DeviceHealth Part(JoinedSite site, string name) =>
        site.Parts.GetRequiredService<ApplianceHealth>().Parts().Single(part => part.Name == name).Health;

    private static async Task<AuditEvent[]> AuditAsync(JoinedSite site, string action) =>
        [.. (await site.Store.Audit.ReadNewestAsync(200, Cancel)).Select(static line => line.Event).Where(line => line.Action == action)];
}
