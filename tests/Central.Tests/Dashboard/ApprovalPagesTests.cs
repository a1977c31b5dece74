using System.Net;
using System.Text;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.PostPeople;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.People;
using EdgeCheckpoint.Releases;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

/// <summary>Proposals from page to effect, by passkeys, at a site in service.</summary>
public sealed class ApprovalPagesTests : IAsyncLifetime
{
    private readonly List<IDisposable> _open = [];
    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync(isBench: false);

    public async ValueTask DisposeAsync()
    {
        _open.ForEach(static item => item.Dispose());
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Role_ProposedAndApprovedByTwo_IsShownWithItsHashAndGranted()
    {
        var (proposer, _) = await SignedInAsync("a.one", StaffRole.Administrator);
        var (second, secondKey) = await SignedInAsync("b.two", StaffRole.Administrator);
        var (third, thirdKey) = await SignedInAsync("c.three", StaffRole.DataProtection);

        using var proposed = await proposer.PostAsync("/approvals/role", "/approvals", ("name", "n.new"), ("number", "N-77"), ("role", "auditor"));
        var id = IdOf(proposed);
        var page = WebUtility.HtmlDecode(await second.ReadAsync($"/approvals/{id}"));
        using var first = await second.ApproveAsync(id, secondKey, "b.two");
        using var last = await third.ApproveAsync(id, thirdKey, "c.three");

        Assert.Contains("grant: auditor\nto account: n.new\nstaff number: N-77\nrole so far: none yet", page, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower((await _site.Store.Approvals.FindAsync(id, Token))!.ContentHash), page, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Redirect), (first.StatusCode, last.StatusCode));
        Assert.Equal(StaffRole.Auditor, (await _site.Store.Staff.FindAsync("n.new", Token))!.Role);
        Assert.True((await VerifyAsync()).IsSuccess);
    }

    [Fact]
    public async Task Role_Changed_EndsTheSessionsOfTheAccount()
    {
        var (proposer, _) = await SignedInAsync("a.one", StaffRole.Administrator);
        var (second, secondKey) = await SignedInAsync("b.two", StaffRole.Administrator);
        var (third, thirdKey) = await SignedInAsync("c.three", StaffRole.DataProtection);
        var (monitor, _) = await SignedInAsync("m.monitor", StaffRole.Monitor);
        Assert.Equal(HttpStatusCode.OK, (await monitor.GetAsync("/encounters")).StatusCode);

        using var proposed = await proposer.PostAsync("/approvals/role", "/approvals", ("name", "m.monitor"), ("number", "M.MONITOR"), ("role", "analyst"));
        (await second.ApproveAsync(IdOf(proposed), secondKey, "b.two")).Dispose();
        (await third.ApproveAsync(IdOf(proposed), thirdKey, "c.three")).Dispose();

        using var after = await monitor.GetAsync("/encounters");
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in"), (after.StatusCode, after.Headers.Location!.OriginalString));
    }

