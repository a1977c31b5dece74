using EdgeCheckpoint.Central.Approvals;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.People;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using EdgeCheckpoint.Central.Tests.Rig;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Approvals;

/// <summary>Who may approve what, and that each yes can be verified again from what is stored.</summary>
public sealed class ApprovalDeskTests : IAsyncLifetime
{
    private readonly List<Approver> _people = [];
    private TestSite _site = null!;
    private Approver _proposer = null!;
    private Approver _second = null!;
    private Approver _officer = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync(isBench: false);
        _proposer = await AddAsync("a.proposer", StaffRole.Administrator);
        _second = await AddAsync("b.second", StaffRole.Administrator);
        _officer = await AddAsync("c.officer", StaffRole.DataProtection);
    }

    public async ValueTask DisposeAsync()
    {
        _people.ForEach(static person => person.Dispose());
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Role_TwoOtherPeopleApprove_TakesEffectWithTheSecond()
    {
        var id = await ProposeAsync("n.editor", StaffRole.ListEditor);

        var first = (await ApproveAsync(_second, id)).Value;
        var before = await _site.Store.Staff.FindAsync("n.editor", Token);
        var last = (await ApproveAsync(_officer, id)).Value;

        Assert.Equal((ApprovalState.Open, ApprovalState.Approved), (first, last));
        Assert.Null(before);
        Assert.Equal(
            (StaffRole.ListEditor, "N.EDITOR"),
            await _site.Store.Staff.FindAsync("n.editor", Token) is { } added ? (added.Role, added.StaffNumber) : default);
        var lines = (await _site.Store.Audit.ReadNewestAsync(4, Token)).Select(static line => line.Event.Action);
        Assert.Equal([AuditAction.RoleGranted, AuditAction.ApprovalGiven, AuditAction.ApprovalGiven, AuditAction.Proposed], lines);
    }

    [Fact]
    public async Task Role_OfAnAccountThatIs_ChangesItAndItsStamp()
    {
        await _site.AddStaffAsync("m.monitor", StaffRole.Monitor, Approver.Passphrase);
        var before = (await _site.Store.Staff.FindAsync("m.monitor", Token))!;
        var id = await ProposeAsync("m.monitor", StaffRole.AlertDesk);

        await ApproveAsync(_second, id);
        await ApproveAsync(_officer, id);

        var after = (await _site.Store.Staff.FindAsync("m.monitor", Token))!;
        Assert.Equal((StaffRole.AlertDesk, before.PasswordHash), (after.Role, after.PasswordHash));
        Assert.NotEqual(before.Stamp, after.Stamp);
    }

    [Fact]
    public async Task Approve_ByTheProposer_IsRefused()
    {
        var id = await ProposeAsync("n.editor", StaffRole.ListEditor);

        Assert.Contains("You proposed this", (await ApproveAsync(_proposer, id)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_ByWhomItIsAbout_IsRefused()
    {
        var id = await ProposeAsync(_second.Name, StaffRole.DataProtection);

        Assert.Contains("your own role", (await ApproveAsync(_second, id)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_TwiceByOnePerson_CountsOnce()
    {
        var id = await ProposeAsync("n.editor", StaffRole.ListEditor);
        await ApproveAsync(_second, id);

        Assert.Contains("You have approved", (await ApproveAsync(_second, id)).Failure, StringComparison.Ordinal);
        Assert.Null(await _site.Store.Staff.FindAsync("n.editor", Token));
    }

    [Theory]
    [InlineData(StaffRole.Monitor)]
    [InlineData(StaffRole.Auditor)]
    [InlineData(StaffRole.ListApprover)]
    [InlineData(StaffRole.ListEditor)]
    public async Task Approve_ByARoleThatGrantsNothing_IsRefused(StaffRole role)
    {
        var other = await AddAsync("d.other", role);
        var id = await ProposeAsync("n.editor", StaffRole.ListEditor);

        Assert.Contains("Your role does not approve", (await ApproveAsync(other, id)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_OnesWhoLeftSince_CountsNoMore()
    {
        var id = await ProposeAsync("n.editor", StaffRole.ListEditor);
        await ApproveAsync(_second, id);
        await Accounts.DisableAsync(_second.Name, TestSite.Actor, Token);

        Assert.Equal(ApprovalState.Open, (await ApproveAsync(_officer, id)).Value);
        Assert.Null(await _site.Store.Staff.FindAsync("n.editor", Token));
    }

    [Fact]
    public async Task Approve_SomethingElseWasSigned_IsRefused()
    {
        var id = await ProposeAsync("n.editor", StaffRole.ListEditor);
        var other = await ProposeAsync("n.other", StaffRole.ListApprover);

        var answer = await _second.AnswerAsync(other, Token);

        Assert.Contains("something else", (await Desk.ApproveAsync(id, _second.Name, answer, Approver.Origin, Token)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_AtAnotherOrigin_IsRefused()
    {
        var id = await ProposeAsync("n.editor", StaffRole.ListEditor);

        Assert.Contains("another address", (await _second.ApproveAsync(Desk, id, Token, "http://evil.example")).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_WithoutThePersonVerified_IsRefused()
    {
        var id = await ProposeAsync("n.editor", StaffRole.ListEditor);
        _second.Passkey.VerifiesUser = false;

        Assert.Contains("not verified", (await ApproveAsync(_second, id)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_WithThePasskeyOfAnother_IsRefused()
    {
        var id = await ProposeAsync("n.editor", StaffRole.ListEditor);

        var answer = await _officer.AnswerAsync(id, Token);

        Assert.Contains("not one of your account", (await Desk.ApproveAsync(id, _second.Name, answer, Approver.Origin, Token)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_CounterThatDoesNotRise_IsRefused()
    {
        var first = await ProposeAsync("n.editor", StaffRole.ListEditor);
        var second = await ProposeAsync("n.other", StaffRole.ListApprover);
        await ApproveAsync(_second, first);
        _second.Passkey.Count = 1;

        Assert.Contains("has a copy", (await ApproveAsync(_second, second)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Role_NumberTakenMeanwhile_IsOvertaken()
    {
        var id = await ProposeAsync("n.editor", StaffRole.ListEditor);
        await Accounts.AddAsync("other.name", "N.EDITOR", StaffRole.Analyst, Approver.Passphrase, TestSite.Actor, Token);
        await ApproveAsync(_second, id);

        Assert.Contains("no longer be done", (await ApproveAsync(_officer, id)).Failure, StringComparison.Ordinal);
        Assert.Equal(ApprovalState.Open, (await _site.Store.Approvals.FindAsync(id, Token))!.State);
    }

    [Theory]
    [InlineData("a.proposer", "X-1", StaffRole.ListEditor, "for themselves")]
    [InlineData("new.name", "B.SECOND", StaffRole.ListEditor, "one staff number, one account")]
    [InlineData("b.second", "OTHER-1", StaffRole.ListEditor, "another staff number")]
    [InlineData("b.second", "b.second", StaffRole.Administrator, "has that role")]
    [InlineData("b second", "X-1", StaffRole.Monitor, "A name takes")]
    public async Task Propose_WhatCannotBe_SaysWhy(string name, string number, StaffRole role, string words) =>
        Assert.Contains(words, (await Desk.ProposeRoleAsync(name, number, role, _proposer.Name, Token)).Failure, StringComparison.Ordinal);

    [Fact]
    public async Task Propose_ByARoleThatDoesNot_IsRefused() =>
        Assert.Contains(
            "does not propose", (await Desk.ProposeRoleAsync("n.editor", "N-1", StaffRole.Monitor, _officer.Name, Token)).Failure, StringComparison.Ordinal);

    [Fact]
    public async Task Refuse_WithAReason_ClosesForGood()
    {
        var id = await ProposeAsync("n.editor", StaffRole.ListEditor);

        Assert.NotNull(await Desk.RefuseAsync(id, _second.Name, " ", Token));
        Assert.Null(await Desk.RefuseAsync(id, _second.Name, "not vetted", Token));

        Assert.Contains("closed", (await ApproveAsync(_officer, id)).Failure, StringComparison.Ordinal);
        Assert.Equal("It is closed.", await Desk.RefuseAsync(id, _officer.Name, "late", Token));
    }

    [Fact]
    public async Task Verify_StoredApprovals_AreWhole()
    {
        await GrantAsync();

        var whole = (await VerifyAsync()).Value;

        Assert.Equal(1, whole.Approvals);
    }

    [Theory]
    [InlineData("UPDATE approvals SET content = CAST(replace(CAST(content AS TEXT), 'list-editor', 'administrator') AS BLOB)", "not what stands there")]
    [InlineData("UPDATE approval_assertions SET signature = authenticator_data WHERE name = 'b.second'", "does not verify, the signature is wrong")]
    [InlineData("UPDATE approval_assertions SET name = 'd.else' WHERE name = 'b.second'", "the passkey was one of d.else")]
    [InlineData("UPDATE approvals SET proposer = 'b.second'", "its proposer proposed it")]
    [InlineData("DELETE FROM approval_assertions WHERE name = 'b.second'", "the approval of b.second is missing")]
    [InlineData("UPDATE approvals SET state = 2 WHERE state = 1", "1 people approved it, and it takes 2")]
    [InlineData("DELETE FROM approval_assertions; DELETE FROM approvals", "is missing")]
    public async Task Verify_AfterATamperedTable_NamesTheApproval(string sql, string words)
    {
        await GrantAsync();
        await ApproveAsync(_second, await ProposeAsync("n.other", StaffRole.Analyst));
        await using (var database = SqliteDatabase.Open(_site.Data.DatabaseFile, _site.Time.GetUtcNow()))
            await database.WriteAsync(transaction => transaction.Run(sql), Token);

        Assert.Contains(words, (await VerifyAsync()).Failure.Reason, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ApprovalDesk Desk => _site.App.Services.GetRequiredService<ApprovalDesk>();

    private StaffAccounts Accounts => _site.App.Services.GetRequiredService<StaffAccounts>();

    private async Task GrantAsync()
    {
        var id = await ProposeAsync("n.editor", StaffRole.ListEditor);
        await ApproveAsync(_second, id);
        Assert.Equal(ApprovalState.Approved, (await ApproveAsync(_officer, id)).Value);
    }

    private Task<Result<VerifiedChains, BrokenChain>> VerifyAsync() =>
        _site.App.Services.GetRequiredService<AuditVerification>().VerifyAsync(null, static _ => { }, Token);

    private async Task<Approver> AddAsync(string name, StaffRole role)
    {
        var person = await Approver.AddAsync(_site.Store, Accounts, name, role, Token, _site.Time.GetUtcNow());
        _people.Add(person);
        return person;
    }

    private async Task<Guid> ProposeAsync(string name, StaffRole role) =>
        (await Desk.ProposeRoleAsync(name, name, role, _proposer.Name, Token)).Value;

    private Task<Result<ApprovalState, string>> ApproveAsync(Approver who, Guid id) => who.ApproveAsync(Desk, id, Token);
}
