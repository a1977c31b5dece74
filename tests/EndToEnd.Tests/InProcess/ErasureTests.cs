using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>From central's backup to the keys that are gone on the card, 72 hours later and not before.</summary>
public sealed class ErasureTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backup_ThreeDaysOld_ErasesTheAppliancesCopyAndTheChainStillVerifies()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        var journal = site.Parts.GetRequiredService<JournalStore>();
        var clock = site.Parts.GetRequiredService<ClockKeeper>();
        await Until.TrueAsync("signed time", _ => Task.FromResult(clock.SignedNow() is not null), Patience, Cancel);
        for (var i = 0; i < 5; i++)
            journal.Append(Traveller());
        await new Ledger(site).SentAsync(Patience, Cancel);

        // What is not in a backup stays, however old it gets.
        await AdvanceAsync(site, TimeSpan.FromHours(100));
        journal.Upkeep();
        Assert.Equal(0, journal.KeysErased);

        await site.Store.Records.NoteBackedUpAsync(await site.Store.Records.ListLanesAsync(Cancel), Cancel);
        await site.HeardAsync(Cancel);
        await site.HeardAsync(Cancel);
        await AdvanceAsync(site, TimeSpan.FromHours(71));
        journal.Upkeep();
        Assert.Equal(0, journal.KeysErased);
        await AdvanceAsync(site, TimeSpan.FromHours(2));
        journal.Upkeep();

        Assert.True(journal.KeysErased >= 5, $"{journal.KeysErased} keys were erased");
        await site.StopApplianceAsync(Cancel);
        Assert.Equal(0L, Count(site, "SELECT count(*) FROM records WHERE lane = 1 AND (length(wrapped_for_appliance) > 0 OR length(wrapped_for_central) > 0)"));
        Assert.Equal(5L, Count(site, "SELECT count(*) FROM records WHERE lane = 1"));

        // A chain that does not verify would be put aside as damage at the start.
        await site.StartApplianceAsync(Cancel);
        Assert.Equal(0, site.Parts.GetRequiredService<JournalStore>().Recoveries);
        await site.HeardAsync(Cancel);
    }

    [Fact]
    public async Task Central_RestoredToBeforeWhatTheApplianceHasErased_TakesTheRecordsWithoutTheirKeysAndGoesOn()
    {
        await using var site = await JoinedSite.StartAsync(Cancel);
        var clock = site.Parts.GetRequiredService<ClockKeeper>();
        await Until.TrueAsync("signed time", _ => Task.FromResult(clock.SignedNow() is not null), Patience, Cancel);
        var ledger = new Ledger(site);
        await ledger.SentAsync(Patience, Cancel);
        await site.StopCentralAsync();
        using var older = new TemporaryFolder();
        FolderCopy.Make(site.CentralFolder, older.Combine("central"));
        await site.RunCentralAsync(Cancel);
        var journal = site.Parts.GetRequiredService<JournalStore>();
        for (var i = 0; i < 5; i++)
            journal.Append(Traveller());
        await ledger.SentAsync(Patience, Cancel);
        await site.Store.Records.NoteBackedUpAsync(await site.Store.Records.ListLanesAsync(Cancel), Cancel);
        await site.HeardAsync(Cancel);
        await site.HeardAsync(Cancel);
        await AdvanceAsync(site, TimeSpan.FromHours(73));
        journal.Upkeep();
        Assert.True(journal.KeysErased >= 5);

        await site.StopCentralAsync();
        Directory.Delete(site.CentralFolder, recursive: true);
        FolderCopy.Make(older.Combine("central"), site.CentralFolder);
        await site.RunCentralAsync(Cancel);
        await Until.TrueAsync(
            "the records at central again", async token => (await ledger.StoredAsync(Lane.Encounters, token)).Count == 5, Patience, Cancel);
        ledger.Write(Lane.Alerts, 1);
        await ledger.SentAsync(Patience, Cancel);

        await ledger.EqualAsync(Cancel);
    }

    private static async Task AdvanceAsync(JoinedSite site, TimeSpan time)
    {
        site.CentralTime.Offset += time;
        site.ApplianceTime.Offset += time;
        var clock = site.Parts.GetRequiredService<ClockKeeper>();
        await Until.TrueAsync(
            "signed time of now",
            _ => Task.FromResult((clock.SignedNow()!.Value - site.CentralTime.GetUtcNow()).Duration() < TimeSpan.FromMinutes(1)),
            Patience,
            Cancel);
    }

    private static RecordDraft Traveller() => new(Lane.Encounters, RecordKind.EncounterVerdict, "OFF-1")
    {
        EncounterId = Guid.NewGuid(),
        Personal = new PersonalPart { Surname = "HALVORSEN", GivenNames = "NILS", DocumentNumber = "U20000001" },
    };

    private static long Count(JoinedSite site, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(site.Data.Path, "journal", "journal.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
