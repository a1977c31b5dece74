using System.Text;
using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>Single documents taken off their list, lists that end, and who is told before they do.</summary>
public sealed class DocumentDeskTests : IAsyncLifetime
{
    private TestSite _site = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DateOnly Today => DateOnly.FromDateTime(_site.Time.GetUtcNow().UtcDateTime);

    private DocumentDesk Desk => _site.App.Services.GetRequiredService<DocumentDesk>();

    private EntryWatch Watch => _site.App.Services.GetRequiredService<EntryWatch>();

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Withdraw_OfADocument_KeepsItOffWhateverTheNextFileSaysUntilItIsReinstated()
    {
        await ImportAsync("UTO,P,UT1,,", "UTO,passport,UT-1,,", "UTO,P,UT2,,", "D,P,UT1,,");

        var rows = (await Desk.WithdrawAsync("Stolen", "Utopia", "ut 1", "found again", "e.editor", Token)).Value;

        Assert.Equal(2, rows.Length);
        Assert.Equal([("D", "UT1"), ("UTO", "UT2")], await PublishedAsync());
        await ImportAsync("UTO,P,UT1,,", "UTO,P,UT2,,", "D,P,UT1,,");
        Assert.Equal([("D", "UT1"), ("UTO", "UT2")], await PublishedAsync());
        Assert.Equal("", await Desk.ReinstateAsync("Stolen", "UTO", "UT1", "a mistake", "e.editor", Token));
        Assert.Equal([("D", "UT1"), ("UTO", "UT1"), ("UTO", "UT2")], await PublishedAsync());

        // The number is in the store, where it may be looked up, and not in the audit, which is for everybody.
        var audit = (await _site.Store.Audit.ReadNewestAsync(50, Token)).Where(static line => line.Event.Action is AuditAction.DocumentWithdrawn or AuditAction.DocumentReinstated).ToArray();
        Assert.Equal(2, audit.Length);
        Assert.All(audit, static line => Assert.DoesNotContain("UT1", line.Event.Detail, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Stolen", "UTO", "UT9", "why", "no such document")]
    [InlineData("Stolen", "D", "UT1", "why", "no such document")]
    [InlineData("Nowhere", "UTO", "UT1", "why", "no such document")]
    [InlineData("Stolen", "UTO", "--", "why", "Give the number")]
    [InlineData("Stolen", "UTO", "UT1", " ", "Say why")]
    [InlineData("Stolen", "UTO", "UT1", "a\nb", "Say why")]
    public async Task Withdraw_OfWhatCannotBe_SaysWhyAndChangesNothing(string list, string issuer, string number, string reason, string words)
    {
        await ImportAsync("UTO,P,UT1,,");

        Assert.Contains(words, (await Desk.WithdrawAsync(list, issuer, number, reason, "e.editor", Token)).Failure, StringComparison.Ordinal);
        Assert.Empty(await _site.Store.Documents.ListWithdrawalsAsync(Token));
    }

    /// <summary>The suppression names the document by its key, so that whoever signs or keeps it learns no number; a publication without it ratifies.</summary>
    [Fact]
    public async Task Suppress_OfAWithdrawnDocument_NamesItsKeyAndIsRatifiedByTheNextRelease()
    {
        await ImportAsync("UTO,P,UT1,,", "UTO,,UT1,,", "UTO,P,UT2,,");
        await PublishedAsync();
        await Desk.WithdrawAsync("Stolen", "UTO", "UT1", "found again", "e.editor", Token);

        Assert.True((await Desk.SuppressAsync("Stolen", "UTO", "UT1", "found again", "e.editor", Token)).TryGet(out _, out var refusal), refusal?.Reason);

        var register = (await _site.App.Services.GetRequiredService<DocumentCompilation>().OpenNewestAsync(Token))!;
        var removals = await RemovalsAsync();
        Assert.Equal(2, removals.Items.Length);
        Assert.All(removals.Items, item => Assert.True(register.Names(item.EntryId)));
        Assert.Empty(register.Search(
            "UTO", DocumentClass.Passport, DocumentNumber.Parse("UT1"), isProven: true, Today, isClockDoubtful: false,
            removals.Items.Select(static item => item.EntryId).ToHashSet(StringComparer.Ordinal)).Hits);
        Assert.All(removals.Items, static item => Assert.DoesNotContain("UT1", item.EntryId, StringComparison.Ordinal));
        Assert.Contains("already", (await Desk.SuppressAsync("Stolen", "UTO", "UT1", "again", "e.editor", Token)).Failure.Reason, StringComparison.Ordinal);
        await PublishedAsync();
        Assert.All(await _site.Store.Suppressions.ListAsync(Token), static suppression => Assert.Equal(2, suppression.RatifiedBy));
    }

    /// <summary>A publication that still has the document ratifies nothing, so that the alarm comes.</summary>
    [Fact]
    public async Task Publish_ThatStillHasASuppressedDocument_RatifiesNothing()
    {
        await ImportAsync("UTO,P,UT1,,");
        await PublishedAsync();
        await Desk.SuppressAsync("Stolen", "UTO", "UT1", "why", "e.editor", Token);

        await PublishedAsync();

        Assert.Null(Assert.Single(await _site.Store.Suppressions.ListAsync(Token)).RatifiedBy);
    }

    [Fact]
    public async Task Reinstate_WhileASuppressionIsInForce_IsRefusedUntilItEnds()
    {
        await ImportAsync("UTO,P,UT1,,");
        await PublishedAsync();
        await Desk.WithdrawAsync("Stolen", "UTO", "UT1", "found again", "e.editor", Token);
        await Desk.SuppressAsync("Stolen", "UTO", "UT1", "found again", "e.editor", Token);

        Assert.Contains("suppressed at every post until", await Desk.ReinstateAsync("Stolen", "UTO", "UT1", "a mistake", "e.editor", Token), StringComparison.Ordinal);
        _site.Time.Advance(TimeSpan.FromHours(72));
        Assert.Equal("", await Desk.ReinstateAsync("Stolen", "UTO", "UT1", "a mistake", "e.editor", Token));
    }

    [Fact]
    public async Task Suppress_BeforeAnythingIsPublished_IsRefused()
    {
        await ImportAsync("UTO,P,UT1,,");

        Assert.Contains("nothing to suppress", (await Desk.SuppressAsync("Stolen", "UTO", "UT1", "why", "e.editor", Token)).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_OfAList_TakesItsDocumentsOutOfTheNextRelease()
    {
        await ImportAsync("UTO,P,UT1,,");
        await PublishedAsync();

        Assert.Contains("no list of documents", await Desk.EndAsync("Nowhere", "why", "e.editor", Token), StringComparison.Ordinal);
        Assert.Equal("", await Desk.EndAsync("Stolen", "the agreement ended", "e.editor", Token));

        Assert.Equal(["Stolen: none, it was taken out of use"], (await PublishAsync()).DocumentLines);
        Assert.Empty((await PublishAsync()).DocumentLines);
        Assert.Empty(await PublishedAsync());
        Assert.Empty((await _site.Store.Releases.FindNewestAsync(ReleaseKind.Watchlist, Token) is { } release ? ReleaseMetadata.Parse(release.Metadata).Value : null!)
            .Segments.Where(static segment => segment.Name.StartsWith("documents", StringComparison.Ordinal)));
    }

    /// <summary>It lives a month, so that it is warned of at seven days and at its end, and not at each of its daily imports.</summary>
    [Fact]
    public async Task Look_ListOfDocumentsThatIsNotImportedAnew_WarnsAtSevenDaysAndAtItsEnd()
    {
        await ImportAsync("UTO,P,UT1,,");
        var warned = new List<int>();
        var life = (await _site.Store.Documents.ListAsync(Token))[0].ExpiresOn.DayNumber - Today.DayNumber;
        for (var day = 0; day <= life + 1; day++)
        {
            var before = (await WarningsAsync()).Length;
            await Watch.LookAsync(Token);
            await Watch.LookAsync(Token);
            warned.AddRange(Enumerable.Repeat(day, (await WarningsAsync()).Length - before));
            _site.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal([life - 7, life], warned);
        Assert.Contains("1 documents ended on", (await WarningsAsync())[^1].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, 310, 90)]
    [InlineData(400, 369, 90)]
    [InlineData(179, 100, null)]
    [InlineData(400, 371, 30)]
    [InlineData(60, 10, null)]
    [InlineData(60, 31, 30)]
    [InlineData(59, 30, null)]
    [InlineData(31, 1, null)]
    [InlineData(31, 24, 7)]
    [InlineData(30, 0, null)]
    [InlineData(30, 24, 7)]
    [InlineData(5, 1, null)]
    [InlineData(5, 5, 0)]
    public void ThresholdOf_DaysSinceTheImport_IsTheOnePassedSince(int life, int day, int? threshold)
    {
        var imported = new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero);
        var start = DateOnly.FromDateTime(imported.UtcDateTime);
        var list = new DocumentList
        {
            Name = "Stolen",
            Owner = "police",
            LegalBasis = "act",
            Purpose = "test",
            Action = RequestedAction.SeizeDocument,
            Contact = "",
            ExpiresOn = start.AddDays(life),
            RowCount = 1,
            ImportedAt = imported,
            ImportedBy = "somebody",
        };

        Assert.Equal(threshold, DueDocuments.ThresholdOf(list, start.AddDays(day)));
    }

    /// <summary>A file that lets the whole list end sooner is asked about as one that removes rows.</summary>
    [Fact]
    public async Task Import_ThatEndsSooner_NeedsAConfirmation()
    {
        await ImportAsync("UTO,P,UT1,,", "UTO,P,UT2,,");
        var sooner = (await _site.Store.Documents.ListAsync(Token))[0].ExpiresOn.AddDays(-1);

        var refused = await TryImportAsync(mayRemove: false, sooner, "UTO,P,UT1,,", "UTO,P,UT2,,", "UTO,P,UT3,,");
        var taken = await TryImportAsync(mayRemove: true, sooner, "UTO,P,UT1,,", "UTO,P,UT2,,", "UTO,P,UT3,,");

        Assert.Equal((ImportOutcome.RemovalsUnconfirmed, 2), (refused.Outcome, refused.Lapsing));
        Assert.Equal((ImportOutcome.Imported, 1, 2, 0), (taken.Outcome, taken.Added, taken.Lapsing, taken.Unchanged));
    }

    /// <summary>Those who approve a release read how many documents of which list are in it, and which list has ended.</summary>
    [Fact]
    public async Task Publish_WithListsOfDocuments_SaysSoToThoseWhoApprove()
    {
        await ImportAsync("UTO,P,UT1,,", "UTO,P,UT2,,", "UTO,P,UT3,,");
        await Desk.WithdrawAsync("Stolen", "UTO", "UT3", "found again", "e.editor", Token);
        var until = (await _site.Store.Documents.ListAsync(Token))[0].ExpiresOn;
        var first = await PublishAsync();
        _site.Time.Advance(TimeSpan.FromDays(until.DayNumber - Today.DayNumber));
        var second = await PublishAsync();

        Assert.Equal([$"Stolen: 2 until {until:yyyy-MM-dd}, 1 withdrawn"], first.DocumentLines);
        Assert.Equal([$"Stolen: none, it ended on {until:yyyy-MM-dd}"], second.DocumentLines);
        var statement = Statement.ForWatchlist(1, "title", 1, first.DocumentLines, [1], [2]);
        Assert.Contains($"\ndocuments: {first.DocumentLines[0]}\n", statement.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_ForDocuments_DoWhatTheySayAndTeach()
    {
        await ImportAsync("UTO,P,UT1,,", "UTO,P,UT2,,");
        await PublishedAsync();

        var withdrawn = await _site.CommandAsync("watchlists", "documents", "withdraw", "Stolen", "UT1", "--issuer", "UTO", "--reason", "found again", "--at-once");
        var again = await _site.CommandAsync("watchlists", "documents", "withdraw", "Stolen", "UT1", "--issuer", "UTO", "--reason", "found again");
        var shown = await _site.CommandAsync("watchlists", "documents", "withdrawn");
        var due = await _site.CommandAsync("watchlists", "due");
        var reinstated = await _site.CommandAsync("watchlists", "documents", "reinstate", "Stolen", "UT1", "--issuer", "UTO", "--reason", "a mistake", "--json");
        var ended = await _site.CommandAsync("watchlists", "documents", "end", "Stolen", "--reason", "no longer ours");
        var gone = await _site.CommandAsync("watchlists", "documents", "end", "Stolen", "--reason", "no longer ours");

        Assert.Equal((0, 1, 0, 0, 1, 0, 1), (withdrawn.Code, again.Code, shown.Code, due.Code, reinstated.Code, ended.Code, gone.Code));
        Assert.Contains("Withdrawn: 1 row of 'Stolen'", withdrawn.Output, StringComparison.Ordinal);
        Assert.Contains("Suppression 1 is published", withdrawn.Output, StringComparison.Ordinal);
        Assert.Contains("withdrawn already", again.Error, StringComparison.Ordinal);
        Assert.Contains("Stolen: UT1 of UTO, withdrawn", shown.Output, StringComparison.Ordinal);
        Assert.Contains("2 documents of Stolen", due.Output, StringComparison.Ordinal);
        Assert.Contains("suppressed at every post until", reinstated.Error, StringComparison.Ordinal);
        Assert.Contains("watchlists status names them", gone.Error, StringComparison.Ordinal);
    }

    private async Task<AuditEvent[]> WarningsAsync() =>
        [.. (await _site.Store.Audit.ReadAfterAsync(0, 1000, Token)).Select(static line => line.Event).Where(static line => line.Action == AuditAction.EntriesDue && line.Subject == "Stolen")];

    private async Task ImportAsync(params string[] rows) =>
        Assert.Equal(ImportOutcome.Imported, (await TryImportAsync(mayRemove: true, null, rows)).Outcome);

    private async Task<ImportReport> TryImportAsync(bool mayRemove, DateOnly? expiresOn, params string[] rows)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($"issuer,type,number,reported_on,reference\n{string.Join('\n', rows)}\n"));
        return await _site.App.Services.GetRequiredService<DocumentImport>().ImportAsync(
            ListInput.Of(file), new ListDefaults { ListName = "Stolen", Owner = "police", LegalBasis = "act", ExpiresOn = expiresOn }, mayRemove, TestSite.Actor, Token);
    }

    private async Task<Publication> PublishAsync()
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(
            "entry_id,names,birth_dates,list,owner,legal_basis,purpose,action,evidence,expires_on\n"
            + "uto:1,Brandvold Isaura,1980-01-02,Utopia list,Ministry,Border Act,tests,inquire,documented,2199-12-31\n"));
        Assert.Equal(ImportOutcome.Imported, (await _site.Import.ImportAsync(file, ListFormat.Csv, new ListDefaults(), mayRemove: true, TestSite.Actor, Token)).Outcome);
        Assert.True((await _site.Publication.PublishAsync("", TestSite.Actor, Token)).TryGet(out var publication, out var refusal), refusal?.Reason);
        return publication;
    }

    /// <summary>Publishes, and looks which of all documents that occur here a counter would find.</summary>
    private async Task<(string Issuer, string Number)[]> PublishedAsync()
    {
        await PublishAsync();
        if (await _site.App.Services.GetRequiredService<DocumentCompilation>().OpenNewestAsync(Token) is not { } register
            || register.Version != (ulong)await _site.Store.Releases.ReadNewestVersionAsync(ReleaseKind.Watchlist, Token))
        {
            return [];
        }

        return
        [
            .. from issuer in (string[])["D", "UTO"]
               from number in (string[])["UT1", "UT2"]
               where !register.Search(issuer, DocumentClass.Passport, DocumentNumber.Parse(number), isProven: true, Today, isClockDoubtful: false).Hits.IsEmpty
               select (issuer, number),
        ];
    }

    private async Task<Removals> RemovalsAsync()
    {
        var release = (await _site.Store.Releases.FindNewestAsync(ReleaseKind.Suppression, Token))!;
        var (place, segment) = ReleaseMetadata.Parse(release.Metadata).Value.Find(ReleaseMetadata.RemovalsSegment)!.Value;
        var sealedBytes = await _site.Store.Releases.ReadSegmentAsync(segment.SealedSha256, 0, (int)segment.SealedLength, Token);
        var key = KeyWrap.Unwrap(_site.Keys.RecordKey, release.WrappedContentKey, SegmentSeal.KeyContext(release.ReleaseId)).Value;
        var plain = new byte[segment.PlainLength];
        Assert.True(SegmentSeal.Open(key, release.ReleaseId, place, sealedBytes, plain).IsSuccess);
        return Removals.Parse(plain).Value;
    }
}
