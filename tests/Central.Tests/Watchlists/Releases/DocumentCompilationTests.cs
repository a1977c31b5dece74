using System.Security.Cryptography;
using System.Text;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Central.Tests.Rig;
using EdgeCheckpoint.Central.Watchlists;
using EdgeCheckpoint.Core.Tests.Watchlists.Deltas;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.Central.Tests.Watchlists;

public sealed class DocumentCompilationTests : IAsyncLifetime
{
    private TestSite _site = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DateOnly Today => DateOnly.FromDateTime(_site.Time.GetUtcNow().UtcDateTime);

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Publish_NoListOfDocuments_HasNoSegmentForThem() =>
        Assert.Equal(["base"], (await PublishAsync()).Segments.Select(static segment => segment.Name));

    [Fact]
    public async Task Publish_ListOfDocuments_IsARegisterOfThem()
    {
        await ImportAsync("Stolen", "Utopia,P,UT 4471-X02,2026-01-31,case 7", "D,,X1,,", "Freedonia,P,F77,,", "UTO,laissez-passer,L1,,");

        var register = await RegisterAsync(await PublishAsync());

        Assert.Equal((4L, 1UL), (register.Count, register.Version));
        var hit = Assert.Single(Search(register, "UTO", "UT4471X02").Hits);
        Assert.Equal(("Stolen", "police", "act", new DateOnly(2026, 1, 31)), (hit.List.Name, hit.List.Owner, hit.List.LegalBasis, hit.ReportedOn));
        Assert.False(Assert.Single(Search(register, "DEU", "X1").Hits).IsClassStated);
        // An issuer that is no code, and a type that is not understood, make nobody miss.
        Assert.False(Assert.Single(Search(register, "FRE", "F77").Hits).IsIssuerStated);
        Assert.Single(Search(register, "UTO", "L1", DocumentClass.Other).Hits);
        Assert.Empty(Search(register, "UTO", "UT4471X03").Hits);
    }

