using System.Text;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using ReleaseKind = EdgeCheckpoint.Releases.ReleaseKind;

namespace EdgeCheckpoint.Central.Tests.Keys;

/// <summary>Each role's keys changed on a running server, seen from an appliance.</summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAppliance _appliance = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _appliance = await _site.EnrolAsync();
        await _site.Import.ImportAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(CsvTemplate.Text)), ListFormat.Csv, new ListDefaults(), false, TestSite.Actor, Token);
    }

    public ValueTask DisposeAsync()
    {
        _appliance.Dispose();
        return _site.DisposeAsync();
    }

    [Theory]
    [InlineData("root")]
    [InlineData("watchlist")]
    [InlineData("people")]
    [InlineData("policy")]
    [InlineData("suppress")]
    [InlineData("timestamp")]
    public async Task Rotate_AnyRole_TheOldKeysAreGoneAndTheApplianceFollows(string role)
    {
        var signingRole = Enum.Parse<SigningRole>(role, ignoreCase: true);
        var old = _site.Keys.Root.Trust.Find(signingRole)!.PublicKeys.Select(static spki => KeyId.Of(spki.Span)).ToArray();

        var (code, output, error) = await _site.CommandAsync("keys", "rotate", "--role", role);
        Assert.True(code == 0, error);
        await _site.LookForNewsAsync();
        await _appliance.TakeRootsAsync();

        Assert.Equal(2UL, _appliance.Root!.Version);
        Assert.All(old, id =>
        {
            Assert.Null(_appliance.Root.RoleOf(id));
            Assert.Contains($"{role} key {id} goes", output, StringComparison.Ordinal);
            Assert.DoesNotContain(SigningKeyFolder.Read(_site.Data), key => key.Id == id);
        });
        Assert.Equal(old.Length, _site.Keys.KeysOf(signingRole).Length);
        Assert.True(await _appliance.BeatAsync());
        Assert.Equal(0, (await _site.CommandAsync("keys", "rotate", "--role", "root")).Code);
    }

    [Fact]
    public async Task Rotate_Timestamp_AnApplianceWithTheOldRootTakesNoTimeUntilItHasTheNew()
    {
        Assert.True(await _appliance.BeatAsync());

        await _site.CommandAsync("keys", "rotate", "--role", "timestamp");
        await _site.LookForNewsAsync();

        Assert.False(await _appliance.BeatAsync());
        await _appliance.TakeRootsAsync();
        Assert.True(await _appliance.BeatAsync());
    }

    [Fact]
    public async Task Rotate_Watchlist_TheOldReleaseCountsForNobodyNewAndTheNextOneDoes()
    {
        Assert.True((await _site.Publication.PublishAsync("", TestSite.Actor, Token)).IsSuccess);
        Assert.True(Verify(await GetAsync()).IsSuccess);

        var (_, output, _) = await _site.CommandAsync("keys", "rotate", "--role", "watchlist");
        await _site.LookForNewsAsync();
        await _appliance.TakeRootsAsync();

        Assert.Contains("publish again", output, StringComparison.Ordinal);
        Assert.Equal(ReleaseStage.Trust, Verify(await GetAsync()).Failure.Stage);
        Assert.True((await _site.Publication.PublishAsync("", TestSite.Actor, Token)).IsSuccess);
        Assert.Equal(2UL, Verify(await GetAsync()).Value.Version);
    }

    [Fact]
    public async Task Listen_RootIsPublished_Rings()
    {
        using var call = new DoorbellService.DoorbellServiceClient(_appliance.Channel).Listen(new ListenRequest(), cancellationToken: Token);
        await call.ResponseStream.MoveNext(Token);

        await _site.CommandAsync("keys", "rotate", "--role", "people");
        await _site.LookForNewsAsync();

        while (await call.ResponseStream.MoveNext(Token))
        {
            if (call.ResponseStream.Current.RootAvailable is { } ring)
            {
                Assert.Equal(2UL, ring.Version);
                return;
            }
        }

        Assert.Fail("The doorbell ended without a ring.");
    }

    [Fact]
    public async Task GetRoot_ManyRoots_ComeInPortionsAndInOrder()
    {
        for (var i = 0; i < 6; i++)
            await _site.CommandAsync("keys", "rotate", "--role", "policy");
        await _site.LookForNewsAsync();

        var first = await _appliance.Releases.GetRootAsync(new GetRootRequest { AfterVersion = 1 }, cancellationToken: Token);
        var beyond = await _appliance.Releases.GetRootAsync(new GetRootRequest { AfterVersion = ulong.MaxValue }, cancellationToken: Token);
        await _appliance.TakeRootsAsync();

        Assert.Equal(4, first.Steps.Count);
        Assert.Empty(beyond.Steps);
        Assert.Equal(7UL, _appliance.Root!.Version);
    }

    private async Task<GetReleaseResponse> GetAsync() =>
        await _appliance.Releases.GetReleaseAsync(new GetReleaseRequest { Kind = Protos.V1.ReleaseKind.Watchlist }, cancellationToken: Token);

    private Result<ReleaseMetadata, ReleaseFailure> Verify(GetReleaseResponse release) => _appliance.Root!.Trust.Verify(
        release.Metadata.Memory,
        [.. release.Signatures.Select(static signature => new Releases.ReleaseSignature(
            KeyId.TryRead(signature.KeyId.Span, out var id) ? id : default, (SignatureAlgorithm)signature.Algorithm, signature.Signature.Memory))],
        ReleaseKind.Watchlist, 0, null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
