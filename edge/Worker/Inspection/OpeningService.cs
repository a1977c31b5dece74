using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>
/// What the first sign-in after a start opens: (1) the list, a newer one first when it came while the keys were closed,
/// (2) the encounters that were open when the service stopped.
/// </summary>
internal sealed class OpeningService(
    PostKeyring keyring,
    JournalStore journal,
    ReleaseInstaller installer,
    InstalledList list,
    EncounterBook encounters,
    ILogger<OpeningService> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        keyring.Opened += Open;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        keyring.Opened -= Open;
        return Task.CompletedTask;
    }

    private void Open()
    {
        if (OpenList().TryGet(out var generation, out var failure))
        {
            list.Switch(generation);
            logger.ListOpened(generation.Package.Info.Version, generation.Package.EntryCount, generation.Memory.IsLocked);
        }
        else
        {
            list.Report(failure.Reason);
            logger.NoList(failure.ToString());
        }

        if (keyring.JournalKey is { } key && encounters.Resume(journal, key) is > 0 and var resumed)
            logger.EncountersResumed(resumed);
    }

    /// <summary>A list that cannot be read for whatever reason of the card is no list; the page comes up and says so.</summary>
    private Result<ListGeneration, ReleaseFailure> OpenList()
    {
        try
        {
            return OpenAwaiting() ?? installer.OpenInstalled();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or OutOfMemoryException)
        {
            return new ReleaseFailure(ReleaseStage.Content, fault.Message);
        }
    }

    /// <summary>The list that was downloaded while the keys were closed; null when there is none, or it is refused.</summary>
    private ListGeneration? OpenAwaiting()
    {
        if (installer.Store.FindAwaiting() is not { } release || !installer.Verify(release).TryGet(out var metadata, out _)
            || metadata.Segments is not [var segment] || !File.Exists(installer.Store.StagingPath(segment)))
        {
            return null;
        }

        if (!installer.Install(release, metadata, installer.Store.StagingPath(segment)).TryGet(out var generation, out var failure))
        {
            logger.NoList(failure.ToString());
            return null;
        }

        Note(new RecordDraft(Lane.Audit, RecordKind.ReleaseInstalled, RecordDraft.Appliance) { ListVersion = metadata.Version });
        return generation;
    }

    private void Note(RecordDraft draft)
    {
        try
        {
            journal.Append(draft);
        }
        catch (SqliteException fault)
        {
            logger.JournalUnwritable(fault.SqliteErrorCode);
        }
    }
}
