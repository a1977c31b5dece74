using System.Security.Cryptography.X509Certificates;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Releases;
using Grpc.Core;

namespace EdgeCheckpoint.Central.Tests.Keys;

/// <summary>A change of authority through real TLS on loopback, with posts that sleep through it.</summary>
public sealed class AuthorityRotationTests : IAsyncLifetime
{
    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Rotate_TenAppliancesOneOfThemOffline_AllGoOnWithoutAVisit()
    {
        var fleet = new List<TestAppliance>();
        for (var i = 0; i < 10; i++)
            fleet.Add(await _site.EnrolAsync());
        var sleeper = fleet[^1];
        var awake = fleet[..^1];
        foreach (var appliance in fleet)
            Assert.True(await appliance.BeatAsync());
        var oldAuthority = _site.Keys.Authority.Certificate.RawData;

        // The sleeper is offline while the authority changes; the others take the new root on their open connections.
        sleeper.Disconnect();
        await RotateAsync();
        Assert.False(_site.Keys.Authority.Certificate.RawData.AsSpan().SequenceEqual(oldAuthority));
        foreach (var appliance in awake)
            await TakeUpAsync(appliance);

        // Retiring now would strand the sleeper, which is the only one that has neither root nor certificate of the new authority.
        var refused = await _site.CommandAsync("keys", "ca", "retire", "--out", _site.Data.Key("retire.json"));
        Assert.Equal(1, refused.Code);
        Assert.StartsWith("1 appliances would lose their way", refused.Error, StringComparison.Ordinal);
        Assert.Contains($"{sleeper.Id}, North Gate: trusts root 1; it needs root 2", refused.Error, StringComparison.Ordinal);

        // It comes back: it knows the old authority only, and central shows a certificate of the new one.
        Assert.Equal(1UL, sleeper.Root!.Version);
        await TakeUpAsync(sleeper);

        // Now the old authority can go, and everybody stays.
        var draft = _site.Data.Key("retire.json");
        var retired = await _site.CommandAsync("keys", "ca", "retire", "--out", draft);
        Assert.True(retired.Code == 0, retired.Error);
        await _site.PublishRootAsync(draft);
        Assert.Single(_site.Keys.Root.CaCertificates);
        foreach (var appliance in fleet)
        {
            appliance.Disconnect();
            await appliance.TakeRootsAsync();
            Assert.Equal(3UL, appliance.Root!.Version);
            Assert.True(await appliance.BeatAsync());
            await appliance.RenewAsync();
            Assert.True(await appliance.BeatAsync());
            appliance.Dispose();
        }
    }

    [Fact]
    public async Task Rotate_ThreeTimesWhileAnApplianceSleeps_ItWalksThroughEveryRoot()
    {
        using var sleeper = await _site.EnrolAsync();
        for (var i = 0; i < 3; i++)
            await RotateAsync();
        await _site.CommandAsync("keys", "rotate", "--role", "root");
        await _site.CommandAsync("keys", "rotate", "--role", "timestamp");
        await _site.LookForNewsAsync();
        Assert.Equal(6UL, _site.Keys.Root.Version);

        await TakeUpAsync(sleeper);

        Assert.Equal(6UL, sleeper.Root!.Version);
    }

