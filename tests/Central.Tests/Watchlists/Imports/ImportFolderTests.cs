using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

public sealed class ImportFolderTests : IAsyncLifetime
{
    private const string Defaults =
        """{"list":"Utopia","owner":"police","legal_basis":"act","purpose":"check","action":"inquire","evidence":"documented","expires_on":"2040-01-01"}""";

    private TestSite _site = null!;
    private WatchlistsOptions _options = null!;
    private ImportFolder _folder = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Csv => Path.Combine(_options.ImportFolder, "csv");

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _options = new WatchlistsOptions { ImportFolder = Path.Combine(_site.Folder, "in"), SettleSeconds = 10 };
        _folder = new ImportFolder(
            _site.Import, _site.App.Services.GetRequiredService<DocumentImport>(), _options, _site.Time, NullLogger<ImportFolder>.Instance);
        Directory.CreateDirectory(Csv);
        await File.WriteAllTextAsync(Path.Combine(Csv, "import.json"), Defaults, Cancel);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Pass_FileThatHasSettled_IsTakenAndMovedWithAReport()
    {
        Put("list.csv", Rows(3));

        await SettleAsync();

        Assert.Equal(3, await CountAsync());
        Assert.Equal(2, Names("done").Length);
        Assert.Contains("3 added", await ReportAsync("done"), StringComparison.Ordinal);
        Assert.Equal(["import.json"], Directory.GetFiles(Csv).Select(Path.GetFileName));
        Assert.Equal(ImportFolder.Actor, Assert.Single(await _site.Store.Lists.ListAsync(Cancel)).ImportedBy);
    }

    [Fact]
    public async Task Pass_FileThatIsStillWritten_IsLeftAlone()
    {
        Put("list.csv", Rows(2));
        await _folder.PassAsync(Cancel);
        _site.Time.Advance(TimeSpan.FromSeconds(9));
        Put("list.csv", Rows(3));
        await _folder.PassAsync(Cancel);
        _site.Time.Advance(TimeSpan.FromSeconds(9));
        await _folder.PassAsync(Cancel);
        var early = await CountAsync();
        _site.Time.Advance(TimeSpan.FromSeconds(1));

        await _folder.PassAsync(Cancel);

        Assert.Equal((0, 3), (early, await CountAsync()));
    }

    [Theory]
    [InlineData("list.csv.part")]
    [InlineData("list.tmp")]
    [InlineData(".list.csv")]
    public async Task Pass_NameOfAnUnfinishedFile_IsLeftAlone(string name)
    {
        Put(name, Rows(2));

        await SettleAsync();

        Assert.Equal(0, await CountAsync());
        Assert.True(File.Exists(Path.Combine(Csv, name)));
    }

    [Fact]
    public async Task Pass_LinkToAFileElsewhere_IsLeftAlone()
    {
        var elsewhere = Path.Combine(_site.Folder, "elsewhere.csv");
        await File.WriteAllTextAsync(elsewhere, Rows(2), Cancel);
        File.CreateSymbolicLink(Path.Combine(Csv, "list.csv"), elsewhere);

        await SettleAsync();

        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Pass_RefusedRow_MovesTheFileToRefusedAndChangesNothing()
    {
        Put("list.csv", Rows(2) + "u9,\n");

        await SettleAsync();

        Assert.Equal(0, await CountAsync());
        Assert.Contains("line 4: entry u9 refused: names is empty", await ReportAsync("refused"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pass_ManyWouldGo_WaitsAndStatusNamesIt()
    {
        Put("a.csv", Rows(40));
        await SettleAsync();
        Put("b.csv", Rows(3));

        await SettleAsync();

        Assert.Equal(40, await CountAsync());
        Assert.EndsWith("b.csv", Assert.Single(ImportFolder.FindWaiting(_options)), StringComparison.Ordinal);
        Assert.Contains("--confirm-removals", await ReportAsync("waiting"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"owner\":\"police\",\"colour\":\"red\"}")]
    [InlineData("{\"action\":\"arrest\"}")]
    [InlineData("[")]
    public async Task Pass_DefaultsThatCannotBeUsed_RefuseTheFile(string defaults)
    {
        await File.WriteAllTextAsync(Path.Combine(Csv, "import.json"), defaults, Cancel);
        Put("list.csv", Rows(2));

        await SettleAsync();

        Assert.Equal(0, await CountAsync());
        Assert.Contains("import.json", await ReportAsync("refused"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pass_FolderOfFiles_IsTakenTogether()
    {
        var place = Directory.CreateDirectory(Path.Combine(_options.ImportFolder, "ofac-csv", "today")).FullName;
        await File.WriteAllTextAsync(Path.Combine(place, "sdn.csv"), "7,\"EXAMPLE, Otto\",\"individual\",\"UTO\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n", Cancel);
        await File.WriteAllTextAsync(Path.Combine(place, "alt.csv"), "7,70,\"aka\",\"BEISPIEL\",-0- \n", Cancel);

        await SettleAsync();

        Assert.Equal(1, await CountAsync());
        Assert.False(Directory.Exists(place));
    }

    private static string Rows(int count) =>
        "entry_id,names\n" + string.Concat(Enumerable.Range(1, count).Select(static i => $"u{i},Name {i}\n"));

    private void Put(string name, string text) => File.WriteAllText(Path.Combine(Csv, name), text);

    private async Task SettleAsync()
    {
        await _folder.PassAsync(Cancel);
        _site.Time.Advance(TimeSpan.FromSeconds(10));
        await _folder.PassAsync(Cancel);
    }

    private string[] Names(string place) => Directory.Exists(Path.Combine(Csv, place)) ? Directory.GetFiles(Path.Combine(Csv, place)) : [];

    private async Task<string> ReportAsync(string place) =>
        await File.ReadAllTextAsync(Assert.Single(Names(place), static path => path.EndsWith(".report.txt", StringComparison.Ordinal)), Cancel);

    private async Task<int> CountAsync() => (await _site.Store.Lists.ReadAsync(Cancel)).Entries.Count;
}
