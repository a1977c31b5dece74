using System.Text;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

public sealed class DocumentImportTests : IAsyncLifetime
{
    private const string Header = "issuer,type,number\n";

    private static readonly ListDefaults Defaults = new() { ListName = "Stolen", Owner = "police", LegalBasis = "act" };

    private TestSite _site = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Import_Rows_AreKeptAsDocumentsAreCompared()
    {
        var report = await ImportAsync("issuer,type,number,reported_on,reference\nUtopia,P,ab 123-4,2026-01-31,case 7\nD,,X1,,\nUTO,P,AB1234,,again\n");

        Assert.Equal((ImportOutcome.Imported, 2, 1), (report.Outcome, report.Added, report.LeftOut));
        Assert.Equal([new StolenDocument("D", "", "X1", "", ""), new StolenDocument("UTO", "P", "AB1234", "2026-01-31", "case 7")], await RowsAsync());
    }

    [Fact]
    public async Task Import_MoreThanAPiece_IsReadBackWholeAndInOrder()
    {
        var report = await ImportAsync(Rows(12_345));

        var rows = await RowsAsync();
        Assert.Equal((12_345, 12_345), (report.Added, rows.Count));
        Assert.Equal(rows.Select(static row => row.Number).Order(StringComparer.Ordinal), rows.Select(static row => row.Number));
        Assert.Equal(12_345, Assert.Single(await _site.Store.Documents.ListAsync(Cancel)).RowCount);
    }

    [Fact]
    public async Task Import_ManyWouldGo_ChangesNothingUntilConfirmed()
    {
        await ImportAsync(Rows(40));

        var refused = await ImportAsync(Rows(37));
        var kept = (await RowsAsync()).Count;
        var preview = await ImportAsync(Rows(37), isPreview: true);
        var confirmed = await ImportAsync(Rows(37), mayRemove: true);

        Assert.Equal((ImportOutcome.RemovalsUnconfirmed, 3, 40), (refused.Outcome, refused.Removed, kept));
        Assert.Equal((ImportOutcome.Previewed, true), (preview.Outcome, preview.NeedsConfirmation));
        Assert.Equal((ImportOutcome.Imported, 3, 37), (confirmed.Outcome, confirmed.Removed, confirmed.Unchanged));
        Assert.Equal(37, (await RowsAsync()).Count);
    }

    [Theory]
    [InlineData("UTO,P,\n", "number")]
    [InlineData("UTO,P,--\n", "number")]
    [InlineData(",P,1\n", "issuer")]
    [InlineData("UTO,1\n", "2 fields")]
    [InlineData("UTO,P,\"1\t2\"\n", "control")]
    public async Task Import_BadRowAtTheEnd_ChangesNothing(string row, string words)
    {
        await ImportAsync(Rows(3));

        var report = await ImportAsync(Rows(6_000) + row);

        Assert.Equal(ImportOutcome.RowsRefused, report.Outcome);
        Assert.Equal(6_002, Assert.Single(report.Refused).Line);
        Assert.Contains(words, report.Refused[0].Reason, StringComparison.Ordinal);
        Assert.Equal(3, (await RowsAsync()).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("issuer,type\n")]
    [InlineData("issuer,type,number\n")]
    [InlineData("issuer,type,number,colour\n")]
    [InlineData("issuer,type,number\nUTO,P,\"12")]
    [InlineData("issuer,type,number\nUTO,P,1\0\n")]
    public async Task Import_MalformedFile_ChangesNothing(string text)
    {
        await ImportAsync(Rows(3));

        Assert.Equal(ImportOutcome.Malformed, (await ImportAsync(text)).Outcome);
        Assert.Equal(3, (await RowsAsync()).Count);
    }

    [Fact]
    public async Task Import_AfterOneThatDidNotEnd_HasNoneOfItsRows()
    {
        await ImportAsync(Rows(3));
        var generation = await _site.Store.Documents.BeginAsync("Stolen", Cancel);
        await _site.Store.Documents.AddAsync("Stolen", generation, [new StolenDocument("UTO", "P", "LEFT", "", "")], Cancel);

        var report = await ImportAsync(Rows(3));

        Assert.Equal((0, 3), (report.Added, report.Unchanged));
        Assert.DoesNotContain("LEFT", (await RowsAsync()).Select(static row => row.Number));
    }

    [Fact]
    public async Task Command_Documents_AreImportedAndShown()
    {
        var file = Path.Combine(_site.Folder, "stolen.csv");
        await File.WriteAllTextAsync(file, Rows(5), Cancel);

        var missing = await _site.CommandAsync("watchlists", "import", file, "--format", "documents-csv");
        var import = await _site.CommandAsync("watchlists", "import", file, "--format", "documents-csv", "--owner", "police", "--legal-basis", "act");
        var status = await _site.CommandAsync("watchlists", "status");

        Assert.NotEqual(0, missing.Code);
        Assert.Contains("--owner, --legal-basis", missing.Error, StringComparison.Ordinal);
        Assert.True(import.Code == 0, import.Error);
        Assert.Contains("Stolen documents: 5 documents", status.Output, StringComparison.Ordinal);
    }

    private static string Rows(int count) => Header + string.Concat(Enumerable.Range(1, count).Select(static i => $"UTO,P,U{i}\n"));

    private Task<ImportReport> ImportAsync(string text, bool mayRemove = false, bool isPreview = false) =>
        _site.App.Services.GetRequiredService<DocumentImport>().ImportAsync(
            ListInput.Of(new MemoryStream(Encoding.UTF8.GetBytes(text))), Defaults, mayRemove, TestSite.Actor, Cancel, isPreview);

    private async Task<List<StolenDocument>> RowsAsync()
    {
        var rows = new List<StolenDocument>();
        await foreach (var row in _site.Store.Documents.ReadAsync("Stolen", Cancel))
            rows.Add(row);
        return rows;
    }
}