    [Fact]
    public async Task Retire_ApplianceWithTheRootButNotRenewed_IsNamedWithTheEndOfItsCertificate()
    {
        using var appliance = await _site.EnrolAsync();
        await RotateAsync();
        await appliance.TakeRootsAsync();
        await appliance.BeatAsync();

        var refused = await _site.CommandAsync("keys", "ca", "retire", "--out", _site.Data.Key("retire.json"));

        Assert.Equal(1, refused.Code);
        Assert.Contains($"{appliance.Id}, North Gate: has not renewed its certificate since the new authority; it ends", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_site.Data.Key("retire.json")));
    }

    [Fact]
    public async Task Retire_WithYesStrand_TurnsTheStrandedAwayWithAReason()
    {
        using var stranded = await _site.EnrolAsync();
        await RotateAsync();
        var draft = _site.Data.Key("retire.json");

        Assert.Equal(0, (await _site.CommandAsync("keys", "ca", "retire", "--out", draft, "--yes-strand")).Code);
        await _site.CommandAsync("keys", "sign", "--kept", "--yes", "--in", draft);
        Assert.Contains(stranded.Id, (await _site.CommandAsync("keys", "root", "publish", draft)).Error, StringComparison.Ordinal);
        await _site.PublishRootAsync(draft, "--yes-strand");
        stranded.Disconnect();

        // It still finds central, over the old authority it knows, and is told what to do.
        var fault = await Assert.ThrowsAsync<RpcException>(stranded.BeatAsync);
        Assert.Equal(StatusCode.Unauthenticated, fault.StatusCode);
        Assert.Contains("authority that has been retired; enrol this appliance again", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retire_OneAuthorityOnly_IsRefused() =>
        Assert.Contains("there is none to retire", (await _site.CommandAsync("keys", "ca", "retire", "--out", _site.Data.Key("r.json"))).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Rotate_TwiceBeforeARootNamesIt_MakesOneAuthority()
    {
        Assert.Equal(0, (await _site.CommandAsync("keys", "ca", "rotate", "--out", _site.Data.Key("a.json"))).Code);
        Assert.Equal(0, (await _site.CommandAsync("keys", "ca", "rotate", "--out", _site.Data.Key("b.json"))).Code);

        Assert.Equal(2, AuthorityFiles.Read(_site.Data).Length);
        Assert.Equal(1UL, _site.Keys.Root.Version);
    }

    [Fact]
    public async Task Connect_ToAnotherSiteWithACrossCertificateOfItsOwn_IsRefused()
    {
        await using var other = await TestSite.StartAsync();
        using var appliance = await _site.EnrolAsync();
        var draft = other.Data.Key("root.json");
        await other.CommandAsync("keys", "ca", "rotate", "--out", draft);
        await other.PublishRootAsync(draft);

        using var channel = other.Channel(null, appliance.Root);

        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Protos.V1.ReleaseService.ReleaseServiceClient(channel).GetRootAsync(new Protos.V1.GetRootRequest(), cancellationToken: Token));
        Assert.Contains("certificate was rejected", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void IsOf_CertificateOfAnApplianceOrExpiredOrNotPresentedWithItsCross_IsNotCentral()
    {
        var keys = _site.Keys;
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var appliance = X509CertificateLoader.LoadCertificate(
            keys.Authority.CertifyAppliance(new PublicKey(key), "ap-1", _site.Time.GetUtcNow(), out _));

        Assert.True(ServerCertificate.IsOf(keys.Root, keys.ServerCertificate, [], _site.Time.GetUtcNow()));
        Assert.False(ServerCertificate.IsOf(keys.Root, appliance, [], _site.Time.GetUtcNow()));
        Assert.False(ServerCertificate.IsOf(keys.Root, keys.ServerCertificate, [], _site.Time.GetUtcNow().AddDays(366)));
    }

    private async Task RotateAsync()
    {
        var draft = _site.Data.Key($"root-{_site.Keys.Root.Version + 1}.json");
        var (code, _, error) = await _site.CommandAsync("keys", "ca", "rotate", "--out", draft);
        Assert.True(code == 0, error);
        await _site.PublishRootAsync(draft);
    }

    /// <summary>What an appliance does when it can reach central: follow the roots, report, renew, and go on with the new certificate.</summary>
    private async Task TakeUpAsync(TestAppliance appliance)
    {
        _site.Time.Advance(TimeSpan.FromSeconds(1));
        await appliance.TakeRootsAsync();
        Assert.True(await appliance.BeatAsync());
        await appliance.RenewAsync();
        Assert.True(await appliance.BeatAsync());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
