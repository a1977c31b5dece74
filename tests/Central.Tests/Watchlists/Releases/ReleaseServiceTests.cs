using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Central.PostPeople;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

public sealed class ReleaseServiceTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAppliance _appliance = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _appliance = await _site.EnrolAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _appliance.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Publish_NoList_IsRefused()
    {
        var answer = await _site.Publication.PublishAsync("", TestSite.Actor, Token);

        Assert.Contains("nothing to publish", answer.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetRelease_NothingPublished_IsCurrent() => Assert.True((await GetAsync(0)).IsCurrent);

    [Fact]
    public async Task Download_AsAnAppliance_VerifiesOpensAndHoldsTheEntries()
    {
        var ticket = await _site.TicketAsync();
        await PublishAsync();

        var release = await GetAsync(0);
        var metadata = ticket.RootMetadata.Trust.Verify(
            release.Metadata.Memory, SignaturesOf(release), Releases.ReleaseKind.Watchlist, 0, Instant.ToMicroseconds(_site.Time.GetUtcNow())).Value;
        var plain = await OpenAsync(release, metadata);

        var package = WatchlistPackage.Open(new MemorySectionSource(plain)).Value;
        Assert.Equal((1UL, 2 + 1), (package.Info.Version, package.EntryCount)); // With the specimen of the self-test.
        Assert.Equal(metadata.StateRoot.ToArray(), package.Info.StateRoot.ToArray());
        Assert.Equal(
            Instant.ToMicroseconds(_site.Time.GetUtcNow().AddDays(14)), release.LeaseExpiresAtUnixMicroseconds);
    }

    [Fact]
    public async Task Download_SuppressionAsAnAppliance_VerifiesAndNamesWhoGoes()
    {
        var ticket = await _site.TicketAsync();
        await PublishAsync();
        await _site.App.Services.GetRequiredService<SuppressionPublication>().OrderAsync("uto-0002", "order lifted", TestSite.Actor, Token);

        var release = await GetAsync(0, Protos.V1.ReleaseKind.Suppression);
        var metadata = ticket.RootMetadata.Trust.Verify(
            release.Metadata.Memory, SignaturesOf(release), Releases.ReleaseKind.Suppression, 0, Instant.ToMicroseconds(_site.Time.GetUtcNow())).Value;
        var plain = await OpenAsync(release, metadata);
        var current = await GetAsync(1, Protos.V1.ReleaseKind.Suppression);
        var asList = ticket.RootMetadata.Trust.Verify(
            release.Metadata.Memory, SignaturesOf(release), Releases.ReleaseKind.Watchlist, 0, Instant.ToMicroseconds(_site.Time.GetUtcNow()));

        Assert.Equal("uto-0002", Assert.Single(Removals.Parse(plain).Value.Items).EntryId);
        Assert.Equal(metadata.StateRoot.ToArray(), Removals.StateRootOf(plain));
        Assert.True(current.IsCurrent);
        Assert.False(asList.IsSuccess);
    }

    /// <summary>A post with a poor link has longer leases, over the link as on a stick, also for accounts; and the usual ones again.</summary>
    [Fact]
    public async Task GetRelease_PostWithALongerLease_IsLeasedForAsLong()
    {
        await PublishAsync();
        var post = (await _site.Store.Appliances.FindAsync(_appliance.Id, Token))!.PostName;

        var set = await _site.CommandAsync("releases", "lease", "--post", post, "--days", "45");
        var leased = await GetAsync(0);
        var renewed = await GetAsync(1);
        var shown = await _site.CommandAsync("releases", "lease");
        var noted = (await _site.Store.Appliances.FindAsync(_appliance.Id, Token))!.LeasedUntil!.Value;
        var usual = await _site.CommandAsync("releases", "lease", "--post", post, "--usual");
        var after = await GetAsync(0);

        Assert.True(set.Code == 0 && usual.Code == 0, set.Error + usual.Error);
        var end = Instant.ToMicroseconds(_site.Time.GetUtcNow().AddDays(45));
        Assert.Equal((end, end), (leased.LeaseExpiresAtUnixMicroseconds, renewed.LeaseExpiresAtUnixMicroseconds));
        Assert.InRange(noted, _site.Time.GetUtcNow().AddDays(45), _site.Time.GetUtcNow().AddDays(46));
        Assert.Contains($"{post}  45 days", shown.Output, StringComparison.Ordinal);
        Assert.Equal(Instant.ToMicroseconds(_site.Time.GetUtcNow().AddDays(14)), after.LeaseExpiresAtUnixMicroseconds);
        var audited = (await _site.Store.Audit.ReadAfterAsync(0, 1_000, Token)).Select(static line => line.Event).Where(static line => line.Action == "release.post-lease-set").ToArray();
        Assert.Equal([(post, "45 days"), (post, "the usual 14 days")], audited.Select(static line => (line.Subject, line.Detail)));
    }

    [Theory]
    [InlineData("46", "1 to 45")]
    [InlineData("0", "1 to 45")]
    [InlineData("-1", "1 to 45")]
    public async Task Lease_OfDaysThatNoLeaseHas_IsRefused(string days, string words)
    {
        var post = (await _site.Store.Appliances.FindAsync(_appliance.Id, Token))!.PostName;

        var answer = await _site.CommandAsync("releases", "lease", "--post", post, "--days", days);

        Assert.NotEqual(0, answer.Code);
        Assert.Contains(words, answer.Error, StringComparison.Ordinal);
        Assert.Empty(await _site.Store.Posts.ListLeasesAsync(Token));
    }

    [Fact]
    public async Task Lease_OfAPostThatIsNot_IsRefused()
    {
        var answer = await _site.CommandAsync("releases", "lease", "--post", "Nowhere", "--days", "30");
        var half = await _site.CommandAsync("releases", "lease", "--post", "Nowhere");

        Assert.Contains("No appliance belongs to a post 'Nowhere'", answer.Error, StringComparison.Ordinal);
        Assert.Contains("--days DAYS or --usual", half.Error, StringComparison.Ordinal);
        Assert.Empty(await _site.Store.Posts.ListLeasesAsync(Token));
    }

    [Fact]
    public async Task GetRelease_NewestInstalled_RenewsTheLease()
    {
        await PublishAsync();

        var current = await GetAsync(1);
        Assert.True(current.IsCurrent);
        Assert.Empty(current.Metadata);
        Assert.Equal(KeyWrap.Length, current.WrappedContentKey.Length);
        Assert.Equal(Instant.ToMicroseconds(_site.Time.GetUtcNow().AddDays(14)), current.LeaseExpiresAtUnixMicroseconds);
        var ahead = await GetAsync(ulong.MaxValue);
        Assert.True(ahead.IsCurrent);
        Assert.Empty(ahead.WrappedContentKey);
    }

    [Fact]
    public async Task Publish_Again_RisesByOneAndSealsAnew()
    {
        await PublishAsync();
        var first = await _site.Store.Releases.FindNewestAsync(Releases.ReleaseKind.Watchlist, Token);
        await _site.Publication.PublishAsync("", TestSite.Actor, Token);
        var second = await _site.Store.Releases.FindNewestAsync(Releases.ReleaseKind.Watchlist, Token);

        Assert.Equal((1L, 2L), (first!.Version, second!.Version));
        Assert.Equal(first.StateRoot, second.StateRoot);
        Assert.NotEqual(first.WrappedContentKey, second.WrappedContentKey);
    }

    [Fact]
    public async Task ReadSegment_UnknownHash_IsNotFound()
    {
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await _appliance.Releases.ReadSegmentAsync(
            new ReadSegmentRequest { SegmentSha256 = ByteString.CopyFrom(new byte[32]), LengthBytesMax = 10 }, cancellationToken: Token));

        Assert.Equal(StatusCode.NotFound, fault.StatusCode);
    }

    [Fact]
    public async Task ReadSegment_HostileOffset_IsInvalidAndPastTheEndIsEmpty()
    {
        await PublishAsync();
        var hash = ReleaseMetadata.Parse((await GetAsync(0)).Metadata.Memory).Value.Segments[0].SealedSha256;
        var request = new ReadSegmentRequest { SegmentSha256 = ByteString.CopyFrom(hash.Span), LengthBytesMax = uint.MaxValue };

        request.OffsetBytes = 1 << 29;
        var end = await _appliance.Releases.ReadSegmentAsync(request, cancellationToken: Token);
        request.OffsetBytes = ulong.MaxValue;
        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
            await _appliance.Releases.ReadSegmentAsync(request, cancellationToken: Token));

        Assert.Empty(end.Content);
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task PublishAsync()
    {
        await _site.Import.ImportAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(CsvTemplate.Text)), ListFormat.Csv, new ListDefaults(), false, TestSite.Actor, Token);
        Assert.True((await _site.Publication.PublishAsync("", TestSite.Actor, Token)).IsSuccess);
    }

    private async Task<GetReleaseResponse> GetAsync(ulong installed, Protos.V1.ReleaseKind kind = Protos.V1.ReleaseKind.Watchlist) =>
        await _appliance.Releases.GetReleaseAsync(new GetReleaseRequest { Kind = kind, InstalledVersion = installed }, cancellationToken: Token);

    private static Releases.ReleaseSignature[] SignaturesOf(GetReleaseResponse release) =>
        [.. release.Signatures.Select(static signature => new Releases.ReleaseSignature(
            KeyId.TryRead(signature.KeyId.Span, out var id) ? id : default, (SignatureAlgorithm)signature.Algorithm, signature.Signature.Memory))];

    /// <summary>Downloads the first segment and opens it as the appliance does when somebody is signed in.</summary>
    private async Task<byte[]> OpenAsync(GetReleaseResponse release, ReleaseMetadata metadata)
    {
        var segment = metadata.Segments[0];
        var sealedBytes = await DownloadAsync(segment, pieceLength: 1_000);
        Assert.Equal(segment.SealedSha256.ToArray(), SHA256.HashData(sealedBytes));
        var key = KeyWrap.Unwrap(
            _appliance.StorageKey, release.WrappedContentKey.Span, SegmentSeal.KeyContext(metadata.ReleaseId)).Value;
        await _site.App.Services.GetRequiredService<PostSecrets>().UseAsync(
            _appliance.Id,
            (device, person) =>
            {
                using var secret = new PostSecret(device, person, _appliance.Id);
                secret.Cover(metadata.ReleaseId, key);
                return true;
            },
            Token);
        var plain = new byte[segment.PlainLength];
        Assert.True(SegmentSeal.Open(key, metadata.ReleaseId, 0, sealedBytes, plain).IsSuccess);
        return plain;
    }

    private async Task<byte[]> DownloadAsync(ReleaseSegment segment, uint pieceLength)
    {
        var bytes = new List<byte>();
        while (true)
        {
            var piece = await _appliance.Releases.ReadSegmentAsync(
                new ReadSegmentRequest
                {
                    SegmentSha256 = ByteString.CopyFrom(segment.SealedSha256.Span),
                    OffsetBytes = (ulong)bytes.Count,
                    LengthBytesMax = pieceLength,
                },
                cancellationToken: Token);
            if (piece.Content.Length == 0)
                return [.. bytes];
            bytes.AddRange(piece.Content);
        }
    }
}