    [Fact]
    public async Task Approve_AnswerToAnotherProposalOrAnotherPersonsQuestion_IsRefused()
    {
        var (proposer, _) = await SignedInAsync("a.one", StaffRole.Administrator);
        var (second, secondKey) = await SignedInAsync("b.two", StaffRole.Administrator);
        var (third, thirdKey) = await SignedInAsync("c.three", StaffRole.DataProtection);
        using var one = await proposer.PostAsync("/approvals/role", "/approvals", ("name", "n.one"), ("number", "N-1"), ("role", "auditor"));
        using var two = await proposer.PostAsync("/approvals/role", "/approvals", ("name", "n.two"), ("number", "N-2"), ("role", "administrator"));
        var (first, other) = ($"/approvals/{IdOf(one)}", $"/approvals/{IdOf(two)}");

        // What was asked of one proposal, sent to the other.
        var (ceremony, options) = await second.AskAsync($"{first}/options", first);
        using var crossed = await second.PostAsync(
            $"{other}/approve", other, ("ceremony", ceremony), ("credential", secondKey.Get(options, second.Origin, "b.two")));

        // What was asked of one person, answered by another.
        var (theirs, theirOptions) = await second.AskAsync($"{first}/options", first);
        using var borrowed = await third.PostAsync(
            $"{first}/approve", first, ("ceremony", theirs), ("credential", thirdKey.Get(theirOptions, third.Origin, "c.three")));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (crossed.StatusCode, borrowed.StatusCode));
        Assert.All(await _site.Store.Approvals.ListAsync(10, Token), static approval => Assert.Empty(approval.Assertions));
    }

    [Fact]
    public async Task Watchlist_EditedProposedAndApproved_IsPublishedWithTheHoldersSignatures()
    {
        var (editor, _) = await SignedInAsync("e.editor", StaffRole.ListEditor);
        var (approver, key) = await SignedInAsync("f.approver", StaffRole.ListApprover);
        await ImportAsync("e.editor");
        var staged = (await _site.Publication.PublishAsync("", "cli:test", Token)).Value;
        var signed = _site.SignAsHolders(staged.ToSign!, SigningRole.Watchlist);

        var early = await _site.Publication.FinishAsync(signed, "cli:test", Token);
        using var proposed = await editor.PostAsync("/approvals/watchlist", "/approvals");
        using var again = await editor.PostAsync("/approvals/watchlist", "/approvals");
        using var approved = await approver.ApproveAsync(IdOf(proposed), key, "f.approver");
        var unsigned = await _site.Publication.FinishAsync(staged.ToSign!, "cli:test", Token);
        var published = await _site.Publication.FinishAsync(signed, "cli:test", Token);

        Assert.Contains("has not been approved", early.Failure.Reason, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, approved.StatusCode);
        Assert.Contains("0 of the 2", unsigned.Failure.Reason, StringComparison.Ordinal);
        Assert.Equal(1, published.Value.Release.Version);
    }

    [Fact]
    public async Task Watchlist_CompiledAnewAfterApproval_NeedsANewOne()
    {
        var (editor, _) = await SignedInAsync("e.editor", StaffRole.ListEditor);
        var (approver, key) = await SignedInAsync("f.approver", StaffRole.ListApprover);
        await ImportAsync("e.editor");
        await _site.Publication.PublishAsync("", "cli:test", Token);
        using var proposed = await editor.PostAsync("/approvals/watchlist", "/approvals");
        (await approver.ApproveAsync(IdOf(proposed), key, "f.approver")).Dispose();

        var other = (await _site.Publication.PublishAsync("another title", "cli:test", Token)).Value;
        var result = await _site.Publication.FinishAsync(_site.SignAsHolders(other.ToSign!, SigningRole.Watchlist), "cli:test", Token);

        Assert.Contains("has not been approved", result.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watchlist_ApprovedByItsEditor_IsRefused()
    {
        var (editor, _) = await SignedInAsync("e.editor", StaffRole.ListEditor);
        await ImportAsync("f.approver");
        await _site.Publication.PublishAsync("", "cli:test", Token);
        var (approver, _) = await SignedInAsync("f.approver", StaffRole.ListApprover);
        using var proposed = await editor.PostAsync("/approvals/watchlist", "/approvals");
        var page = $"/approvals/{IdOf(proposed)}";

        using var answer = await approver.PostAsync($"{page}/options", page);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("You edited this list", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_SealedSignedAndApproved_ReachEveryPostFromOneFile()
    {
        using var north = await _site.EnrolAsync();
        using var south = new TestAppliance(_site);
        await south.JoinAsync(await _site.TicketAsync("SN-2"), "SN-2");
        var people = _site.App.Services.GetRequiredService<PeoplePublication>();
        var (proposer, _) = await SignedInAsync("a.one", StaffRole.Administrator);
        var (second, key) = await SignedInAsync("c.three", StaffRole.DataProtection);
        await AddOfficerAsync("OFF-1");

        var waiting = (await people.IssueAsync("cli:test", Token)).Value;
        var path = Path.Combine(_site.Folder, "people.json");
        waiting.ToSign!.Write(path);
        var words = SigningWords.Describe(SigningFile.Read(path));
        var signed = _site.SignAsHolders(SigningFile.Read(path), SigningRole.People);
        var early = await people.FinishAsync(signed, "cli:test", Token);
        using var proposed = await proposer.PostAsync("/approvals/people", "/approvals");
        var page = await second.ReadAsync($"/approvals/{IdOf(proposed)}");
        (await second.ApproveAsync(IdOf(proposed), key, "c.three")).Dispose();
        var unsigned = await people.FinishAsync(waiting.ToSign!, "cli:test", Token);
        var issued = await people.FinishAsync(signed, "cli:test", Token);

        Assert.Equal(2, waiting.ToSign!.All.Count);
        Assert.Contains("2 releases, one for each post", words[0], StringComparison.Ordinal);
        Assert.Contains("has not been approved", early.Failure, StringComparison.Ordinal);
        Assert.Contains("account: OFF-1 officer, every post", page, StringComparison.Ordinal);
        Assert.Contains("0 of the 2", unsigned.Failure, StringComparison.Ordinal);
        Assert.Equal((1L, 1, 2), (issued.Value.Version, issued.Value.Accounts, issued.Value.Appliances));
        foreach (var appliance in new[] { north, south })
            Assert.NotNull(await _site.Store.PostPeople.FindReleaseAsync(appliance.Id, Token));
    }

    [Fact]
    public async Task People_ChangedAfterSealing_AreNotIssued()
    {
        using var north = await _site.EnrolAsync();
        var people = _site.App.Services.GetRequiredService<PeoplePublication>();
        await AddOfficerAsync("OFF-1");
        var waiting = (await people.IssueAsync("cli:test", Token)).Value;
        await AddOfficerAsync("OFF-2");

        var result = await people.FinishAsync(_site.SignAsHolders(waiting.ToSign!, SigningRole.People), "cli:test", Token);

        Assert.Contains("have changed since", result.Failure, StringComparison.Ordinal);
        Assert.Equal(0, await _site.Store.PostPeople.ReadVersionAsync(Token));
    }

    [Fact]
    public async Task Lists_OfPeople_AreWrittenDownWhenLookedAt()
    {
        var (auditor, _) = await SignedInAsync("d.auditor", StaffRole.Auditor);

        foreach (var page in new[] { "/staff", "/audit", "/approvals", "/staff" })
            (await auditor.GetAsync(page)).Dispose();

        var views = (await _site.Store.Audit.ReadNewestAsync(20, Token)).Select(static line => line.Event)
            .Where(static line => line.Action == AuditAction.PageViewed).ToArray();
        Assert.Equal(["/approvals", "/audit", "/staff"], views.Select(static line => line.Subject));
        Assert.All(views, static line => Assert.Equal(("d.auditor", "duty"), (line.Actor, line.Purpose)));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Guid IdOf(HttpResponseMessage proposed)
    {
        Assert.Equal(HttpStatusCode.Redirect, proposed.StatusCode);
        return Guid.Parse(proposed.Headers.Location!.OriginalString["/approvals/".Length..]);
    }

    private Task<Result<VerifiedChains, BrokenChain>> VerifyAsync() =>
        _site.App.Services.GetRequiredService<AuditVerification>().VerifyAsync(null, static _ => { }, Token);

    private async Task ImportAsync(string editor) => await _site.Import.ImportAsync(
        new MemoryStream(Encoding.UTF8.GetBytes(CsvTemplate.Text)), ListFormat.Csv, new ListDefaults(), false, editor, Token);

    private Task<bool> AddOfficerAsync(string number) => _site.App.Services.GetRequiredService<PostAccounts>().AddAsync(
        new PostAccountRequest(number, number, PostRole.Officer, SignInMethod.Passphrase, null, [], "quiet harbour lantern", ""), TestSite.Actor, Token);

    private async Task<(Browser Browser, SoftwareAuthenticator Key)> SignedInAsync(string name, StaffRole role)
    {
        var pair = await Browser.WithPasskeyAsync(_site, name, role);
        _open.AddRange([pair.Browser, pair.Authenticator]);
        return pair;
    }
}
