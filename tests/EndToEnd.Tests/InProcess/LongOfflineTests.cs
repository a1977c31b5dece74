using EdgeCheckpoint.Central.Appliances;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Testing;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCheckpoint.EndToEnd.Tests.InProcess;

/// <summary>Weeks and months without a link: local work goes on, and what was written meanwhile arrives whole.</summary>
public sealed class LongOfflineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="restarts">The power comes and goes meanwhile.</param>
    [Theory]
    [InlineData(0.5 / 24, false)]
    [InlineData(25, false)]
    [InlineData(25, true)]
    [InlineData(90, true)]
    [InlineData(260, false)]
    public async Task Offline_WithinTheGrace_ComesBackByItself(double days, bool restarts)
    {
        await using var site = await StartAsync();
        var ledger = new Ledger(site);
        ledger.Write(Lane.Audit, 5);
        await ledger.SentAsync(Patience, Cancel);

        site.Link!.IsDown = true;
        await OfflineAsync(site, ledger, days, restarts);
        site.Link.IsDown = false;

        await ledger.SentAsync(Patience, Cancel);
        await ledger.EqualAsync(Cancel);
        await site.HeardAsync(Cancel);
        Assert.True(site.Parts.GetRequiredService<CredentialBook>().InUse.NotAfter > site.CentralTime.GetUtcNow());
    }

    [Fact]
    public async Task Offline_400Days_LocalWorkGoesOnNothingIsLostAndATechnicianIsAskedFor()
    {
        await using var site = await StartAsync();
        var ledger = new Ledger(site);
        ledger.Write(Lane.Audit, 5);
        await ledger.SentAsync(Patience, Cancel);

        site.Link!.IsDown = true;
        await OfflineAsync(site, ledger, 400, restarts: true);
        var waiting = site.Parts.GetRequiredService<JournalStore>().Depth().RecordsWaiting;
        site.Link.IsDown = false;

        var link = site.Parts.GetRequiredService<CentralLink>();
        await Until.TrueAsync("central's refusal", _ => Task.FromResult(link.State.Refusal == RefusalReason.CertificateEnded), Patience, Cancel);
        Assert.Contains("a technician must enrol", link.State.Detail, StringComparison.Ordinal);
        Assert.Equal(
            DeviceState.Failed,
            site.Parts.GetRequiredService<ApplianceHealth>().Parts().Single(static part => part.Name == "certificate").Health.State);

        // Refused, and still a journal that takes and keeps.
        ledger.Write(Lane.Alerts, 1);
        Assert.True(site.Parts.GetRequiredService<JournalStore>().Depth().RecordsWaiting > waiting);
        Assert.Empty(await site.Store.Records.CountForksAsync(Cancel));
    }

    [Fact]
    public async Task Offline_400DaysThenReplacedAndRescued_CentralHasEveryRecordAndThePostGoesOn()
    {
        await using var site = await StartAsync();
        var old = new Ledger(site);
        old.Write(Lane.Audit, 5);
        await old.SentAsync(Patience, Cancel);
        site.Link!.IsDown = true;
        await OfflineAsync(site, old, 400, restarts: true);
        site.Link.IsDown = false;
        var link = site.Parts.GetRequiredService<CentralLink>();
        await Until.TrueAsync("central's refusal", _ => Task.FromResult(link.State.Refusal == RefusalReason.CertificateEnded), Patience, Cancel);
        var waiting = site.Parts.GetRequiredService<JournalStore>().Depth().RecordsWaiting;
        await site.StopApplianceAsync(Cancel);

        // The technician: a new enrolment on the same card, then what the old one had not sent.
        var former = site.ApplianceId;
        // Central renews its own certificate each day; here the days were jumped over.
        site.Central.Services.GetRequiredService<SiteKeys>().RenewServerCertificate(site.CentralTime.GetUtcNow());
        var aside = await site.ReplaceAsync(Cancel);
        using var file = new MemoryStream();
        using (var key = new DeviceKeyFiles(aside, seal: null, site.ApplianceTime).Load())
        {
            var report = JournalRescue.Write(file, JournalRescue.FilesIn(aside.Path), key, takesAll: false);
            Assert.True(report.IsWhole);
            Assert.InRange(report.Records, waiting, long.MaxValue);
        }

        file.Position = 0;
        var intake = site.Central.Services.GetRequiredService<RescueIntake>();
        var answer = await intake.TakeAsync(file, unsignedReason: "", "a.admin", Cancel);
        Assert.Empty(answer.Problems);

        await old.EqualAsync(Cancel, former);
        await site.StartApplianceAsync(Cancel);
        var next = new Ledger(site);
        next.Write(Lane.Alerts, 2);
        next.Write(Lane.Audit, 3);
        await next.SentAsync(Patience, Cancel);
        await next.EqualAsync(Cancel);
        Assert.NotEqual(former, site.ApplianceId);
        Assert.Equal(ApplianceState.Revoked, (await site.Store.Appliances.FindAsync(former, Cancel))!.State);
    }

    private static async Task OfflineAsync(JoinedSite site, Ledger ledger, double days, bool restarts)
    {
        const int Steps = 5;
        for (var step = 0; step < Steps; step++)
        {
            site.CentralTime.Offset += TimeSpan.FromDays(days / Steps);
            site.ApplianceTime.Offset += TimeSpan.FromDays(days / Steps);
            if (restarts && step == 2)
            {
                await site.StopApplianceAsync(Cancel);
                await site.StartApplianceAsync(Cancel);
            }

            ledger.Write(Lane.Audit, 8);
            ledger.Write(Lane.Alerts, 1);
        }
    }

    private static async Task<JoinedSite> StartAsync()
    {
        var site = await JoinedSite.StartCentralAsync(Cancel, linkSeed: 1);
        await site.EnrolAsync(Cancel);
        await site.StartApplianceAsync(Cancel);
        return site;
    }
}
