using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Core.Tests.Watchlists.Deltas;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using EdgeCheckpoint.Watchlists.Deltas;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

public sealed class ListDeltasTests : IAsyncLifetime
{
    private TestSite _site = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Publish_First_HasTheWholeListAlone() =>
        Assert.Equal(["base"], (await PublishAsync("uto:1,Brandvold Isaura")).Segments.Select(static segment => segment.Name));

    /// <summary>An appliance of either of the two releases before reaches the signed root with one delta.</summary>
    [Fact]
    public async Task Publish_Again_HasADeltaFromEachReleaseBefore()
    {
        await PublishAsync("uto:1,Brandvold Isaura", "uto:2,Okonjo Tarik");
        await PublishAsync("uto:1,Brandvold Isaura", "uto:2,Okonjo Tarik Changed");
        var third = await PublishAsync("uto:2,Okonjo Tarik Changed", "uto:3,Maridottir Signe");

        Assert.Equal(["base", "delta-2", "delta-1"], third.Segments.Select(static segment => segment.Name));
        var releases = await _site.Store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, 3, Token);
        foreach (var former in releases.Skip(1))
        {
            var lowest = Package(await OpenAsync(former, ReleaseMetadata.BaseSegment));
            var delta = EntryDelta.Decode(await OpenAsync(releases[0], ReleaseMetadata.DeltaSegment((ulong)former.Version)), ZstdFrames.TryUnpack).Value;
            var overlay = Package(ListOverlay.Write(lowest, null, delta, 3, third.IssuedAtUnixMicroseconds));

            Assert.Equal(third.StateRoot.ToArray(), StateRoot.Of(WatchlistRuns.Of(lowest, [overlay])));
            Assert.Equal(["uto:1"], delta.Removed);
            Assert.Equal(former.StateRoot, delta.FromStateRoot.ToArray());
        }
    }

    /// <summary>Two weeks back; what is older is gone from the store, and its metadata and who signed it stay.</summary>
    [Fact]
    public async Task Publish_Often_KeepsTheSegmentsThatAreNeededAndNoMore()
    {
        var released = new List<ReleaseMetadata>();
        for (var i = 0; i < ListDeltas.ReleasesMax + 4; i++)
            released.Add(await PublishAsync($"uto:{i},Brandvold Isaura"));

        Assert.Equal(ListDeltas.ReleasesMax + 1, released[^1].Segments.Length);
        foreach (var (age, release) in Enumerable.Reverse(released).Index())
        {
            foreach (var segment in release.Segments)
            {
                var isThere = await _site.Store.Releases.ReadSegmentAsync(segment.SealedSha256, 0, 1, Token) is not null;
                Assert.True(isThere == (age == 0 || (age <= ListDeltas.ReleasesMax && segment.Name == ReleaseMetadata.BaseSegment)), $"{age} releases ago, {segment.Name}");
            }
        }

        Assert.Equal(released.Count, (await _site.Store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, 100, Token)).Count);
    }

    [Fact]
    public async Task Publish_WithAnOldSegmentLost_HasTheOtherDeltas()
    {
        var first = await PublishAsync("uto:1,Brandvold Isaura");
        await PublishAsync("uto:2,Okonjo Tarik");
        await _site.Store.Releases.RemoveSegmentsAsync([first.Segments[0].SealedSha256], Token);

        var third = await PublishAsync("uto:3,Maridottir Signe");

        Assert.Equal(["base", "delta-2"], third.Segments.Select(static segment => segment.Name));
    }

    /// <summary>What is left out of a version is taken out by its delta too, and what says more than others travels through it.</summary>
    [Fact]
    public async Task Publish_AnEntryIsSuspendedAndAnExitAlertChanges_DeltaReachesTheSignedRoot()
    {
        const string Later = "entry_id,names,birth_dates,list,owner,legal_basis,purpose,action,evidence,expires_on,direction,court_reference,supervisor,review_on\n";
        const string Row = "Utopia list,Ministry,Border Act,tests,inquire,documented,2099-12-31";
        var today = DateOnly.FromDateTime(_site.Time.GetUtcNow().UtcDateTime);
        var first = await PublishTextAsync(
            $"{Later}uto:1,Brandvold Isaura,1980-01-02,{Row},entry,,,{EntryWords.Day(today.AddDays(10))}\nuto:2,Okonjo Tarik,1980-01-02,{Row},exit,3 K 14/26,Head of shift,2090-01-01\n");
        _site.Time.Advance(TimeSpan.FromDays(10));
        var second = await PublishTextAsync(
            $"{Later}uto:1,Brandvold Isaura,1980-01-02,{Row},entry,,,{EntryWords.Day(today.AddDays(10))}\nuto:2,Okonjo Tarik,1980-01-02,{Row},exit,4 K 15/27,Head of shift,2090-01-01\n");

        var releases = await _site.Store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, 2, Token);
        var lowest = Package(await OpenAsync(releases[1], ReleaseMetadata.BaseSegment));
        var delta = EntryDelta.Decode(await OpenAsync(releases[0], ReleaseMetadata.DeltaSegment(1)), ZstdFrames.TryUnpack).Value;
        var overlay = Package(ListOverlay.Write(lowest, null, delta, 2, second.IssuedAtUnixMicroseconds));

        Assert.Equal(["uto:1"], delta.Removed);
        Assert.Equal(second.StateRoot.ToArray(), StateRoot.Of(WatchlistRuns.Of(lowest, [overlay])));
        Assert.NotEqual(first.StateRoot.ToArray(), second.StateRoot.ToArray());
        Assert.Equal("4 K 15/27", overlay.Entry(0).CourtReference);
    }

    /// <summary>Every release has her, no count does, and no delta is about her.</summary>
    [Fact]
    public async Task Publish_AlwaysHasTheSpecimenAndCountsHerNowhere()
    {
        await PublishAsync("uto:1,Brandvold Isaura");
        await PublishAsync("uto:1,Brandvold Isaura", "uto:2,Okonjo Tarik");

        var releases = await _site.Store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, 2, Token);
        foreach (var release in releases)
        {
            var runs = WatchlistRuns.Of(Package(await OpenAsync(release, ReleaseMetadata.BaseSegment)));
            Assert.True(runs.Contains(ListSpecimen.EntryId));
            Assert.Equal(release.EntryCount + 1, runs.EntryCount);
        }

        Assert.Equal(2, releases[0].EntryCount);
        Assert.Equal(2, (await _site.Store.Lists.ReadAsync(Token)).Entries.Count);
        var delta = EntryDelta.Decode(await OpenAsync(releases[0], ReleaseMetadata.DeltaSegment(1)), ZstdFrames.TryUnpack).Value;
        Assert.Empty(delta.Removed);
        Assert.Equal("uto:2", Assert.Single(delta.Put).Entry.EntryId);
    }

    [Fact]
    public async Task Import_OfAReservedIdentifier_IsRefused()
    {
        const string text = "entry_id,names,birth_dates,list,owner,legal_basis,purpose,action,evidence,expires_on\n"
            + "Self-Test:specimen,Brandvold Isaura,1980-01-02,Utopia list,Ministry,Border Act,tests,inquire,documented,2099-12-31\n"
            + "uto:1,Brandvold Isaura,1980-01-02,Utopia list,Ministry,Border Act,tests,inquire,documented,2099-12-31\n";
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));

        var imported = await _site.Import.ImportAsync(file, ListFormat.Csv, new ListDefaults(), mayRemove: true, TestSite.Actor, Token);

        Assert.Contains("kept for the self-test", Assert.Single(imported.Refused).Reason, StringComparison.Ordinal);
        Assert.Equal(ImportOutcome.RowsRefused, imported.Outcome);
        Assert.Empty((await _site.Store.Lists.ReadAsync(Token)).Entries);
    }

    private Task<ReleaseMetadata> PublishAsync(params string[] rows) => PublishTextAsync(
        "entry_id,names,birth_dates,list,owner,legal_basis,purpose,action,evidence,expires_on\n"
        + string.Concat(rows.Select(static row => $"{row},1980-01-02,Utopia list,Ministry,Border Act,tests,inquire,documented,2099-12-31\n")));

    private async Task<ReleaseMetadata> PublishTextAsync(string text)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var imported = await _site.Import.ImportAsync(file, ListFormat.Csv, new ListDefaults(), mayRemove: true, TestSite.Actor, Token);
        Assert.Equal(ImportOutcome.Imported, imported.Outcome);
        var published = await _site.Publication.PublishAsync("", TestSite.Actor, Token);
        Assert.True(published.TryGet(out var publication, out var refusal), refusal?.Reason);
        return ReleaseMetadata.Parse(publication.Release.Metadata).Value;
    }

    private async Task<byte[]> OpenAsync(Release release, string name)
    {
        var (place, segment) = ReleaseMetadata.Parse(release.Metadata).Value.Find(name)!.Value;
        var sealedBytes = await _site.Store.Releases.ReadSegmentAsync(segment.SealedSha256, 0, (int)segment.SealedLength, Token);
        var key = KeyWrap.Unwrap(_site.Keys.RecordKey, release.WrappedContentKey, SegmentSeal.KeyContext(release.ReleaseId)).Value;
        var plain = new byte[segment.PlainLength];
        Assert.True(SegmentSeal.Open(key, release.ReleaseId, place, sealedBytes, plain).IsSuccess);
        CryptographicOperations.ZeroMemory(key);
        return plain;
    }

    private static WatchlistPackage Package(byte[] bytes) => WatchlistPackage.Open(new MemorySectionSource(bytes)).Value;
}
