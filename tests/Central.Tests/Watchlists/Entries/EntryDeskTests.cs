using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>The life of an entry at a site in service, from proposal to publication, and who may take which step.</summary>
public sealed class EntryDeskTests : IAsyncLifetime
{
    private readonly Dictionary<StaffRole, Approver> _people = [];
    private TestSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync(isBench: false);
        foreach (var role in StaffRoles.All)
        {
            _people[role] = await Approver.AddAsync(
                _site.Store, _site.App.Services.GetRequiredService<StaffAccounts>(), $"a.{role.Word()}", role, Token, _site.Time.GetUtcNow());
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var person in _people.Values)
            person.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Addition_ProposedReviewedApproved_IsInTheNextPublicationAndItsHistory()
    {
        var id = (await ProposeAsync()).Value;
        Assert.Null(await ReviewAsync(id, passes: true));
        Assert.Equal(ApprovalState.Approved, (await ApproveAsync(id)).Value);
        var before = await HistoryAsync(id);
        var version = await PublishAsync();

        Assert.Equal(
            [(EntryStepKind.Proposed, Editor.Name), (EntryStepKind.ReviewPassed, Reviewer.Name), (EntryStepKind.Approved, Approver.Name)],
            before.Select(static step => (step.Kind, step.Actor)));
        Assert.Equal("known to the police", before[0].Reason);
        Assert.Equal(version, await _site.Store.Entries.FindPublicationOfAsync(before[^1].Sequence, Token));
        Assert.True((await VerifyAsync()).IsSuccess);
    }

