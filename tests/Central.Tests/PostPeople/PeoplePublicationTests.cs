using System.Text;
using EdgeCheckpoint.Central.PostPeople;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.PostPeople;

/// <summary>Accounts from central's editor to an appliance that opens them, through real TLS.</summary>
public sealed class PeoplePublicationTests : IAsyncLifetime
{
    private const string Secret = "quiet harbour lantern";

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

    private PostAccounts Accounts => _site.App.Services.GetRequiredService<PostAccounts>();

    private PeoplePublication Publication => _site.App.Services.GetRequiredService<PeoplePublication>();

    [Fact]
    public async Task GetRelease_BeforeTheFirstIssue_IsCurrent() => Assert.True((await AskAsync(0)).IsCurrent);

    [Fact]
    public async Task Add_StaffNumberTwice_IsRefusedAlsoAfterDisabling()
    {
        Assert.True(await AddAsync("OFF-17"));
        Assert.False(await AddAsync("OFF-17"));
        Assert.True(await Accounts.DisableAsync("OFF-17", TestSite.Actor, Token));
        Assert.False(await AddAsync("OFF-17"));
        Assert.False(await Accounts.DisableAsync("OFF-17", TestSite.Actor, Token));
        Assert.Null(await Accounts.ResetAsync("OFF-17", Secret, "", TestSite.Actor, Token));
    }

    [Fact]
    public async Task Issue_ToAnAppliance_HoldsThePeopleOfItsPostOnly()
    {
        await AddAsync("OFF-1", posts: "North Gate");
        await AddAsync("OFF-2", posts: "South Gate");
        await AddAsync("OFF-3");
        await AddAsync("OFF-4");
        await Accounts.DisableAsync("OFF-4", TestSite.Actor, Token);
        Assert.True((await Publication.IssueAsync(TestSite.Actor, Token)).IsSuccess);

        var people = await OpenAsync(await AskAsync(0));

        Assert.Equal(["OFF-1", "OFF-3"], people.Accounts.Select(static account => account.StaffNumber));
        Assert.True((await AskAsync(1)).IsCurrent);
    }

