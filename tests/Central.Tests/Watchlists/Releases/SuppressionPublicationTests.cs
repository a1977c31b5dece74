using System.Text;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>Entries that go at once: what is signed, by whom, for how long, and what ratifies it.</summary>
public sealed class SuppressionPublicationTests : IAsyncDisposable
{
    private TestSite? _site;

    public ValueTask DisposeAsync() => _site?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Order_InService_WaitsForTwoSignaturesOfTheSuppressRole()
    {
        var site = await StartAsync(isBench: false);
        var ordered = (await Suppressions.OrderAsync("uto-0001", "court order lifted", "a.editor", Token)).Value;
        var key = ordered.ToSign!;

        Assert.Contains("Suppression", string.Join('\n', SigningWords.Describe(key)), StringComparison.Ordinal);
        Assert.Contains("0 of the 2", (await Suppressions.FinishAsync(key, "t", Token)).Failure.Reason, StringComparison.Ordinal);
        foreach (var role in (SigningRole[])[SigningRole.Watchlist, SigningRole.People, SigningRole.Policy, SigningRole.Root])
            Assert.False((await Suppressions.FinishAsync(site.SignAsHolders(key, role), "t", Token)).IsSuccess);
        Assert.Null(await site.Store.Releases.FindNewestAsync(ReleaseKind.Suppression, Token));
        var published = await Suppressions.FinishAsync(site.SignAsHolders(key, SigningRole.Suppress), "t", Token);

        Assert.True(published.IsSuccess);
        Assert.Equal(["uto-0001"], (await RemovalsAsync()).Items.Select(static item => item.EntryId));
        Assert.Contains("waits for signatures", (await Suppressions.FinishAsync(site.SignAsHolders(key, SigningRole.Suppress), "t", Token)).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ToSign_OfASuppression_ShowsWhoGoesAndIsSignedOnlyIfItDoes()
    {
        var site = await StartAsync(isBench: false);
        var toSign = (await Suppressions.OrderAsync("uto-0001", "why", "a.editor", Token)).Value.ToSign!;
        var holder = KeyId.Of(site.Keys.Root.Trust.Find(SigningRole.Suppress)!.PublicKeys[0].Span);
        var until = (site.Time.GetUtcNow() + SuppressionPublication.Life).ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var path = Path.Combine(site.Folder, "to-sign.json");
        toSign.Write(path);
        var read = SigningFile.Read(path);
        var other = Removals.Of([new Removal("uto-0002", 1)]).Encode();

        Assert.Contains($"  - uto-0001 until {until}", SigningWords.Describe(read));
        Assert.Equal(SigningRole.Suppress, read.RoleOf(holder));
        foreach (var content in (byte[]?[])[null, [], other])
        {
            Assert.Contains("The file does not show who goes, or shows something else: do not sign it.", SigningWords.Describe(read with { Content = content }));
            Assert.Null((read with { Content = content }).RoleOf(holder));
        }
    }

    [Fact]
    public async Task Order_OneSignatureOfTwo_IsNotPublished()
    {
        var site = await StartAsync(isBench: false);
        var toSign = (await Suppressions.OrderAsync("uto-0001", "why", "a.editor", Token)).Value.ToSign!;
        var two = site.SignAsHolders(toSign, SigningRole.Suppress).ToSign.ReleaseSignatures;

        var answer = await Suppressions.FinishAsync(toSign.With([two.First(), two.First()]), "t", Token);

        Assert.Contains("1 of the 2", answer.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Order_OnABench_IsPublishedAtOnceAndRingsTheDoorbell()
    {
        var site = await StartAsync();
        var pulse = site.App.Services.GetRequiredService<Central.Appliances.Pulse>();
        await site.LookForNewsAsync();

        var published = await Suppressions.OrderAsync("uto-0001", "why", "bench", Token);
        await site.LookForNewsAsync();

        Assert.Null(published.Value.ToSign);
        Assert.Equal(1, pulse.Current.News.SuppressionVersion);
        var release = (await site.Store.Releases.FindNewestAsync(ReleaseKind.Suppression, Token))!;
        var metadata = site.Keys.Root.Trust.Verify(
            release.Metadata, release.Signatures, ReleaseKind.Suppression, 0, Instant.ToMicroseconds(site.Time.GetUtcNow())).Value;
        Assert.Equal(ReleaseMetadata.RemovalsSegment, Assert.Single(metadata.Segments).Name);
        Assert.Equal(Removals.StateRootOf((await RemovalsAsync()).Encode()), metadata.StateRoot.ToArray());
    }

    [Fact]
    public async Task Order_Second_IsCumulativeAndKeepsWhenTheFirstLapses()
    {
        var site = await StartAsync();
        var start = Instant.FromMicroseconds(Instant.ToMicroseconds(site.Time.GetUtcNow()));
        await Suppressions.OrderAsync("uto-0002", "why", "bench", Token);
        site.Time.Advance(TimeSpan.FromHours(24));
        await Suppressions.OrderAsync("uto-0001", "why", "bench", Token);
        var both = await RemovalsAsync();
        site.Time.Advance(TimeSpan.FromHours(48));
        var again = await Suppressions.OrderAsync("uto-0002", "why", "bench", Token);
        var later = await RemovalsAsync();

        Assert.Equal(
            [("uto-0001", start.AddHours(96)), ("uto-0002", start.AddHours(72))],
            both.Items.Select(static item => (item.EntryId, Instant.FromMicroseconds(item.LapsesAtUnixMicroseconds))));
        Assert.True(again.IsSuccess);
        Assert.Equal(
            [("uto-0001", start.AddHours(96)), ("uto-0002", start.AddHours(144))],
            later.Items.Select(static item => (item.EntryId, Instant.FromMicroseconds(item.LapsesAtUnixMicroseconds))));
        Assert.Equal(3, await site.Store.Releases.ReadNewestVersionAsync(ReleaseKind.Suppression, Token));
    }

    [Fact]
    public async Task Order_WhileInForceOrUnknownOrWithoutReason_IsRefused()
    {
        var site = await StartAsync();
        await Suppressions.OrderAsync("uto-0001", "why", "bench", Token);

        Assert.Contains("already", (await Suppressions.OrderAsync("uto-0001", "why", "bench", Token)).Failure.Reason, StringComparison.Ordinal);
        Assert.Contains("never was", (await Suppressions.OrderAsync("uto-9999", "why", "bench", Token)).Failure.Reason, StringComparison.Ordinal);
        Assert.Contains("Say why", (await Suppressions.OrderAsync("uto-0002", " ", "bench", Token)).Failure.Reason, StringComparison.Ordinal);
        Assert.Contains("Say why", (await Suppressions.OrderAsync("uto-0002", "a\nb", "bench", Token)).Failure.Reason, StringComparison.Ordinal);
        Assert.Equal(1, await site.Store.Releases.ReadNewestVersionAsync(ReleaseKind.Suppression, Token));
    }

    [Fact]
    public async Task Order_AfterTheClockWentBack_NamesEachEntryOnce()
    {
        var site = await StartAsync();
        await Suppressions.OrderAsync("uto-0001", "why", "bench", Token);
        site.Time.Advance(TimeSpan.FromHours(72));
        await Suppressions.OrderAsync("uto-0001", "why", "bench", Token);
        site.Time.AdjustTime(site.Time.GetUtcNow() - TimeSpan.FromHours(1));

        Assert.True((await Suppressions.OrderAsync("uto-0002", "why", "bench", Token)).IsSuccess);
        Assert.Equal(["uto-0001", "uto-0002"], (await RemovalsAsync()).Items.Select(static item => item.EntryId));
    }

    [Fact]
    public async Task Order_WhoseFileWasLost_IsSetAsideAnewWithEverythingThatWaits()
    {
        var site = await StartAsync(isBench: false);
        var first = (await Suppressions.OrderAsync("uto-0001", "why", "a.editor", Token)).Value.ToSign!;
        await Suppressions.OrderAsync("uto-0002", "why", "a.editor", Token);
        var again = (await Suppressions.OrderAsync("uto-0001", "why", "a.editor", Token)).Value.ToSign!;

        Assert.Contains("newest file", (await Suppressions.FinishAsync(site.SignAsHolders(first, SigningRole.Suppress), "t", Token)).Failure.Reason, StringComparison.Ordinal);
        Assert.True((await Suppressions.FinishAsync(site.SignAsHolders(again, SigningRole.Suppress), "t", Token)).IsSuccess);
        Assert.Equal(["uto-0001", "uto-0002"], (await RemovalsAsync()).Items.Select(static item => item.EntryId));
        Assert.All(await site.Store.Suppressions.ListAsync(Token), static suppression => Assert.Equal(1, suppression.Version));
        Assert.Equal(2, (await site.Store.Suppressions.ListAsync(Token)).Count);
    }

    [Fact]
    public async Task Finish_SignedAfterThreeDays_IsRefused()
    {
        var site = await StartAsync(isBench: false);
        var toSign = (await Suppressions.OrderAsync("uto-0001", "why", "a.editor", Token)).Value.ToSign!;
        site.Time.Advance(TimeSpan.FromHours(72));

        Assert.Contains("too late", (await Suppressions.FinishAsync(site.SignAsHolders(toSign, SigningRole.Suppress), "t", Token)).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_ListWithoutTheEntryPublished_RatifiesOnce()
    {
        var site = await StartAsync();
        await site.Publication.PublishAsync("", TestSite.Actor, Token);
        await Suppressions.OrderAsync("uto-0002", "why", "bench", Token);
        await site.Publication.PublishAsync("", TestSite.Actor, Token);
        await Watch.LookAsync(Token);
        var before = Assert.Single(await site.Store.Suppressions.ListAsync(Token));
        await ImportAsync(withSecond: false);
        await site.Publication.PublishAsync("", TestSite.Actor, Token);
        await Watch.LookAsync(Token);
        await Watch.LookAsync(Token);
        site.Time.Advance(TimeSpan.FromHours(73));
        await Watch.LookAsync(Token);

        Assert.Null(before.RatifiedBy);
        var after = Assert.Single(await site.Store.Suppressions.ListAsync(Token));
        Assert.Equal((3L, null), (after.RatifiedBy, after.AlarmedAt));
        Assert.Equal(1, await CountAsync(AuditAction.SuppressionRatified));
        Assert.Equal(0, await CountAsync(AuditAction.SuppressionUnratified));
    }

    [Fact]
    public async Task Watch_NobodyRatifies_AlarmsOnceAndItNoLongerStandsInTheNext()
    {
        var site = await StartAsync();
        await Suppressions.OrderAsync("uto-0002", "why", "bench", Token);
        site.Time.Advance(TimeSpan.FromHours(72) - TimeSpan.FromSeconds(1));
        await Watch.LookAsync(Token);
        Assert.Equal(0, await CountAsync(AuditAction.SuppressionUnratified));
        site.Time.Advance(TimeSpan.FromSeconds(1));
        await Watch.LookAsync(Token);
        await Watch.LookAsync(Token);
        await Suppressions.OrderAsync("uto-0001", "why", "bench", Token);

        Assert.Equal(1, await CountAsync(AuditAction.SuppressionUnratified));
        Assert.Contains(site.Log.Lines, static line => line.Contains("uto-0002", StringComparison.Ordinal) && line.Contains("matches again", StringComparison.Ordinal));
        Assert.Equal(["uto-0001"], (await RemovalsAsync()).Items.Select(static item => item.EntryId));
    }

    [Fact]
    public async Task Delist_AtOnceByCommand_IsPublishedOnABench()
    {
        await StartAsync();

        var (code, output, error) = await _site!.CommandAsync("watchlists", "delist", "uto-0001", "--at-once", "--reason", "court order lifted");
        var nameless = await _site.CommandAsync("watchlists", "delist", "--reason", "why");
        var anonymous = await _site.CommandAsync("watchlists", "delist", "uto-0002", "--reason", "why");

        Assert.True(code == 0, error);
        Assert.Contains("Suppression 1 is published", output, StringComparison.Ordinal);
        Assert.Contains("Name the entry", nameless.Error, StringComparison.Ordinal);
        Assert.Contains("--as NAME", anonymous.Error, StringComparison.Ordinal);
        Assert.Equal(["uto-0001"], (await RemovalsAsync()).Items.Select(static item => item.EntryId));
    }

    [Fact]
    public async Task Delist_AtOnceInService_WaitsForTwoHoldersAndProposesTheRemoval()
    {
        var site = await StartAsync(isBench: false);
        var (toSign, signed) = (Path.Combine(site.Folder, "to-sign.json"), Path.Combine(site.Folder, "signed.json"));

        var ordered = await site.CommandAsync(
            ["watchlists", "delist", "uto-0001", "--at-once", "--reason", "court order lifted", "--out", toSign, .. await EditorAsync()]);
        var unsigned = await site.CommandAsync("watchlists", "delist", "--signed", toSign);
        var waiting = await site.CommandAsync("watchlists", "status");
        site.SignAsHolders(SigningFile.Read(toSign), SigningRole.Suppress).Write(signed);
        var published = await site.CommandAsync("watchlists", "delist", "--signed", signed, "--json");
        var inForce = await site.CommandAsync("watchlists", "status", "--json");

        Assert.True(ordered.Code == 0, ordered.Error);
        Assert.Contains("waits for the two signatures", ordered.Output, StringComparison.Ordinal);
        var proposal = Assert.Single(await site.Store.Entries.ListProposalsAsync(isOpenOnly: true, 10, Token));
        Assert.Equal((EntryChangeKind.Removal, "uto-0001", "e.editor"), (proposal.Kind, proposal.EntryId, proposal.Proposer));
        Assert.Contains($"Its removal is proposed: {proposal.ProposalId}", ordered.Output, StringComparison.Ordinal);
        Assert.Contains("0 of the 2", unsigned.Error, StringComparison.Ordinal);
        Assert.Contains("uto-0001 was ordered to go at once by e.editor: waits for two signatures", waiting.Output, StringComparison.Ordinal);
        Assert.True(published.Code == 0, published.Error);
        Assert.Contains("\"suppression\":1", published.Output, StringComparison.Ordinal);
        Assert.Contains("\"suppressions\":[{\"entry_id\":\"uto-0001\",\"ordered_by\":\"e.editor\"", inForce.Output, StringComparison.Ordinal);
        Assert.Equal(["uto-0001"], (await RemovalsAsync()).Items.Select(static item => item.EntryId));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SuppressionPublication Suppressions => _site!.App.Services.GetRequiredService<SuppressionPublication>();

    private EntryWatch Watch => _site!.App.Services.GetRequiredService<EntryWatch>();

    private async Task<TestSite> StartAsync(bool isBench = true)
    {
        _site = await TestSite.StartAsync(isBench);
        await ImportAsync();
        return _site;
    }

    /// <summary>How an editor with an authenticator app says at the command line who they are. Commands go by the machine's clock.</summary>
    private async Task<string[]> EditorAsync()
    {
        var key = Totp.NewKey();
        var step = Totp.StepAt(TimeProvider.System.GetUtcNow());
        await _site!.AddStaffAsync("e.editor", StaffRole.ListEditor, Rig.Approver.Passphrase);
        Assert.True(await _site.App.Services.GetRequiredService<Authenticators>().SetAsync("e.editor", key, Totp.Code(key, step), TestSite.Actor, Token));
        var passphrase = Path.Combine(_site.Folder, "passphrase");
        PrivateFiles.Create(passphrase, Encoding.UTF8.GetBytes($"{Rig.Approver.Passphrase}\n"));
        return ["--as", "e.editor", "--as-passphrase-file", passphrase, "--as-code", Totp.Code(key, step + 1)];
    }

    private async Task ImportAsync(bool withSecond = true)
    {
        var lines = CsvTemplate.Text.Split('\n');
        var report = await _site!.Import.ImportAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', withSecond ? lines : lines[..2]))), ListFormat.Csv, new ListDefaults(), mayRemove: true,
            TestSite.Actor, Token);
        Assert.Equal(ImportOutcome.Imported, report.Outcome);
    }

    private async Task<int> CountAsync(string action) =>
        (await _site!.Store.Audit.ReadAfterAsync(0, 1_000, Token)).Count(line => line.Event.Action == action);

    /// <summary>What the newest suppression says, opened as central can.</summary>
    private async Task<Removals> RemovalsAsync()
    {
        var release = (await _site!.Store.Releases.FindNewestAsync(ReleaseKind.Suppression, Token))!;
        var segment = ReleaseMetadata.Parse(release.Metadata).Value.Segments[0];
        var sealedBytes = (await _site.Store.Releases.ReadSegmentAsync(segment.SealedSha256, 0, (int)segment.SealedLength, Token))!;
        var key = KeyWrap.Unwrap(_site.Keys.RecordKey, release.WrappedContentKey, SegmentSeal.KeyContext(release.ReleaseId)).Value;
        var plain = new byte[segment.PlainLength];
        Assert.True(SegmentSeal.Open(key, release.ReleaseId, 0, sealedBytes, plain).IsSuccess);
        return Removals.Parse(plain).Value;
    }
}
