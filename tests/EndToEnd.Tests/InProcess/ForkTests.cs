using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Health;
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
        ledger.Write(Lane.Alerts, 5);
        await ledger.SentAsync(Patience, Cancel);
        await site.StopApplianceAsync(Cancel);
        using var clone = new TemporaryFolder();
        FolderCopy.Make(site.Data.Path, clone.Combine("card"));
        await site.StartApplianceAsync(Cancel);
        ledger.Write(Lane.Alerts, 4);
        await ledger.SentAsync(Patience, Cancel);
        var before = await ledger.StoredAsync(Lane.Alerts, Cancel);

        await site.StopApplianceAsync(Cancel);
        Directory.Delete(site.Data.Path, recursive: true);
        FolderCopy.Make(clone.Combine("card"), site.Data.Path);
        await site.StartApplianceAsync(Cancel);
        new Ledger(site).Write(Lane.Alerts, 1);

        // At central: the audit has the place, the store has what it had.
        var alarm = await Until.FoundAsync(
            "the alarm at central",
            async token => (await site.Store.Audit.ReadNewestAsync(100, token))
                .FirstOrDefault(static line => line.Event.Action == AuditAction.ForkFound && line.Event.Detail.Contains("lane 0", StringComparison.Ordinal)),
            Patience,
            Cancel);
        Assert.Equal(site.ApplianceId, alarm.Event.Subject);
        Assert.EndsWith("lane 0, record 6", alarm.Event.Detail, StringComparison.Ordinal);
        Assert.Equal(before, await ledger.StoredAsync(Lane.Alerts, Cancel));

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
}
