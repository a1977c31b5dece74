using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Screening;
using Microsoft.Data.Sqlite;

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
        Write(new RecordDraft(Lane.Audit, RecordKind.Started, RecordDraft.Appliance));
        if (OpenInstalled().TryGet(out var generation, out var failure))
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
            Write([.. encounters.State.Open.Select(static encounter =>
                new RecordDraft(Lane.Audit, RecordKind.Viewed, RecordDraft.Appliance) { EncounterId = encounter.Id })]);
            logger.EncountersResumed(resumed);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A list that cannot be read for whatever reason of the card is no list; the page comes up and says so.</summary>
    private Result<ListGeneration, ReleaseFailure> OpenInstalled()
    {
        try
        {
            return installer.OpenInstalled();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or OutOfMemoryException)
        {
            return new ReleaseFailure(ReleaseStage.Content, fault.Message);
        }
    }

    /// <summary>On a full card the page comes up all the same, and says that nothing can be recorded.</summary>
    private void Write(params ReadOnlySpan<RecordDraft> drafts)
    {
        try
        {
            journal.Append(drafts);
        }
        catch (SqliteException fault)
        {
            logger.JournalUnwritable(fault.SqliteErrorCode);
        }
    }
}
