using System.Text;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Watchlists;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>Entries of two lists that may mean one person, found by the matcher of the posts.</summary>
public sealed class LikelyDuplicatesTests : IAsyncLifetime
{
    private const string Header = "entry_id,names,birth_dates,documents\n";

    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task FindAll_NoList_FindsNothing() => Assert.Empty((await Duplicates.FindAllAsync(Token)).Found);

    [Fact]
    public async Task FindAll_SamePersonOnTwoLists_IsOnePairWithItsExplanation()
    {
        await ImportAsync("North", "n:1,\"Brandvold, Isaura Lene\",1991-03-07,\nn:2,Tarik Okonjo-Halvard,1980-02-02,\n");
        await ImportAsync("South", "s:1,Isaura Lene Brandvold,1991-03-07,\ns:2,Obadiah Quillfeather,1966-01-02,\n");

        var search = await Duplicates.FindAllAsync(Token);

        var pair = Assert.Single(search.Found);
        Assert.Equal(["n:1", "s:1"], new[] { pair.EntryId, pair.OtherEntryId }.Order());
        Assert.True(pair.IsCorroborated);
        Assert.Contains("date of birth 1991-03-07: the same on the list", pair.Agreements);
        Assert.Equal((4, 4), (search.ComparedCount, search.EntryCount));
    }

    [Fact]
    public async Task FindAll_TwiceOnOneList_IsNoPair()
    {
        await ImportAsync("North", "n:1,Isaura Lene Brandvold,1991-03-07,\nn:2,Isaura Lene Brandvold,1991-03-07,\n");

        Assert.Empty((await Duplicates.FindAllAsync(Token)).Found);
    }

    [Fact]
    public async Task Find_ForAnAddition_LooksInItsOwnListToo()
    {
        await ImportAsync(EntryFixtures.ListName, $"n:1,Ottoline {EntryFixtures.Mark},1983-11-30,\n");
        var entry = EntryFixtures.Entry(Today);

        Assert.Empty(await Duplicates.FindAsync(entry, Token));
        Assert.Equal("n:1", Assert.Single(await Duplicates.FindAsync(entry, Token, isOfOtherListsOnly: false)).OtherEntryId);
    }

    [Fact]
    public async Task Find_SharedDocumentUnderAnotherName_IsFoundByTheDocument()
    {
        await ImportAsync("North", "n:1,Signe Maridottir,,P:UTO:UT 4471-X02\n");
        var entry = EntryFixtures.Entry(Today, ("names", "Tarik Okonjo"), ("documents", "P:UTO:UT4471X02"), ("birth_dates", ""));

        var pair = Assert.Single(await Duplicates.FindAsync(entry, Token));

        Assert.Equal(("n:1", true), (pair.OtherEntryId, pair.IsCorroborated));
        Assert.Contains("the document number is on the list", pair.Agreements);
    }

    [Fact]
    public async Task Find_AfterAnImport_KnowsTheNewEntry()
    {
        var entry = EntryFixtures.Entry(Today);
        await ImportAsync("North", "n:1,Signe Maridottir,,\n");
        Assert.Empty(await Duplicates.FindAsync(entry, Token));
        _site.Time.Advance(TimeSpan.FromSeconds(1));
        await ImportAsync("North", $"n:1,Ottoline {EntryFixtures.Mark},1983-11-30,\n");

        Assert.Equal("n:1", Assert.Single(await Duplicates.FindAsync(entry, Token)).OtherEntryId);
    }

    [Fact]
    public async Task Find_ExpiredEntryAndOneWithAClearedTraveller_AreFoundToo()
    {
        await ImportAsync("North", $"n:1,Ottoline {EntryFixtures.Mark},1983-11-30,P:UTO:UT0815K\n");
        var entry = EntryFixtures.Entry(Today) with { ExpiresOn = Today.AddDays(-1), Cleared = [EntryFixtures.Traveller(Today, "UT0815K")] };

        Assert.Equal("n:1", Assert.Single(await Duplicates.FindAsync(entry, Token)).OtherEntryId);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DateOnly Today => DateOnly.FromDateTime(_site.Time.GetUtcNow().UtcDateTime);

    private LikelyDuplicates Duplicates => _site.App.Services.GetRequiredService<LikelyDuplicates>();

    private async Task ImportAsync(string listName, string rows)
    {
        var defaults = new ListDefaults
        {
            ListName = listName,
            Owner = "police",
            LegalBasis = "act",
            Purpose = "check",
            Action = RequestedAction.Inquire,
            Evidence = EvidenceGrade.Documented,
            ExpiresOn = Today.AddYears(1),
        };
        var report = await _site.Import.ImportAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(Header + rows)), ListFormat.Csv, defaults, mayRemove: true, TestSite.Actor, Token);
        Assert.Equal(ImportOutcome.Imported, report.Outcome);
    }
}