    [Fact]
    public async Task Names_OfTheLife_AreNeverInLogNorAudit()
    {
        var id = (await ProposeAsync()).Value;
        await ReviewAsync(id, passes: true);
        await ApproveAsync(id);
        await PublishAsync();
        await Watch.LookAsync(Token);

        Assert.DoesNotContain(_site.Log.Lines, static line => line.Contains(EntryFixtures.Mark, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(
            await _site.Store.Audit.ReadAfterAsync(0, 1_000, Token),
            static line => $"{line.Event.Subject} {line.Event.Detail}".Contains(EntryFixtures.Mark, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Each step by each role: who may, at each state.</summary>
    [Fact]
    public async Task Steps_ByEveryRoleAtEveryState_AreTakenByOneAlone()
    {
        foreach (var role in StaffRoles.All)
            Assert.Equal(role == StaffRole.ListEditor, (await ProposeAsync(role)).IsSuccess);
        var id = (await OpenAsync()).ProposalId;

        // While it waits for the review nobody approves, and only the reviewer reviews.
        foreach (var role in StaffRoles.All)
        {
            Assert.False((await ApproveAsync(id, role)).IsSuccess);
            if (role != StaffRole.LegalReviewer)
                Assert.Contains("does not review", await ReviewAsync(id, passes: true, role), StringComparison.Ordinal);
        }

        Assert.Null(await ReviewAsync(id, passes: true));

        // Reviewed, it is not reviewed again; only the approver approves.
        Assert.Contains("does not wait", await ReviewAsync(id, passes: false), StringComparison.Ordinal);
        foreach (var role in StaffRoles.All.Where(static role => role != StaffRole.ListApprover))
            Assert.False((await ApproveAsync(id, role)).IsSuccess);
        Assert.Equal(ApprovalState.Approved, (await ApproveAsync(id)).Value);

        // Approved, nothing more can be done to it.
        foreach (var role in StaffRoles.All)
        {
            Assert.False((await ApproveAsync(id, role)).IsSuccess);
            Assert.NotNull(await ReviewAsync(id, passes: true, role));
            Assert.NotNull(await Desk.RefuseAsync(id, _people[role].Name, "too late", Token));
        }

        Assert.Single((await _site.Store.Lists.ReadAsync(Token)).Entries);
    }

    [Theory]
    [InlineData(StaffRole.ListEditor, EntryStepKind.Withdrawn)]
    [InlineData(StaffRole.ListApprover, EntryStepKind.Refused)]
    public async Task Refuse_ByItsProposerOrAnApprover_ClosesIt(StaffRole role, EntryStepKind kind)
    {
        var id = (await ProposeAsync()).Value;
        await ReviewAsync(id, passes: true);

        Assert.Null(await Desk.RefuseAsync(id, _people[role].Name, "not enough", Token));

        Assert.Equal((kind, "not enough"), await HistoryAsync(id) is [.., var last] ? (last.Kind, last.Reason) : default);
        Assert.False((await ApproveAsync(id)).IsSuccess);
        Assert.Empty((await _site.Store.Lists.ReadAsync(Token)).Entries);
    }

    [Fact]
    public async Task Propose_SameFormTwice_IsOneProposal()
    {
        await ProposeAsync();

        Assert.Contains("proposed already", (await ProposeAsync()).Failure, StringComparison.Ordinal);
        Assert.True((await ProposeAsync(changes: ("sex", "F"))).IsSuccess);
    }

    [Fact]
    public async Task Publish_ClearingWhoseDocumentWasReported_IsLeftOut()
    {
        var entryId = await AddedAsync();
        await DoneAsync(await Entries.ProposeClearingAsync(entryId, EntryFixtures.Traveller(Today), "mistaken", Editor.Name, Token));
        await DoneAsync(await Entries.ProposeClearingAsync(entryId, EntryFixtures.Traveller(Today, "UT78"), "mistaken", Editor.Name, Token));
        var before = (await _site.Publication.PublishAsync("", TestSite.Actor, Token)).Value;
        var documents = new ListDefaults
        {
            ListName = "Utopia documents",
            Owner = "police",
            LegalBasis = "act",
            Purpose = "check",
            Action = RequestedAction.SeizeDocument,
            ExpiresOn = Today.AddYears(1),
        };
        var report = await _site.App.Services.GetRequiredService<DocumentImport>().ImportAsync(
            ListInput.Of(new MemoryStream("issuer,type,number\nUTO,P,ut 77\nUTX,P,UT78\n"u8.ToArray())), documents, mayRemove: false, TestSite.Actor, Token);
        var after = (await _site.Publication.PublishAsync("", TestSite.Actor, Token)).Value;

        Assert.Equal(ImportOutcome.Imported, report.Outcome);
        Assert.Empty(before.ReportedClearings);
        Assert.Equal([entryId], after.ReportedClearings);
        Assert.NotEqual(before.Release.StateRoot, after.Release.StateRoot);
        Assert.Equal(2, (await EntryAsync(entryId)).Cleared.Length);
    }

    [Fact]
    public async Task Review_Returned_ClosesItWithItsReasonAndAllowsAnother()
    {
        var id = (await ProposeAsync()).Value;
        Assert.Contains("Say why", await ReviewAsync(id, passes: false, reason: ""), StringComparison.Ordinal);
        Assert.Null(await ReviewAsync(id, passes: false, reason: "no legal basis"));

        var proposal = (await _site.Store.Entries.FindProposalAsync(id, Token))!;
        Assert.Equal((ApprovalState.Refused, EntryReview.Returned, "no legal basis"), (proposal.State, proposal.Review, proposal.ReviewReason));
        Assert.True((await ProposeAsync()).IsSuccess);
    }

    [Fact]
    public async Task Approve_AnswerPlayedAgain_IsRefused()
    {
        var (first, second) = ((await ProposeAsync()).Value, (await ProposeAsync(changes: ("sex", "F"))).Value);
        await ReviewAsync(first, passes: true);
        await ReviewAsync(second, passes: true);
        var answer = await Approver.AnswerAsync(first, Token);

        Assert.True((await Desk.ApproveAsync(first, Approver.Name, answer, Rig.Approver.Origin, Token)).IsSuccess);
        Assert.False((await Desk.ApproveAsync(first, Approver.Name, answer, Rig.Approver.Origin, Token)).IsSuccess);
        Assert.False((await Desk.ApproveAsync(second, Approver.Name, answer, Rig.Approver.Origin, Token)).IsSuccess);
    }

    [Fact]
    public async Task Approve_ProposalThatLayTooLong_IsRefused()
    {
        var id = (await ProposeAsync(changes: ("review_on", EntryWords.Day(Today.AddDays(10))))).Value;
        await ReviewAsync(id, passes: true);
        _site.Time.Advance(TimeSpan.FromDays(11));

        Assert.Contains("can no longer be approved", (await ApproveAsync(id)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_RecordChangedInTheStore_IsRefused()
    {
        var id = (await ProposeAsync()).Value;
        await ReviewAsync(id, passes: true);
        var other = EntryRecord.Encode(EntryFixtures.Entry(Today, ("action", "refuse")));
        await using (var database = Central.Storage.Sqlite.SqliteDatabase.Open(_site.Data.DatabaseFile, _site.Time.GetUtcNow()))
        {
            await Central.Storage.Sql.SqlDatabases.WriteAsync(
                database,
                transaction => Central.Storage.Sql.SqlSpeech.Run(transaction, "UPDATE entry_proposals SET record = @record", ("@record", other)), Token);
        }

        Assert.False((await ApproveAsync(id)).IsSuccess);
        Assert.Empty((await _site.Store.Lists.ReadAsync(Token)).Entries);
    }

    [Theory]
    [InlineData("UPDATE entry_proposals SET record = x'00'", "not the one that is approved")]
    [InlineData("UPDATE entry_proposals SET reviewer = 'somebody'", "its reviewer reviewed it so")]
    [InlineData("UPDATE entry_proposals SET review = 3", "its reviewer reviewed it so")]
    [InlineData("DELETE FROM entry_proposals", "what it would do is missing")]
    [InlineData("UPDATE entry_history SET actor = 'somebody' WHERE step = 2", "does not say that somebody took it")]
    [InlineData("UPDATE entry_history SET step = 6 WHERE step = 4", "took it")]
    [InlineData("UPDATE entry_history SET record_sha256 = x'00' WHERE step = 4", "another record")]
    [InlineData("UPDATE entry_history SET entry_id = 'hand:1' WHERE step = 1", "another entry")]
    [InlineData("DELETE FROM entry_history WHERE step = 2", "step 2 in the history of entries is missing")]
    [InlineData("DELETE FROM entry_history WHERE step = 4", "its step Approved is missing")]
    [InlineData("INSERT INTO entry_history VALUES (4, 'hand:1', NULL, 9, 1, 'somebody', 'why', x'')", "does not say that somebody ordered it")]
    public async Task Verify_SomebodyChangedTheTables_IsFound(string change, string fault)
    {
        await AddedAsync();
        Assert.True((await VerifyAsync()).IsSuccess);
        await using (var database = Central.Storage.Sqlite.SqliteDatabase.Open(_site.Data.DatabaseFile, _site.Time.GetUtcNow()))
            await Central.Storage.Sql.SqlDatabases.WriteAsync(database, transaction => Central.Storage.Sql.SqlSpeech.Run(transaction, change), Token);

        Assert.Contains(fault, (await VerifyAsync()).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_EveryWayAProposalCanEnd_IsWhole()
    {
        await AddedAsync();
        await ReviewAsync((await ProposeAsync()).Value, passes: false);
        await Desk.RefuseAsync((await ProposeAsync()).Value, Editor.Name, "changed my mind", Token);
        var refused = (await ProposeAsync()).Value;
        await ReviewAsync(refused, passes: true);
        await Desk.RefuseAsync(refused, Approver.Name, "not enough", Token);
        await ProposeAsync();
        await _site.App.Services.GetRequiredService<SuppressionPublication>().OrderAsync(
            (await _site.Store.Lists.ReadAsync(Token)).Entries[0].EntryId, "why", Editor.Name, Token);

        var verified = await VerifyAsync();

        Assert.True(verified.IsSuccess, verified.IsSuccess ? "" : verified.Failure.Reason);
    }

    [Fact]
    public async Task Change_OfTheTermAlone_KeepsTheClearedTravellers_AnyOtherLetsThemLapse()
    {
        var entryId = await AddedAsync();
        await DoneAsync(await Entries.ProposeClearingAsync(entryId, EntryFixtures.Traveller(Today), "mistaken", Editor.Name, Token));
        await DoneAsync(await Entries.ProposeChangeAsync(
            entryId, EntryFixtures.Fields(Today, ("review_on", EntryWords.Day(Today.AddDays(400)))), "reviewed", Editor.Name, Token));
        var renewed = await EntryAsync(entryId);
        await DoneAsync(await Entries.ProposeChangeAsync(entryId, EntryFixtures.Fields(Today, ("sex", "F")), "sex known", Editor.Name, Token));

        Assert.Equal("redress 7", Assert.Single(renewed.Cleared).Reference);
        Assert.Equal(Today.AddDays(400), renewed.ReviewOn);
        Assert.Empty((await EntryAsync(entryId)).Cleared);
    }

    [Fact]
    public async Task Clearing_EndedAgain_IsGone()
    {
        var entryId = await AddedAsync();
        await DoneAsync(await Entries.ProposeClearingAsync(entryId, EntryFixtures.Traveller(Today), "mistaken", Editor.Name, Token));
        await DoneAsync(await Entries.ProposeClearingAsync(entryId, EntryFixtures.Traveller(Today, "UT78"), "mistaken", Editor.Name, Token));
        await DoneAsync(await Entries.ProposeEndOfClearingAsync(entryId, "ut 77", "UTO", "document stolen", Editor.Name, Token));

        Assert.Equal("UT78", Assert.Single((await EntryAsync(entryId)).Cleared).DocumentNumber);
        Assert.Contains(
            "Nobody is cleared", (await Entries.ProposeEndOfClearingAsync(entryId, "UT77", "UTO", "again", Editor.Name, Token)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removal_OfAHandMadeEntry_TakesItOffTheNextPublication()
    {
        var (kept, gone) = (await AddedAsync(), await AddedAsync());
        await PublishAsync();
        await DoneAsync(await Entries.ProposeRemovalAsync(gone, "order lifted", Editor.Name, Token));
        await PublishAsync();

        Assert.Equal(kept, Assert.Single((await _site.Store.Lists.ReadAsync(Token)).Entries).EntryId);
        Assert.Equal(1, (await _site.Store.Releases.FindNewestAsync(ReleaseKind.Watchlist, Token))!.EntryCount);
        Assert.Contains("There is no entry", (await Entries.ProposeRemovalAsync(gone, "again", Editor.Name, Token)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_ListWithAnEntryOfOnesOwn_IsRefused()
    {
        await AddedAsync();
        var site = await _site.Publication.PublishAsync("", TestSite.Actor, Token);
        Assert.True(site.IsSuccess);
        var statement = _site.Publication.DescribeStaged()!;
        var list = (await Desk.ProposeAsync(statement, Editor.Name, Token)).Value;
        var approval = (await _site.Store.Approvals.FindAsync(list, Token))!;
        var account = (await _site.Store.Staff.FindAsync(Reviewer.Name, Token))!;

        // Whoever reviewed or proposed an entry and later got the approver's role.
        Assert.Contains("edited", await Desk.ObjectionAsync(approval, account with { Role = StaffRole.ListApprover }, Token), StringComparison.Ordinal);
        Assert.Null(await Desk.ObjectionAsync(approval, (await _site.Store.Staff.FindAsync(Approver.Name, Token))!, Token));
    }

    [Fact]
    public async Task Proposals_AboutImportedLists_AreLimitedToRemovalAndClearing()
    {
        await ImportAsync();

        var added = await ProposeAsync(changes: ("list", "Utopia national list"));
        var changed = await Entries.ProposeChangeAsync("uto-0001", EntryFixtures.Fields(Today), "why", Editor.Name, Token);
        await DoneAsync(await Entries.ProposeClearingAsync("uto-0001", EntryFixtures.Traveller(Today), "mistaken", Editor.Name, Token));
        await DoneAsync(await Entries.ProposeRemovalAsync("uto-0002", "order lifted", Editor.Name, Token));
        var twice = await Entries.ProposeRemovalAsync("uto-0002", "again", Editor.Name, Token);

        Assert.Contains("imported", added.Failure, StringComparison.Ordinal);
        Assert.Contains("its source changes it", changed.Failure, StringComparison.Ordinal);
        Assert.Contains("removed by hand", twice.Failure, StringComparison.Ordinal);
        Assert.Equal(["uto-0002"], (await _site.Store.Lists.ReadAsync(Token)).Held);
        Assert.Single((await EntryAsync("uto-0001")).Cleared);
    }

    [Fact]
    public async Task Removal_OfAnImportedEntry_OutlivesTheNextImportUntilItIsRestored()
    {
        await ImportAsync();
        await DoneAsync(await Entries.ProposeRemovalAsync("uto-0002", "order lifted", Editor.Name, Token));
        var again = await ImportAsync();
        var without = (await _site.Publication.PublishAsync("", TestSite.Actor, Token)).Value;
        await DoneAsync(await Entries.ProposeRestorationAsync("uto-0002", "order renewed", Editor.Name, Token));
        var with = (await _site.Publication.PublishAsync("", TestSite.Actor, Token)).Value;

        Assert.Equal((1, 2), (again.HeldBack, again.Unchanged));
        Assert.Equal((1, 2), (without.Release.EntryCount, with.Release.EntryCount));
        Assert.Contains("Nothing is held back", (await Entries.ProposeRestorationAsync("uto-0002", "again", Editor.Name, Token)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proposals_AboutAnEntryThatIsImportedEveryDay_AreNotOvertakenByItsLaterEnd()
    {
        await ImportAsync();
        var clearing = (await Entries.ProposeClearingAsync("uto-0001", EntryFixtures.Traveller(Today), "mistaken", Editor.Name, Token)).Value;
        var removal = (await Entries.ProposeRemovalAsync("uto-0002", "order lifted", Editor.Name, Token)).Value;
        await ImportAsync(CsvTemplate.Text.Replace("2030-01-01", "2030-01-02", StringComparison.Ordinal));
        await DoneAsync(clearing);
        await ImportAsync(CsvTemplate.Text.Replace("2030-01-01", "2030-01-03", StringComparison.Ordinal));
        await DoneAsync(removal);

        var entry = await EntryAsync("uto-0001");
        Assert.Equal(("redress 7", new DateOnly(2030, 1, 3)), (Assert.Single(entry.Cleared).Reference, entry.ExpiresOn));
        Assert.Equal(["uto-0002"], (await _site.Store.Lists.ReadAsync(Token)).Held);
        Assert.True((await VerifyAsync()).IsSuccess);
    }

    [Fact]
    public async Task Import_OfAListKeptByHand_IsRefused()
    {
        await AddedAsync();

        var report = await _site.Import.ImportAsync(
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(CsvTemplate.Text.Replace("Utopia national list", EntryFixtures.ListName, StringComparison.Ordinal))),
            ListFormat.Csv, new ListDefaults(), mayRemove: true, TestSite.Actor, Token);

        Assert.Equal(ImportOutcome.Malformed, report.Outcome);
        Assert.Contains("kept by hand", report.Fault!.Message, StringComparison.Ordinal);
        Assert.Single((await _site.Store.Lists.ReadAsync(Token)).Entries);
    }

    [Fact]
    public async Task Statement_OfAChange_ShowsTheWholeEntryAndWhatIsDifferent()
    {
        var entryId = await AddedAsync();
        var id = (await Entries.ProposeChangeAsync(entryId, EntryFixtures.Fields(Today, ("action", "specific-check")), "why", Editor.Name, Token)).Value;

        var text = Statement.Of((await _site.Store.Approvals.FindAsync(id, Token))!).Text;

        Assert.StartsWith($"change entry: {entryId} of {EntryFixtures.ListName}\n", text, StringComparison.Ordinal);
        Assert.Contains("was action: inquire\nbecomes action: specific-check\n", text, StringComparison.Ordinal);
        Assert.Contains($"names: {EntryFixtures.Mark}, Ottoline | Ottilie {EntryFixtures.Mark}\n", text, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DateOnly Today => DateOnly.FromDateTime(_site.Time.GetUtcNow().UtcDateTime);

    private Approver Editor => _people[StaffRole.ListEditor];

    private Approver Reviewer => _people[StaffRole.LegalReviewer];

    private Approver Approver => _people[StaffRole.ListApprover];

    private EntryDesk Entries => _site.App.Services.GetRequiredService<EntryDesk>();

    private EntryWatch Watch => _site.App.Services.GetRequiredService<EntryWatch>();

    private ApprovalDesk Desk => _site.App.Services.GetRequiredService<ApprovalDesk>();

    private Task<Result<VerifiedChains, BrokenChain>> VerifyAsync() =>
        _site.App.Services.GetRequiredService<AuditVerification>().VerifyAsync(null, static _ => { }, Token);

    private Task<Result<Guid, string>> ProposeAsync(StaffRole role = StaffRole.ListEditor, params (string, string)[] changes) =>
        Entries.ProposeAdditionAsync(EntryFixtures.Fields(Today, changes), "known to the police", _people[role].Name, Token);

    private Task<string?> ReviewAsync(Guid id, bool passes, StaffRole role = StaffRole.LegalReviewer, string reason = "seen") =>
        Entries.ReviewAsync(id, _people[role].Name, passes, reason, Token);

    private Task<Result<ApprovalState, string>> ApproveAsync(Guid id, StaffRole role = StaffRole.ListApprover) => _people[role].ApproveAsync(Desk, id, Token);

    private async Task<EntryProposal> OpenAsync() => Assert.Single(await _site.Store.Entries.ListProposalsAsync(isOpenOnly: true, 10, Token));

    private async Task<IReadOnlyList<EntryStep>> HistoryAsync(Guid id) =>
        await _site.Store.Entries.ReadHistoryAsync((await _site.Store.Entries.FindProposalAsync(id, Token))!.EntryId, Token);

    private Task<ImportReport> ImportAsync(string text = CsvTemplate.Text) => _site.Import.ImportAsync(
        new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), ListFormat.Csv, new ListDefaults(), false, TestSite.Actor, Token);

    /// <summary>Takes a proposal through review and approval.</summary>
    private async Task DoneAsync(Result<Guid, string> proposed)
    {
        Assert.True(proposed.TryGet(out var id, out var problem), problem);
        Assert.Null(await ReviewAsync(id, passes: true));
        var approved = await ApproveAsync(id);
        Assert.True(approved.IsSuccess, approved.IsSuccess ? "" : approved.Failure);
    }

    private async Task<string> AddedAsync()
    {
        var proposed = await ProposeAsync();
        await DoneAsync(proposed);
        return (await _site.Store.Entries.FindProposalAsync(proposed.Value, Token))!.EntryId;
    }

    private async Task<WatchlistEntry> EntryAsync(string entryId) =>
        EntryRecord.Decode((await _site.Store.Entries.FindAsync(entryId, Token))!.Record).Value;

    /// <summary>Compiles, has it proposed, approved and signed, and publishes.</summary>
    private async Task<long> PublishAsync()
    {
        var compiled = (await _site.Publication.PublishAsync("", TestSite.Actor, Token)).Value;
        var list = (await Desk.ProposeAsync(_site.Publication.DescribeStaged()!, Editor.Name, Token)).Value;
        Assert.True((await ApproveAsync(list)).IsSuccess);
        var published = await _site.Publication.FinishAsync(_site.SignAsHolders(compiled.ToSign!, SigningRole.Watchlist), TestSite.Actor, Token);
        return published.Value.Release.Version;
    }
}