    /// <summary>An appliance of either of the two releases before reaches the signed bytes with one delta.</summary>
    [Fact]
    public async Task Publish_Again_HasADeltaFromEachReleaseBefore()
    {
        await ImportAsync("Stolen", Rows(2_000));
        await PublishAsync();
        await ImportAsync("Stolen", [.. Rows(2_000).Skip(3), "UTO,P,NEW1,,"]);
        await PublishAsync();
        await ImportAsync("Invalid", "UTO,P,NEW2,,");
        var third = await PublishAsync();

        Assert.Equal(["documents", "documents-delta-2", "documents-delta-1"], third.Segments.Select(static segment => segment.Name).Where(static name => name.StartsWith("documents", StringComparison.Ordinal)));
        var releases = await _site.Store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, 3, Token);
        var whole = await OpenAsync(releases[0], ReleaseMetadata.DocumentsSegment);
        foreach (var former in releases.Skip(1))
        {
            var delta = await OpenAsync(releases[0], ReleaseMetadata.DocumentsDeltaSegment((ulong)former.Version));
            var run = DocumentRegisterRun.Decode(delta, ZstdFrames.TryUnpack).Value;

            Assert.InRange(delta.Length, 100, whole.Length / 10);
            Assert.Equal(whole, Open(await OpenAsync(former, ReleaseMetadata.DocumentsSegment)).Apply(run));
        }
    }

    /// <summary>A new list that comes first by its name does not take another's number, which would change every row.</summary>
    [Fact]
    public async Task Publish_AnotherList_LeavesTheNumbersOfTheOthers()
    {
        await ImportAsync("Stolen", "UTO,P,UT1,,");
        await PublishAsync();
        await ImportAsync("Invalid", "UTO,P,UT2,,");

        var register = await RegisterAsync(await PublishAsync());

        Assert.Equal([("Stolen", 0), ("Invalid", 1)], register.Head.Lists.Select(static list => (list.Name, (int)list.Number)));
        Assert.Equal("Invalid", Assert.Single(Search(register, "UTO", "UT2").Hits).List.Name);
    }

    [Fact]
    public async Task Publish_ListThatHasExpired_HasNoDocumentsAndStaysAPart()
    {
        await ImportAsync("Stolen", "UTO,P,UT1,,");
        await PublishAsync();
        _site.Time.Advance((await _site.Store.Documents.ListAsync(Token))[0].ExpiresOn.ToDateTime(TimeOnly.MinValue) - _site.Time.GetUtcNow().UtcDateTime + TimeSpan.FromHours(1));

        var register = await RegisterAsync(await PublishAsync());

        Assert.Equal(0, register.Count);
        Assert.Single(register.Head.Lists);
    }

    /// <summary>Neither the list that ends first nor the weaker action nor discretion hides what another list says of a document.</summary>
    [Fact]
    public async Task Publish_DocumentOfSeveralLists_IsAHitOfEachAndTheDeltaStaysSmall()
    {
        await ImportAsync("A", [.. Rows(500), "UTO,P,SHARED,2026-02-02,"]);
        await ImportAsync("B", "UTO,PASSPORT,SHARED,2026-01-02,", "UTO,P,SHARED,,", "UTO,P,B1,,");
        var first = await RegisterAsync(await PublishAsync());
        await ImportAsync("C", "UTO,P,SHARED,,", "UTO,P,B1,,");

        var metadata = await PublishAsync();

        Assert.Equal([("A", 2), ("B", 2)], Search(first, "UTO", "SHARED").Hits.Select(static hit => (hit.List.Name, hit.ReportedOn!.Value.Day)));
        var second = await RegisterAsync(metadata);
        Assert.Equal(["A", "B", "C"], Search(second, "UTO", "SHARED").Hits.Select(static hit => hit.List.Name));
        Assert.Equal(["B", "C"], Search(second, "UTO", "B1").Hits.Select(static hit => hit.List.Name));
        Assert.Equal(2, second.Head.Groups.Length);
        var delta = await OpenAsync((await _site.Store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, 1, Token))[0], ReleaseMetadata.DocumentsDeltaSegment(1));
        Assert.Equal(2, DocumentRegisterRun.Decode(delta, ZstdFrames.TryUnpack).Value.ChangeCount);

        // As it was: the group has its number again, and those that nothing names are gone.
        await ImportAsync("C", "UTO,P,C1,,");
        var third = await RegisterAsync(await PublishAsync());
        Assert.Equal(first.Head.Groups[0].Number, Assert.Single(third.Head.Groups).Number);
    }

    /// <summary>Rows reach the sorter in any order and through its temporary file.</summary>
    [Fact]
    public async Task Publish_ManyDocumentsOfTwoLists_HasEachOfBoth()
    {
        await ImportAsync("A", Rows(9_000));
        await ImportAsync("B", Rows(9_000).Skip(3_000));

        var register = await RegisterAsync(await PublishAsync());

        Assert.Equal(9_000, register.Count);
        for (var i = 0; i < 9_000; i += 111)
            Assert.Equal(i < 3_000 ? ["A"] : ["A", "B"], Search(register, "UTO", $"UT{i:000000}").Hits.Select(static hit => hit.List.Name));
    }

    [Fact]
    public async Task Publish_FormerDocumentsLost_BeginsANewRegister()
    {
        await ImportAsync("Stolen", "UTO,P,UT1,,");
        var first = await PublishAsync();
        await _site.Store.Releases.RemoveSegmentsAsync([first.Find(ReleaseMetadata.DocumentsSegment)!.Value.Segment.SealedSha256], Token);

        var second = await PublishAsync();

        Assert.Null(second.Find(ReleaseMetadata.DocumentsDeltaSegment(1)));
        Assert.Single(Search(await RegisterAsync(second), "UTO", "UT1").Hits);
    }

    /// <summary>A run that was killed leaves hashes without their key behind; the next clears them.</summary>
    [Fact]
    public async Task Publish_AfterOneThatWasKilled_ClearsItsRows()
    {
        await ImportAsync("Stolen", "UTO,P,UT1,,");
        var left = Path.Combine(_site.Data.StagedFolder, "documents-killed.rows");
        await File.WriteAllTextAsync(left, "rows", Token);

        await PublishAsync();

        Assert.False(File.Exists(left));
    }

    [Fact]
    public async Task Publish_Often_KeepsOlderDocumentsForTheirDeltasAlone()
    {
        await ImportAsync("Stolen", Rows(500));
        var first = await PublishAsync();
        await PublishAsync();
        var third = await PublishAsync();

        Assert.True(await IsThereAsync(first, "documents"));
        Assert.True(await IsThereAsync(third, "documents-delta-1"));
        Assert.False(await IsThereAsync(await MetadataAsync(2), "documents-delta-1"));
        Assert.Empty(Directory.GetFiles(_site.Data.StagedFolder, "*.rows"));
    }

    /// <summary>Guardrail 7: however a list writes the issuer.</summary>
    [Theory]
    [InlineData("D", "DEU", true)]
    [InlineData("DEU", "D", true)]
    [InlineData("D", "DE", true)]
    [InlineData("D", "de", true)]
    [InlineData("D", "GER", true)]
    [InlineData("FRA", "DE", false)]
    [InlineData("UTO", "Freedonia", true)]
    [InlineData("UTO", "XXA", false)]
    public async Task Reported_DocumentOfAClearedTraveller_LapsesHoweverTheIssuerIsWritten(string cleared, string reported, bool lapses)
    {
        await ImportAsync("Stolen", $"{reported},P,UT-1,,");

        var found = await _site.App.Services.GetRequiredService<ReportedDocuments>().AmongAsync([new ClearedDocument(cleared, "UT1")], Today, Token);

        Assert.Equal(lapses, found.Contains(new ClearedDocument(cleared, "UT1")));
    }

    /// <summary>A list that writes issuers otherwise than documents must not miss them all in silence.</summary>
    [Theory]
    [InlineData("DE", "D")]
    [InlineData("DEU", "D")]
    [InlineData("fr", "FRA")]
    [InlineData("UTO", "UTO")]
    [InlineData("GER", "")]
    [InlineData("SUI", "")]
    [InlineData("Federal Republic", "")]
    [InlineData("99", "")]
    public void KeyOf_IssuerAsListsWriteIt_IsThatOfTheDocumentOrUnstated(string issuer, string compared)
    {
        var listKey = new byte[16];
        var document = new StolenDocument(issuer, "P", "C01X0006H", "", "");

        Assert.Equal(
            DocumentKey.Of(listKey, compared, compared.Length == 0 ? DocumentClass.Unstated : DocumentClass.Passport, DocumentNumber.Parse("C01X0006H")),
            DocumentRows.KeyOf(listKey, document));
    }

    [Theory]
    [InlineData("P", DocumentClass.Passport)]
    [InlineData("passport", DocumentClass.Passport)]
    [InlineData("ID", DocumentClass.Card)]
    [InlineData("Visa", DocumentClass.Visa)]
    [InlineData("", DocumentClass.Unstated)]
    [InlineData("driving licence", DocumentClass.Unstated)]
    public void ClassOf_AnyType_IsUnstatedRatherThanWrong(string type, DocumentClass expected) => Assert.Equal(expected, DocumentRows.ClassOf(type));

    private static IEnumerable<string> Rows(int count) => Enumerable.Range(0, count).Select(static i => $"UTO,P,UT{i:000000},2026-01-31,");

    private static DocumentRegister Open(byte[] content) => DocumentRegister.Open(new MemorySectionSource(content)).Value;

    private DocumentCheck Search(DocumentRegister register, string issuer, string number, DocumentClass documentClass = DocumentClass.Passport) =>
        register.Search(issuer, documentClass, DocumentNumber.Parse(number), isProven: true, Today, isClockDoubtful: false);

    private async Task ImportAsync(string list, params IEnumerable<string> rows)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($"issuer,type,number,reported_on,reference\n{string.Join('\n', rows)}\n"));
        var report = await _site.App.Services.GetRequiredService<DocumentImport>().ImportAsync(
            ListInput.Of(file), new ListDefaults { ListName = list, Owner = "police", LegalBasis = "act" }, mayRemove: true, TestSite.Actor, Token);
        Assert.Equal(ImportOutcome.Imported, report.Outcome);
    }

    private async Task<ReleaseMetadata> PublishAsync()
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(
            "entry_id,names,birth_dates,list,owner,legal_basis,purpose,action,evidence,expires_on\n"
            + "uto:1,Brandvold Isaura,1980-01-02,Utopia list,Ministry,Border Act,tests,inquire,documented,2199-12-31\n"));
        Assert.Equal(ImportOutcome.Imported, (await _site.Import.ImportAsync(file, ListFormat.Csv, new ListDefaults(), mayRemove: true, TestSite.Actor, Token)).Outcome);
        Assert.True((await _site.Publication.PublishAsync("", TestSite.Actor, Token)).TryGet(out var publication, out var refusal), refusal?.Reason);
        return ReleaseMetadata.Parse(publication.Release.Metadata).Value;
    }

    private async Task<ReleaseMetadata> MetadataAsync(long version) => ReleaseMetadata.Parse(
        (await _site.Store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, 10, Token)).Single(release => release.Version == version).Metadata).Value;

    private async Task<bool> IsThereAsync(ReleaseMetadata metadata, string segment) =>
        await _site.Store.Releases.ReadSegmentAsync(metadata.Find(segment)!.Value.Segment.SealedSha256, 0, 1, Token) is not null;

    private async Task<DocumentRegister> RegisterAsync(ReleaseMetadata metadata) => Open(await OpenAsync(
        (await _site.Store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, 10, Token)).Single(release => release.ReleaseId == metadata.ReleaseId), ReleaseMetadata.DocumentsSegment));

    private async Task<byte[]> OpenAsync(Release release, string name)
    {
        var (place, segment) = ReleaseMetadata.Parse(release.Metadata).Value.Find(name)!.Value;
        var sealedBytes = await _site.Store.Releases.ReadSegmentAsync(segment.SealedSha256, 0, (int)segment.SealedLength, Token);
        var key = KeyWrap.Unwrap(_site.Keys.RecordKey, release.WrappedContentKey, SegmentSeal.KeyContext(release.ReleaseId)).Value;
        var plain = new byte[segment.PlainLength];
        Assert.True(SegmentSeal.Open(key, release.ReleaseId, place, sealedBytes, plain).IsSuccess);
        CryptographicOperations.ZeroMemory(key);
        return plain;
    }
}
