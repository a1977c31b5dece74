using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>A dead board's card: what is behind a lost record comes to central with the rest, whoever reads the card and however often.</summary>
public sealed class RescuedCardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rescue_OfADamagedCard_BringsWhatIsBehindALostRecordToCentralUnderOneIdentifier()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        var ledger = new Ledger(site);
        ledger.Write(Lane.Audit, 2);
        await ledger.SentAsync(Patience, Cancel);
        await site.StopCentralAsync();
        ledger.Write(Lane.Audit, 20);
        await site.StopApplianceAsync(Cancel);
        var written = ledger.Written(Lane.Audit);
        Lose(site, written[8]);
        await site.RunCentralAsync(Cancel);

        await ImportAsync(site);
        await ImportAsync(site);

        var stored = (await ledger.StoredAsync(Lane.Audit, Cancel)).Select(static record => record.Id).ToHashSet();
        Assert.Subset(stored, written.Take(8).ToHashSet());
        Assert.DoesNotContain(written[8], stored);
        var carried = await ledger.CarriedAsync(Lane.Audit, Cancel);
        Assert.Subset(carried.ToHashSet(), written.Skip(9).ToHashSet());
        // Each rescue seals anew, in an epoch of its own; a record that came twice came under one identifier.
        Assert.Equal(2 * carried.Distinct().Count(), carried.Count);
        Assert.Subset(stored, carried.Select(RecoveryDrafts.CarrierOf).ToHashSet());
        Assert.Empty(await site.Store.Records.CountForksAsync(Cancel));
    }

    private static async Task ImportAsync(JoinedSite site)
    {
        using var file = new MemoryStream();
        using (var key = site.KeyStore.Load())
        {
            var report = JournalRescue.Write(file, JournalRescue.FilesIn(site.Data.Path), key, takesAll: false, SiteTrust.Load(site.Data).Current.RecordKeys[0]);
            Assert.Equal((0, 1), (report.Stranded, report.Lost));
            Assert.InRange(report.Carried, 13, 30);
        }

        file.Position = 0;
        var answer = await site.Central.Services.GetRequiredService<RescueIntake>().TakeAsync(file, unsignedReason: "", "a.admin", Cancel);
        Assert.Empty(answer.Problems);
    }

    private static void Lose(JoinedSite site, Guid recordId)
    {
        using var connection = new SqliteConnection($"Data Source={JournalStore.PathsIn(site.Data.Path)[0]};Pooling=False");
        connection.Open();
        JournalDatabase.Execute(connection, $"PRAGMA secure_delete = ON; DELETE FROM records WHERE record_id = x'{Convert.ToHexString(recordId.ToByteArray(bigEndian: true))}'");
    }
}
