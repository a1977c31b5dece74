using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Screening;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>What happens once, before the first scan: (1) journal the start, (2) open the list, (3) bring open encounters back.</summary>
internal sealed class StartService(
    JournalStore journal,
    ReleaseInstaller installer,
    InstalledList list,
    EncounterBook encounters,
    IDeviceKey key,
    ILogger<StartService> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        journal.Append(new RecordDraft(Lane.Audit, RecordKind.Started, RecordDraft.Appliance));
        if (installer.OpenInstalled().TryGet(out var generation, out var failure))
        {
            list.Switch(generation);
            logger.ListOpened(generation.Package.Info.Version, generation.Package.EntryCount, generation.Memory.IsLocked);
        }
        else
        {
            list.Report(failure.Reason);
            logger.NoList(failure.ToString());
        }

        var resumed = encounters.Resume(journal, key);
        if (resumed > 0)
        {
            // Personal data are looked at again: that leaves a trace (guardrail 10).
            journal.Append([.. encounters.State.Open.Select(static encounter =>
                new RecordDraft(Lane.Audit, RecordKind.Viewed, RecordDraft.Appliance) { EncounterId = encounter.Id })]);
            logger.EncountersResumed(resumed);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
