using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Dashboard;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Tests.Watchlists;
using EdgeCheckpoint.Central.Watchlists;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

/// <summary>Entries on the pages: proposing, reviewing, approving, clearing, delisting, and what is shown to whom.</summary>
public sealed partial class EntryPagesTests : IAsyncLifetime
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
    public async Task Entry_FromTheFormToTheList_IsShownAtEveryStep()
    {
        var (editor, _) = await SignedInAsync("e.editor", StaffRole.ListEditor);
        var (reviewer, _) = await SignedInAsync("r.reviewer", StaffRole.LegalReviewer);
        var (approver, key) = await SignedInAsync("a.approver", StaffRole.ListApprover);

        using var proposed = await editor.PostAsync("/watchlists/propose", "/watchlists/propose", [("kind", "addition"), ("reason", "known to the police"), .. Fields()]);
        var id = IdOf(proposed);
        var path = EntryEndpoints.PathOf(id);
        var shown = await TextOfAsync(reviewer, path);
        using var reviewed = await reviewer.PostAsync($"{path}/review", path, ("verdict", "pass"), ("reason", "lawful"));
        using var approved = await approver.ApproveAsync(id, key, "a.approver", page: path);
        var entryId = (await _site.Store.Entries.FindProposalAsync(id, Token))!.EntryId;
        var page = await TextOfAsync(editor, EntryEndpoints.PathOfEntry(entryId));
        var lists = await TextOfAsync(editor, "/watchlists");
        var list = await TextOfAsync(editor, $"/watchlists/list?name={Uri.EscapeDataString(EntryFixtures.ListName)}");

        Assert.Contains($"add entry: {entryId} of {EntryFixtures.ListName}\n", shown, StringComparison.Ordinal);
        Assert.Contains($"names: {EntryFixtures.Mark}, Ottoline | Ottilie {EntryFixtures.Mark}\n", shown, StringComparison.Ordinal);
        Assert.Contains("waits for the legal review", shown, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Redirect), (reviewed.StatusCode, approved.StatusCode));
        foreach (var said in (string[])["known to the police", "e.editor", "r.reviewer", "lawful", "a.approver", "not yet", "Utopian Aliens Act, section 9"])
            Assert.Contains(said, page, StringComparison.Ordinal);
        Assert.Contains("kept by hand", lists, StringComparison.Ordinal);
        Assert.Contains(entryId, list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Propose_WithProblems_KeepsWhatWasTyped()
    {
        var (editor, _) = await SignedInAsync("e.editor", StaffRole.ListEditor);

        using var answer = await editor.PostAsync(
            "/watchlists/propose", "/watchlists/propose", [("kind", "addition"), ("reason", "why"), .. Fields(("legal_basis", ""), ("direction", "exit"))]);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Token));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Not proposed: legal_basis is empty", page, StringComparison.Ordinal);
        Assert.Contains("an alert at exit needs the reference of a court", page, StringComparison.Ordinal);
        Assert.Contains($"{EntryFixtures.Mark}, Ottoline\nOttilie {EntryFixtures.Mark}</textarea>", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"exit\" selected", page, StringComparison.Ordinal);
        Assert.Empty(await _site.Store.Entries.ListProposalsAsync(isOpenOnly: false, 10, Token));
    }

    [Fact]
    public async Task Proposal_OfARoleThatMayNotSeeIt_ShowsNoName()
    {
        var (editor, _) = await SignedInAsync("e.editor", StaffRole.ListEditor);
        var (administrator, _) = await SignedInAsync("a.admin", StaffRole.Administrator);
        using var proposed = await editor.PostAsync("/watchlists/propose", "/watchlists/propose", [("kind", "addition"), ("reason", "why"), .. Fields()]);
        var id = IdOf(proposed);

        using var approval = await administrator.GetAsync($"/approvals/{id}");
        using var proposal = await administrator.GetAsync(EntryEndpoints.PathOf(id));
        var overview = await administrator.ReadAsync("/approvals");

        Assert.Equal(EntryEndpoints.PathOf(id), approval.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Forbidden, proposal.StatusCode);
        Assert.DoesNotContain("add entry", overview, StringComparison.Ordinal);
        Assert.DoesNotContain(EntryFixtures.Mark, overview, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entry_LookedAt_StandsInTheAuditByItsIdentifier()
    {
        await ImportAsync();
        var (editor, _) = await SignedInAsync("e.editor", StaffRole.ListEditor);

        var page = await TextOfAsync(editor, EntryEndpoints.PathOfEntry("uto-0001"));

        Assert.Contains("Eriksson, Anna Maria", page, StringComparison.Ordinal);
        Assert.Contains(
            await _site.Store.Audit.ReadNewestAsync(5, Token),
            static line => line.Event is { Action: AuditAction.PageViewed, Actor: "e.editor", Detail: "entry uto-0001" });
    }

    [Fact]
    public async Task Clearing_ProposedOnThePage_IsShownWithItsRedressAndEndedAgain()
    {
        await ImportAsync();
        var (editor, _) = await SignedInAsync("e.editor", StaffRole.ListEditor);
        var (reviewer, _) = await SignedInAsync("r.reviewer", StaffRole.LegalReviewer);
        var (approver, key) = await SignedInAsync("a.approver", StaffRole.ListApprover);
        var page = EntryEndpoints.PathOfEntry("uto-0001");

        using var wrong = await editor.PostAsync("/watchlists/propose", page, ("kind", "clearing"), ("entry", "uto-0001"), ("birth_date", "soon"), ("reason", "mistaken"));
        using var proposed = await editor.PostAsync(
            "/watchlists/propose", page, ("kind", "clearing"), ("entry", "uto-0001"), ("document_number", "UT 77"), ("issuing_state", "uto"),
            ("birth_date", "1974-08-12"), ("until", EntryWords.Day(Today.AddYears(1))), ("redress", "redress 7"), ("reason", "mistaken"));
        await PassAsync(IdOf(proposed), reviewer, approver, key);
        var cleared = await TextOfAsync(editor, page);
        using var ended = await editor.PostAsync(
            "/watchlists/propose", page, ("kind", "end-of-clearing"), ("entry", "uto-0001"), ("document_number", "UT77"), ("issuing_state", "UTO"), ("reason", "stolen"));
        await PassAsync(IdOf(ended), reviewer, approver, key);

        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains($"document UTO UT 77, born 1974-08-12, until {EntryWords.Day(Today.AddYears(1))}, redress redress 7", cleared, StringComparison.Ordinal);
        Assert.DoesNotContain("born 1974-08-12, until", await TextOfAsync(editor, page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entry_Suppressed_NamesThePostsThatHaveNotConfirmedIt()
    {
        await ImportAsync();
        using var appliance = await _site.EnrolAsync();
        var (editor, _) = await SignedInAsync("e.editor", StaffRole.ListEditor);
        var suppressions = _site.App.Services.GetRequiredService<SuppressionPublication>();
        var toSign = (await suppressions.OrderAsync("uto-0001", "why", "e.editor", Token)).Value.ToSign!;
        var release = (await suppressions.FinishAsync(_site.SignAsHolders(toSign, Releases.SigningRole.Suppress), "e.editor", Token)).Value.Release;

        var before = await TextOfAsync(editor, EntryEndpoints.PathOfEntry("uto-0001"));
        await ConfirmAsync(appliance.Id, release, new byte[32]);
        var foreign = await TextOfAsync(editor, EntryEndpoints.PathOfEntry("uto-0001"));
        await ConfirmAsync(appliance.Id, release, release.StateRoot);
        var after = await TextOfAsync(editor, EntryEndpoints.PathOfEntry("uto-0001"));

        foreach (var page in (string[])[before, foreign])
        {
            Assert.Contains("suppression 1: confirmed by 0 of 1 posts", page, StringComparison.Ordinal);
            Assert.Contains($"<small>{appliance.Id}</small>", page, StringComparison.Ordinal);
        }

        Assert.Contains("suppression 1: confirmed by 1 of 1 posts, all of them since", after, StringComparison.Ordinal);
        Assert.DoesNotContain($"<small>{appliance.Id}</small>", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suppress_OnThePage_WaitsForSignaturesAndProposesTheRemoval()
    {
        await ImportAsync();
        var (editor, _) = await SignedInAsync("e.editor", StaffRole.ListEditor);
        var page = EntryEndpoints.PathOfEntry("uto-0001");

        using var ordered = await editor.PostAsync("/watchlists/suppress", page, ("entry", "uto-0001"), ("reason", "court order lifted"));
        var shown = await TextOfAsync(editor, page);
        var lists = await TextOfAsync(editor, "/watchlists");

        Assert.Equal(page, ordered.Headers.Location!.OriginalString);
        Assert.Contains("waits for two signatures", shown, StringComparison.Ordinal);
        Assert.Contains("ordered to go at once by e.editor", lists, StringComparison.Ordinal);
        Assert.Equal(EntryChangeKind.Removal, Assert.Single(await _site.Store.Entries.ListProposalsAsync(isOpenOnly: true, 10, Token)).Kind);
        Assert.True(File.Exists(StagedRelease.ToSignPath(_site.Data, Releases.ReleaseKind.Suppression, 1)));
    }

    /// <summary>What a reader with a screen reader or without scripts needs, on every page of these.</summary>
    [Fact]
    public async Task Pages_AllOfThem_AreLabelledAndWithoutScriptsOrStylesOfTheirOwn()
    {
        await ImportAsync();
        var (editor, _) = await SignedInAsync("e.editor", StaffRole.ListEditor);
        var (reviewer, _) = await SignedInAsync("r.reviewer", StaffRole.LegalReviewer);
        using var proposed = await editor.PostAsync("/watchlists/propose", "/watchlists/propose", [("kind", "addition"), ("reason", "why"), .. Fields()]);
        (Browser, string)[] pages =
        [
            (editor, "/watchlists"), (editor, "/watchlists/propose"), (editor, EntryEndpoints.PathOfEntry("uto-0001")),
            (editor, "/watchlists/list?name=Utopia%20national%20list"), (editor, "/watchlists/due"), (editor, "/watchlists/duplicates"),
            (editor, EntryEndpoints.PathOf(IdOf(proposed))), (reviewer, EntryEndpoints.PathOf(IdOf(proposed))),
        ];

        foreach (var (browser, path) in pages)
        {
            var html = await browser.ReadAsync(path);
            var ids = Ids().Matches(html).Select(static match => match.Groups[1].Value).ToArray();
            Assert.Equal(ids.Distinct(), ids);
            Assert.Single(HeadingOnes().Matches(html));
            Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
            Assert.DoesNotContain(" onclick=", html, StringComparison.Ordinal);
            foreach (var field in ShownFields().Matches(html).Select(static match => match.Value))
            {
                var id = Ids().Match(field).Groups[1].Value;
                Assert.True(id.Length > 0 && html.Contains($"<label for=\"{id}\">", StringComparison.Ordinal), $"{path}: {field}");
            }

            foreach (var form in PostForms().Matches(html).Select(static match => match.Value))
                Assert.Contains("__RequestVerificationToken", form, StringComparison.Ordinal);
            foreach (var header in HeaderCells().Matches(html).Select(static match => match.Value))
                Assert.Contains("scope=", header, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pages_OfLists_ShowDueDuplicatesAndTheTemplate()
    {
        await ImportAsync();
        _site.Time.Advance(new DateTimeOffset(2029, 12, 20, 0, 0, 0, TimeSpan.Zero) - _site.Time.GetUtcNow());
        var (auditor, _) = await SignedInAsync("u.auditor", StaffRole.Auditor);
        using var template = await auditor.GetAsync("/watchlists/template.csv");

        Assert.Contains("uto-0001", await TextOfAsync(auditor, "/watchlists/due"), StringComparison.Ordinal);
        Assert.Contains("2 of 2 entries were compared", await TextOfAsync(auditor, "/watchlists/duplicates"), StringComparison.Ordinal);
        Assert.Equal(CsvTemplate.Text, await template.Content.ReadAsStringAsync(Token));
        Assert.Contains("attachment", template.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex(" id=\"([^\"]+)\"")]
    private static partial Regex Ids();

    [GeneratedRegex("<h1[ >]")]
    private static partial Regex HeadingOnes();

    [GeneratedRegex("<(input|select|textarea)(?![^>]*type=\"hidden\")[^>]*>")]
    private static partial Regex ShownFields();

    [GeneratedRegex("<form method=\"post\".*?</form>", RegexOptions.Singleline)]
    private static partial Regex PostForms();

    [GeneratedRegex("<th[ >][^>]*>?")]
    private static partial Regex HeaderCells();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DateOnly Today => DateOnly.FromDateTime(_site.Time.GetUtcNow().UtcDateTime);

    private (string, string)[] Fields(params (string, string)[] changes)
    {
        var field = EntryFixtures.Fields(Today, changes);
        return [.. CsvListReader.Columns.Select(column => (column, field(column).Replace('|', '\n')))];
    }

    private static async Task PassAsync(Guid id, Browser reviewer, Browser approver, SoftwareAuthenticator key)
    {
        var path = EntryEndpoints.PathOf(id);
        (await reviewer.PostAsync($"{path}/review", path, ("verdict", "pass"), ("reason", ""))).Dispose();
        using var approved = await approver.ApproveAsync(id, key, "a.approver", page: path);
        Assert.Equal(HttpStatusCode.Redirect, approved.StatusCode);
    }

    private Task ConfirmAsync(string applianceId, Release release, byte[] stateRoot) => _site.Store.Confirmations.NoteAsync(
        applianceId,
        [new ConfirmedRelease(release.Kind, release.Version, release.ReleaseId.ToByteArray(bigEndian: true), stateRoot)],
        _site.Time.GetUtcNow(),
        _ => new AuditEvent(_site.Time.GetUtcNow(), applianceId, AuditAction.PageViewed, "split view"),
        Token);

    private static Guid IdOf(HttpResponseMessage proposed)
    {
        Assert.Equal(HttpStatusCode.Redirect, proposed.StatusCode);
        return Guid.Parse(proposed.Headers.Location!.OriginalString.Split('/')[^1]);
    }

    private static async Task<string> TextOfAsync(Browser browser, string path) => WebUtility.HtmlDecode(await browser.ReadAsync(path));

    private async Task ImportAsync() => Assert.Equal(
        ImportOutcome.Imported,
        (await _site.Import.ImportAsync(new MemoryStream(Encoding.UTF8.GetBytes(CsvTemplate.Text)), ListFormat.Csv, new ListDefaults(), false, TestSite.Actor, Token)).Outcome);

    private async Task<(Browser Browser, SoftwareAuthenticator Key)> SignedInAsync(string name, StaffRole role)
    {
        var pair = await Browser.WithPasskeyAsync(_site, name, role);
        _open.AddRange([pair.Browser, pair.Authenticator]);
        return pair;
    }
}
