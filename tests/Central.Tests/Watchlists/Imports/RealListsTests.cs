using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

/// <summary>The real files of the shared collection through the import, where they are there. Counts are printed; nothing of them is kept.</summary>
public sealed class RealListsTests : IAsyncLifetime
{
    private const string Absent = "the real lists are not part of the repository; put them under shared/data beside it";

    private TestSite _site = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Import_Ofac2019Then2021_TellsWhatChanged()
    {
        var (older, newer) = (Folder("ofac_2019/sdn.csv"), Folder("ofac_2021/sdn.csv"));

        var first = await ImportAsync(older, ListFormat.OfacCsv);
        var second = await ImportAsync(newer, ListFormat.OfacCsv);
        var back = await ImportAsync(older, ListFormat.OfacCsv);

        Assert.Equal((ImportOutcome.Imported, 3_845), (first.Outcome, first.Added));
        // Two years of a list: a fiftieth of it went. Back to the older one, a fifth would.
        Assert.InRange(second.Added, 700, 1_200);
        Assert.InRange(second.Changed, 100, 1_500);
        Assert.Equal(3_845 + second.Added - second.Removed, second.Added + second.Changed + second.Unchanged);
        Assert.Equal(second.NeedsConfirmation, second.Removed > 3_845 * ListImport.RemovalShareMax);
        Assert.Equal(ImportOutcome.RemovalsUnconfirmed, back.Outcome);
    }

    [Fact]
    public async Task Import_EuFolderTwice_IsUnchangedTheSecondTime()
    {
        var folder = Folder("eu_consolidated/32014R0269.csv");

        var first = await ImportAsync(folder, ListFormat.EuCsv);
        var second = await ImportAsync(folder, ListFormat.EuCsv);

        Assert.InRange(first.Added, 3_900, 4_500);
        Assert.Equal((first.Added, 0, 0, 0), (second.Unchanged, second.Added, second.Changed, second.Removed));
    }

    [Fact]
    public async Task Import_EuFolderCutOff_AsksBeforeItDelists()
    {
        var folder = Folder("eu_consolidated/32014R0269.csv");
        await ImportAsync(folder, ListFormat.EuCsv);

        var cut = await ImportAsync(Path.Combine(folder, "32006R0765.csv"), ListFormat.EuCsv);

        Assert.Equal(ImportOutcome.RemovalsUnconfirmed, cut.Outcome);
        Assert.True((await _site.Store.Lists.ReadAsync(Cancel)).Entries.Count > 3_900);
    }

    [Fact]
    public async Task Duplicates_OfThreeLists_AreFoundAcrossThemAndExplained()
    {
        await ImportAsync(Path.Combine(Folder("un_sc_2026/UN_consolidated.xml"), "UN_consolidated.xml"), ListFormat.UnXml);
        await ImportAsync(Folder("ofac_2021/sdn.csv"), ListFormat.OfacCsv);
        await ImportAsync(Folder("eu_consolidated/32014R0269.csv"), ListFormat.EuCsv);
        var begun = TimeProvider.System.GetTimestamp();

        var search = await _site.App.Services.GetRequiredService<LikelyDuplicates>().FindAllAsync(Cancel);

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{search.PairCount} pairs of {search.ComparedCount} entries in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s");
        Assert.Equal(search.EntryCount, search.ComparedCount);
        Assert.Equal(LikelyDuplicates.FoundMax, search.Found.Length);
        Assert.All(search.Found, static pair =>
        {
            Assert.True(pair.IsCorroborated);
            Assert.NotEqual(pair.ListName, pair.OtherListName);
            Assert.NotEmpty(pair.Agreements);
        });
    }

    private static string Folder(string file)
    {
        var found = SharedData.Find($"names/{file}");
        Assert.SkipWhen(found is null, Absent);
        return Path.GetDirectoryName(found)!;
    }

    private async Task<ImportReport> ImportAsync(string place, ListFormat format)
    {
        FileSystemInfo input = Directory.Exists(place) ? new DirectoryInfo(place) : new FileInfo(place);
        var report = await _site.Import.ImportAsync(ListInput.Of(input), format, new ListDefaults(), mayRemove: false, TestSite.Actor, Cancel);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{format}: {report.Outcome}, {report.Added} added, {report.Changed} changed, {report.Removed} removed, {report.Unchanged} unchanged, "
            + $"{report.LeftOut} left out, {report.Refused.Count} refused, {report.Notes.Count} taken without a part");
        Assert.NotEqual(ImportOutcome.RowsRefused, report.Outcome);
        Assert.NotEqual(ImportOutcome.Malformed, report.Outcome);
        return report;
    }
}
