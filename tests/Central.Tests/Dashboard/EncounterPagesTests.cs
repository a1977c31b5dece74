using System.Net;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage.Sql;
using EdgeCheckpoint.Central.Storage.Sqlite;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Tests.Dashboard;

public sealed class EncounterPagesTests : IAsyncLifetime
{
    private readonly Guid _encounter = Guid.NewGuid();
    private TestSite _site = null!;
    private TestAppliance _appliance = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _appliance = await _site.EnrolAsync();
        var genesis = _appliance.Head(Lane.Encounters).Chain;
        await _appliance.PushAsync(_appliance.Batch(
            Lane.Encounters, 1, genesis,
            _appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict, _encounter, InventedPerson.Traveller, (ushort)OutcomeCode.ProposedRefer, (ushort)OutcomeCode.ReasonHit),
            _appliance.Next(Lane.Encounters, RecordKind.EncounterDecision, _encounter, null, (ushort)OutcomeCode.Referred)));
    }

    public async ValueTask DisposeAsync()
    {
        _appliance.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task List_ForMonitors_ShowsThePlainPartOnly()
    {
        using var browser = await Browser.SignedInAsync(_site, StaffRole.Monitor);

        var page = await browser.ReadAsync("/encounters");

        Assert.Contains("North Gate", page, StringComparison.Ordinal);
        Assert.Contains("proposed refer", page, StringComparison.Ordinal);
        Assert.Contains("referred", page, StringComparison.Ordinal);
        Assert.DoesNotContain(InventedPerson.Mark, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE records SET header = zeroblob(length(header)) WHERE sequence = 3")]
    [InlineData("UPDATE records SET header = substr(header, 1, length(header) - 1) || x'00' WHERE sequence = 3")]
    [InlineData("UPDATE records SET encounter_id = zeroblob(16) WHERE sequence = 3")]
    public async Task List_OneRecordDamaged_NamesItAndShowsTheRest(string damage)
    {
        var (sequence, chain) = _appliance.Head(Lane.Encounters);
        var damaged = Guid.NewGuid();
        await _appliance.PushAsync(_appliance.Batch(
            Lane.Encounters, sequence + 1, chain,
            _appliance.Next(Lane.Encounters, RecordKind.EncounterVerdict, damaged, InventedPerson.Traveller, (ushort)OutcomeCode.ProposedClear)));
        await using (var database = SqliteDatabase.Open(_site.Data.DatabaseFile, _site.Time.GetUtcNow()))
            Assert.Equal(1, await database.WriteAsync(transaction => transaction.Run(damage), Token));
        using var browser = await Browser.SignedInAsync(_site, StaffRole.Monitor);

        var page = await browser.ReadAsync("/encounters");

        Assert.Contains($"record 3 of lane Encounters of {_appliance.Id}", page, StringComparison.Ordinal);
        Assert.Contains(_encounter.ToString(), page, StringComparison.Ordinal);
        Assert.DoesNotContain(damaged.ToString(), page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "UTO-1")]
    [InlineData("curiosity", "UTO-1")]
    [InlineData("redress", "")]
    [InlineData("redress", "   ")]
    public async Task Open_WithoutPurposeOrCase_IsRefusedAndAudited(string purpose, string reference)
    {
        using var browser = await Browser.SignedInAsync(_site, StaffRole.Monitor);
        var path = $"/encounters/{_appliance.Id}/{_encounter}";

        using var answer = await browser.PostAsync(path, path, ("purpose", purpose), ("case", reference));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain(InventedPerson.Mark, await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains(await AuditAsync(), static line => line.Action == AuditAction.EncounterViewRefused);
    }

    [Fact]
    public async Task Open_WithPurposeAndCase_ShowsThePersonDifferencesFirstAndIsAudited()
    {
        using var browser = await Browser.SignedInAsync(_site, StaffRole.Monitor);
        var path = $"/encounters/{_appliance.Id}/{_encounter}";

        using var answer = await browser.PostAsync(path, path, ("purpose", "redress"), ("case", "UTO-2026-7"));
        var page = await answer.Content.ReadAsStringAsync(Token);

        Assert.Contains(InventedPerson.Surname, page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("What differs", StringComparison.Ordinal) < page.IndexOf("What agrees", StringComparison.Ordinal));
        Assert.Contains("sex: M here, F there", page, StringComparison.Ordinal);
        Assert.Contains("4711", page, StringComparison.Ordinal);
        Assert.Contains(
            await AuditAsync(),
            line => line is { Action: AuditAction.EncounterViewed, Actor: "staff-Monitor", Purpose: "redress", CaseReference: "UTO-2026-7" }
                && line.Subject == _encounter.ToString());
        Assert.DoesNotContain(_site.Log.Lines, static line => line.Contains(InventedPerson.Mark, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_AnotherAppliancesName_FindsNothing()
    {
        using var browser = await Browser.SignedInAsync(_site, StaffRole.Monitor);
        var path = $"/encounters/ap-other/{_encounter}";

        using var answer = await browser.PostAsync(path, path, ("purpose", "redress"), ("case", "UTO-2026-7"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Administrator_SeesPostsButNoTraveller()
    {
        using var browser = await Browser.SignedInAsync(_site, StaffRole.Administrator);
        var path = $"/encounters/{_appliance.Id}/{_encounter}";

        using var answer = await browser.PostAsync(path, "/posts", ("purpose", "redress"), ("case", "UTO-1"));
        var pages = await Task.WhenAll(new[] { "/posts", "/appliances", "/staff", "/approvals" }.Select(browser.ReadAsync));

        using var audit = await browser.GetAsync("/audit");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, audit.StatusCode);
        Assert.All(pages, static page => Assert.DoesNotContain(InventedPerson.Mark, page, StringComparison.Ordinal));
        Assert.Contains("North Gate", pages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_Always_CarryTheSecurityHeaders()
    {
        using var browser = new Browser(_site);

        using var answer = await browser.GetAsync("/sign-in");

        Assert.Contains("default-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.False(answer.Headers.Contains("Server"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<IEnumerable<AuditEvent>> AuditAsync() =>
        (await _site.Store.Audit.ReadNewestAsync(100, Token)).Select(static line => line.Event);
}