    [Fact]
    public async Task Issue_Secret_OpensTheContentKeyOfTheListAndTheDeviceKeyAloneDoesNot()
    {
        await AddAsync("OFF-1");
        await Publication.IssueAsync(TestSite.Actor, Token);
        await _site.Import.ImportAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(CsvTemplate.Text)), ListFormat.Csv, new ListDefaults(), false, TestSite.Actor, Token);
        await _site.Publication.PublishAsync("", TestSite.Actor, Token);
        var people = await OpenAsync(await AskAsync(0));
        var account = people.Find("OFF-1")!;
        using var pair = account.Open(Secret, "")!;
        var half = KeyWrap.Unwrap(pair, account.Grant.Span, PostSecret.HalfContext(people.ApplianceId)).Value;
        using var secret = new PostSecret(people.DeviceHalf.Span, half, people.ApplianceId);
        using var journal = secret.JournalKey();

        var list = await AskAsync(0, Protos.V1.ReleaseKind.Watchlist);
        var metadata = ReleaseMetadata.Parse(list.Metadata.Memory).Value;
        var key = KeyWrap.Unwrap(_appliance.StorageKey, list.WrappedContentKey.Span, SegmentSeal.KeyContext(metadata.ReleaseId)).Value;
        var sealedBytes = await ReadAsync(metadata.Segments[0]);
        var plain = new byte[metadata.Segments[0].PlainLength];

        Assert.Equal(journal.PublicKeySpki.ToArray(), people.JournalPublicKeySpki.ToArray());
        Assert.False(SegmentSeal.Open(key, metadata.ReleaseId, 0, sealedBytes, plain).IsSuccess);
        secret.Cover(metadata.ReleaseId, key);
        Assert.True(SegmentSeal.Open(key, metadata.ReleaseId, 0, sealedBytes, plain).IsSuccess);
    }

    [Fact]
    public async Task GetRelease_ApplianceThatJoinedAfterTheIssue_GetsTheIssuedAccounts()
    {
        await AddAsync("OFF-1");
        await Publication.IssueAsync(TestSite.Actor, Token);
        await AddAsync("OFF-2");
        using var late = new TestAppliance(_site);
        await late.JoinAsync(await _site.TicketAsync("SN-2"), "SN-2");

        var answer = await AskAsync(0, appliance: late);

        Assert.Equal(["OFF-1"], (await OpenAsync(answer, late)).Accounts.Select(static account => account.StaffNumber));
    }

    [Fact]
    public async Task Content_AskedForByAnotherAppliance_DoesNotOpen()
    {
        await AddAsync("OFF-1");
        await Publication.IssueAsync(TestSite.Actor, Token);
        using var other = new TestAppliance(_site);
        await other.JoinAsync(await _site.TicketAsync("SN-2"), "SN-2");
        var answer = await AskAsync(0);
        var metadata = ReleaseMetadata.Parse(answer.Metadata.Memory).Value;

        Assert.False(KeyWrap.Unwrap(other.StorageKey, answer.WrappedContentKey.Span, SegmentSeal.KeyContext(metadata.ReleaseId)).IsSuccess);
    }

    [Fact]
    public async Task Reset_ThenIssue_TheOldSecretOpensNothing()
    {
        await AddAsync("OFF-1");
        await Publication.IssueAsync(TestSite.Actor, Token);
        await Accounts.ResetAsync("OFF-1", "another harbour light", "", TestSite.Actor, Token);
        await Publication.IssueAsync(TestSite.Actor, Token);

        var account = (await OpenAsync(await AskAsync(1))).Find("OFF-1")!;

        Assert.Null(account.Open(Secret, ""));
        using var pair = account.Open("another harbour light", "");
        Assert.NotNull(pair);
    }

    [Fact]
    public async Task Issue_TwoAtOnce_GivesTwoVersionsOrRefusesOne()
    {
        await AddAsync("OFF-1");

        var issues = await Task.WhenAll(
            Task.Run(() => Publication.IssueAsync(TestSite.Actor, Token), Token), Task.Run(() => Publication.IssueAsync(TestSite.Actor, Token), Token));

        var versions = issues.Where(static issue => issue.IsSuccess).Select(static issue => issue.Value.Version).ToArray();
        Assert.Equal(versions.Distinct().Count(), versions.Length);
        Assert.Equal(versions.Max(), await _site.Store.PostPeople.ReadVersionAsync(Token));
    }

    [Fact]
    public async Task Store_AtRest_HasNoHalfInTheClear()
    {
        await AddAsync("OFF-1");
        await Publication.IssueAsync(TestSite.Actor, Token);
        var people = await OpenAsync(await AskAsync(0));

        foreach (var file in Directory.GetFiles(_site.Folder, "*.db*", SearchOption.AllDirectories))
            Assert.True((await File.ReadAllBytesAsync(file, Token)).AsSpan().IndexOf(people.DeviceHalf.Span) < 0, file);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Task<bool> AddAsync(string staffNumber, params string[] posts) => Accounts.AddAsync(
        new PostAccountRequest(staffNumber, staffNumber, PostRole.Officer, SignInMethod.Passphrase, null, posts, Secret, ""), TestSite.Actor, Token);

    private async Task<GetReleaseResponse> AskAsync(
        ulong installed, Protos.V1.ReleaseKind kind = Protos.V1.ReleaseKind.People, TestAppliance? appliance = null)
    {
        return await (appliance ?? _appliance).Releases.GetReleaseAsync(
            new GetReleaseRequest { Kind = kind, InstalledVersion = installed }, cancellationToken: Token);
    }

    private async Task<byte[]> ReadAsync(ReleaseSegment segment)
    {
        var bytes = new List<byte>();
        while (bytes.Count < segment.SealedLength)
        {
            var piece = await _appliance.Releases.ReadSegmentAsync(
                new ReadSegmentRequest
                {
                    SegmentSha256 = Google.Protobuf.ByteString.CopyFrom(segment.SealedSha256.Span),
                    OffsetBytes = (ulong)bytes.Count,
                    LengthBytesMax = 65_536,
                },
                cancellationToken: Token);
            Assert.NotEqual(0, piece.Content.Length);
            bytes.AddRange(piece.Content);
        }

        return [.. bytes];
    }

    private async Task<PeopleContent> OpenAsync(GetReleaseResponse answer, TestAppliance? appliance = null)
    {
        var owner = appliance ?? _appliance;
        var metadata = _site.Keys.Root.Trust.Verify(
            answer.Metadata.Memory,
            [.. answer.Signatures.Select(static signature => new Releases.ReleaseSignature(
                KeyId.TryRead(signature.KeyId.Span, out var id) ? id : default,
                (SignatureAlgorithm)signature.Algorithm,
                signature.Signature.Memory))],
            Releases.ReleaseKind.People, 0, Instant.ToMicroseconds(_site.Time.GetUtcNow())).Value;
        var key = KeyWrap.Unwrap(owner.StorageKey, answer.WrappedContentKey.Span, SegmentSeal.KeyContext(metadata.ReleaseId)).Value;
        var plain = new byte[metadata.Segments[0].PlainLength];
        var sealedBytes = await ReadAsync(metadata.Segments[0]);
        Assert.True(SegmentSeal.Open(key, metadata.ReleaseId, 0, sealedBytes, plain).IsSuccess);
        Assert.Equal(metadata.StateRoot.ToArray(), PeopleContent.RootOf(plain));
        return PeopleContent.Parse(plain, owner.Id).Value;
    }
}
