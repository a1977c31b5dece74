using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>Two cards that were one: the alarm names the exact place, what central has stays, and the other lanes go on.</summary>
public sealed class ForkTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Card_ClonedAndUsedInstead_IsAnAlarmAtTheRecordWhereHistoriesPart()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        var ledger = new Ledger(site);
        await PutBackAsync(site, ledger, before: 5, after: 4);
        var before = await ledger.StoredAsync(Lane.Alerts, Cancel);

        // Written before central can be asked: else the clone's own first entry parts the histories, and the alert stands in a new epoch.
        await site.StopCentralAsync();
        await site.StartApplianceAsync(Cancel);
        new Ledger(site).Write(Lane.Alerts, 1);
        await site.RunCentralAsync(Cancel);

        // At central: the audit has the place, the store has what it had.
        var alarm = await Until.FoundAsync(
            "the alarm at central",
            async token => (await site.Store.Audit.ReadNewestAsync(100, token))
                .FirstOrDefault(static line => line.Event.Action == AuditAction.ForkFound && line.Event.Detail.Contains("lane 0", StringComparison.Ordinal)),
            Patience,
            Cancel);
        Assert.Equal(site.ApplianceId, alarm.Event.Subject);
        Assert.EndsWith("lane 0, record 6", alarm.Event.Detail, StringComparison.Ordinal);
        Assert.Equal(before, (await ledger.StoredAsync(Lane.Alerts, Cancel)).Where(before.Contains));

        // At the counter: the screen says what to do.
        var part = await Until.FoundAsync(
            "the alarm at the counter",
            _ => Task.FromResult(site.Parts.GetRequiredService<ApplianceHealth>().Parts()
                .SingleOrDefault(static part => part is { Name: "sync", Health.State: DeviceState.Failed })),
            Patience,
            Cancel);
        Assert.Contains("lane 0: record 6", part.Health.Detail, StringComparison.Ordinal);
        Assert.Contains("Keep the card", part.Health.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Card_PutBackAfterMoreWasSent_GoesOnUnderAnEpochOfItsOwn()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        var ledger = new Ledger(site);
        await PutBackAsync(site, ledger, before: 2, after: 2);
        await site.StartApplianceAsync(Cancel);
        var epochs = site.Parts.GetRequiredService<JournalStore>().Epochs(16).Length;
        new Ledger(site).Write(Lane.Alerts, 1);
        await IsRefusedAsync(site);

        // The lane that parted is left where it is; what happens from now on stands in an epoch of its own.
        var journal = site.Parts.GetRequiredService<JournalStore>();
        await Until.TrueAsync("a new epoch", _ => Task.FromResult(journal.Epochs(16).Length > epochs), Patience, Cancel);
        var alert = journal.Append(new RecordDraft(Lane.Alerts, RecordKind.Tamper, RecordDraft.Appliance))[0];

        await Until.TrueAsync(
            "the alert of the new epoch at central",
            async token => (await ledger.StoredAsync(Lane.Alerts, token)).Any(stored => stored.Id == alert.RecordId),
            Patience,
            Cancel);
        await IsRefusedAsync(site);
        Assert.False(journal.HasUnsent(Lane.Alerts));

        // It is said after a restart too, and begins nothing more.
        var begun = journal.Epochs(16).Length;
        await site.StopApplianceAsync(Cancel);
        await site.StartApplianceAsync(Cancel);
        await IsRefusedAsync(site);
        Assert.Equal(begun, site.Parts.GetRequiredService<JournalStore>().Epochs(16).Length);
    }

    [Fact]
    public async Task Card_ThatLostWhatARestoredCentralLacks_SaysSoAndSendsItsNextEpoch()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        var ledger = new Ledger(site);
        ledger.Write(Lane.Audit, 3);
        await ledger.SentAsync(Patience, Cancel);
        using var backup = new TemporaryFolder();
        await site.StopCentralAsync();
        FolderCopy.Make(site.CentralFolder, backup.Combine("central"));
        await site.RunCentralAsync(Cancel);
        ledger.Write(Lane.Audit, 30);
        await ledger.SentAsync(Patience, Cancel);

        // Damage takes records that central has, and begins an epoch; one record of the former is not sent yet. Then central is put back.
        await site.StopCentralAsync();
        ledger.Write(Lane.Audit, 1);
        await site.StopApplianceAsync(Cancel);
        Tamper(site, "DELETE FROM records WHERE lane = 2 AND sequence BETWEEN 10 AND 12", "UPDATE lane_state SET durable_through = durable_through + 1 WHERE lane = 1");
        Directory.Delete(site.CentralFolder, recursive: true);
        FolderCopy.Make(backup.Combine("central"), site.CentralFolder);
        await site.RunCentralAsync(Cancel);
        await site.StartApplianceAsync(Cancel);
        var journal = site.Parts.GetRequiredService<JournalStore>();
        var entry = journal.Append(new RecordDraft(Lane.Audit, RecordKind.DeviceState, RecordDraft.Appliance))[0];

        await Until.TrueAsync(
            "the entry of the new epoch at central",
            async token => (await ledger.StoredAsync(Lane.Audit, token)).Any(stored => stored.Id == entry.RecordId),
            Patience,
            Cancel);
        await IsRefusedAsync(site);
        Assert.Equal(1, journal.Recoveries);
        Assert.Contains(
            "damage took that from this card",
            site.Parts.GetRequiredService<ApplianceHealth>().Parts().Single(static part => part.Name == "sync").Health.Detail,
            StringComparison.Ordinal);
    }

    /// <summary>
    /// A card put back from an older image works for weeks without a link, under numbers that central has given to others. Nothing of that is lost: each record travels
    /// inside one of the next epoch, once, also when the appliance stops in between.
    /// </summary>
    [Fact]
    public async Task Card_PutBackAndUsedForWeeksWithoutALink_SendsEachOfItsRecordsInsideAnotherOnce()
    {
        const int offline = 150;
        await using var site = await JoinedSite.StartAsync(Cancel);
        var ledger = new Ledger(site);
        await PutBackAsync(site, ledger, before: 3, after: 4);
        await site.StopCentralAsync();
        await site.StartApplianceAsync(Cancel);
        var weeks = new Ledger(site);
        weeks.Write(Lane.Alerts, offline);
        await site.StopApplianceAsync(Cancel);
        await site.RunCentralAsync(Cancel);
        var before = await ledger.StoredAsync(Lane.Alerts, Cancel);

        await site.StartApplianceAsync(Cancel);
        await IsRefusedAsync(site);
        await site.StopApplianceAsync(Cancel);
        await site.StartApplianceAsync(Cancel);
        await weeks.SentAsync(Patience, Cancel);

        var carried = await weeks.CarriedAsync(Lane.Alerts, Cancel);
        Assert.Equal(carried.Distinct().Count(), carried.Count);
        Assert.Equal(weeks.Written(Lane.Alerts), carried.Where(weeks.Written(Lane.Alerts).Contains));
        // What both have is not said twice, and what central had stays.
        Assert.DoesNotContain(carried, id => before.Exists(stored => stored.Id == id));
        var after = await ledger.StoredAsync(Lane.Alerts, Cancel);
        Assert.All(before, stored => Assert.Contains(stored, after));
        // Said at the counter and at central for as long as the card is in use.
        await IsRefusedAsync(site);
        Assert.NotEmpty(await site.Store.Records.CountForksAsync(Cancel));
    }

    /// <summary>
    /// Central was restored, and goes on with a copy of the card. Then the card itself comes back: hundreds of records that central has acknowledged are not there any
    /// more, and all of them are found.
    /// </summary>
    [Fact]
    public async Task Card_AcknowledgedByACentralThatWasRestoredAndWentOnWithAnother_SendsAllThatPartsInsideOthers()
    {
        const int common = 40, own = 600;
        await using var site = await JoinedSite.StartAsync(Cancel);
        var ledger = new Ledger(site);
        ledger.Write(Lane.Audit, common);
        await ledger.SentAsync(Patience, Cancel);
        await site.StopApplianceAsync(Cancel);
        await site.StopCentralAsync();
        using var older = new TemporaryFolder();
        FolderCopy.Make(site.CentralFolder, older.Combine("central"));
        FolderCopy.Make(site.Data.Path, older.Combine("card"));
        await site.RunCentralAsync(Cancel);
        await site.StartApplianceAsync(Cancel);
        var lost = new Ledger(site);
        lost.Write(Lane.Audit, own);
        await lost.SentAsync(Patience, Cancel);
        await site.StopApplianceAsync(Cancel);
        await site.StopCentralAsync();
        FolderCopy.Make(site.Data.Path, older.Combine("newer"));
        PutBack(older.Combine("central"), site.CentralFolder);
        PutBack(older.Combine("card"), site.Data.Path);
        await site.RunCentralAsync(Cancel);
        await site.StartApplianceAsync(Cancel);
        new Ledger(site).Write(Lane.Audit, own + 300);
        await ledger.SentAsync(Patience, Cancel);
        await site.StopApplianceAsync(Cancel);

        PutBack(older.Combine("newer"), site.Data.Path);
        await site.StartApplianceAsync(Cancel);

        await IsRefusedAsync(site);
        var newest = lost.Written(Lane.Audit)[^1];
        await Until.TrueAsync("the newest at central", async token => (await lost.CarriedAsync(Lane.Audit, token)).Contains(newest), Patience, Cancel);
        await lost.SentAsync(Patience, Cancel);
        var carried = await lost.CarriedAsync(Lane.Audit, Cancel);
        Assert.Equal(carried.Distinct().Count(), carried.Count);
        Assert.Equal(lost.Written(Lane.Audit), carried.Where(lost.Written(Lane.Audit).Contains));
        Assert.DoesNotContain(carried, ledger.Written(Lane.Audit).Contains);
    }

    /// <summary>All was acknowledged, and nothing waits: what a restored central lacks, and the card has only in part, is said all the same, and that part is sent.</summary>
    [Fact]
    public async Task Card_WithNothingUnsentThatLostWhatARestoredCentralLacks_SaysSoAndSendsWhatItHas()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        var ledger = new Ledger(site);
        ledger.Write(Lane.Audit, 3);
        await ledger.SentAsync(Patience, Cancel);
        using var backup = new TemporaryFolder();
        await site.StopCentralAsync();
        FolderCopy.Make(site.CentralFolder, backup.Combine("central"));
        await site.RunCentralAsync(Cancel);
        ledger.Write(Lane.Audit, 30);
        await ledger.SentAsync(Patience, Cancel);
        await site.StopApplianceAsync(Cancel);
        Tamper(site, "DELETE FROM records WHERE lane = 2 AND sequence BETWEEN 10 AND 12", "UPDATE lane_state SET durable_through = durable_through + 1 WHERE lane = 1");
        await site.StopCentralAsync();
        Directory.Delete(site.CentralFolder, recursive: true);
        FolderCopy.Make(backup.Combine("central"), site.CentralFolder);
        await site.RunCentralAsync(Cancel);

        await site.StartApplianceAsync(Cancel);

        await IsRefusedAsync(site);
        Assert.Contains(
            "damage took that from this card",
            site.Parts.GetRequiredService<ApplianceHealth>().Parts().Single(static part => part.Name == "sync").Health.Detail,
            StringComparison.Ordinal);
        var newest = ledger.Written(Lane.Audit)[^1];
        await Until.TrueAsync("the newest at central", async token => (await ledger.CarriedAsync(Lane.Audit, token)).Contains(newest), Patience, Cancel);
        await ledger.SentAsync(Patience, Cancel);
        var carried = await ledger.CarriedAsync(Lane.Audit, Cancel);
        Assert.Equal(carried.Distinct().Count(), carried.Count);
        Assert.Equal(ledger.Written(Lane.Audit).TakeLast(carried.Count(ledger.Written(Lane.Audit).Contains)), carried.Where(ledger.Written(Lane.Audit).Contains));
        Assert.InRange(carried.Count, 15, 40);
    }

    /// <summary>Puts back the card as it was before the last alerts, which central has; the appliance is stopped then.</summary>
    private static async Task PutBackAsync(JoinedSite site, Ledger ledger, int before, int after)
    {
        ledger.Write(Lane.Alerts, before);
        await ledger.SentAsync(Patience, Cancel);
        await site.StopApplianceAsync(Cancel);
        using var clone = new TemporaryFolder();
        FolderCopy.Make(site.Data.Path, clone.Combine("card"));
        await site.StartApplianceAsync(Cancel);
        ledger.Write(Lane.Alerts, after);
        await ledger.SentAsync(Patience, Cancel);
        await site.StopApplianceAsync(Cancel);
        Directory.Delete(site.Data.Path, recursive: true);
        FolderCopy.Make(clone.Combine("card"), site.Data.Path);
    }

    private static void PutBack(string copy, string folder)
    {
        Directory.Delete(folder, recursive: true);
        FolderCopy.Make(copy, folder);
    }

    private static void Tamper(JoinedSite site, params ReadOnlySpan<string> statements)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(site.Data.Journal, "journal.db")};Pooling=False");
        connection.Open();
        foreach (var sql in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            Assert.NotEqual(0, command.ExecuteNonQuery());
        }
    }

    private static Task IsRefusedAsync(JoinedSite site) => Until.TrueAsync(
        "the alarm at the counter",
        _ => Task.FromResult(site.Parts.GetRequiredService<ApplianceHealth>().Parts().Any(static part => part is { Name: "sync", Health.State: DeviceState.Failed })),
        Patience,
        Cancel);
}
