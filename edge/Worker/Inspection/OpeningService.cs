using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>
/// What the first sign-in after a start opens: (1) urgent delistings and the list, a newer one first when it came while the keys were closed,
/// (2) the encounters that were open when the service stopped.
/// </summary>
internal sealed class OpeningService(
    PostKeyring keyring,
    JournalStore journal,
    ReleaseInstaller installer,
    SuppressionInstaller suppressions,
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
        if (OpenSuppression() is { } suppression)
            list.Suppress(suppression);
        var opened = OpenList();
        if (!opened.TryGet(out var generation, out var failure) && failure.Stage is ReleaseStage.Segment or ReleaseStage.Content && OpenFormer() is { } former)
        {
            list.Switch(former);
            list.Report($"the list on the card is damaged ({failure.Reason}); the one before it is in use until the next contact with central");
            logger.NoList(failure.ToString());
            logger.ListOpened(former.Metadata.Version, former.Runs.EntryCount, former.IsLocked);
        }
        else if (generation is not null)
        {
            list.Switch(generation);
            logger.ListOpened(generation.Metadata.Version, generation.Runs.EntryCount, generation.IsLocked);
        }
        else
        {
            list.Report(failure!.Reason);
            logger.NoList(failure.ToString());
        }

        if (keyring.JournalKey is { } key && encounters.Resume(journal, key) is > 0 and var resumed)
            logger.EncountersResumed(resumed);
    }

    /// <summary>A list that cannot be read for whatever reason of the card is no list; the page comes up and says so.</summary>
    private Result<ListGeneration, ReleaseFailure> OpenList() => Guarded(() => OpenAwaiting() ?? installer.OpenInstalled());

    private ListGeneration? OpenFormer() => Guarded(installer.OpenFormer).TryGet(out var former, out _) ? former : null;

    private static Result<ListGeneration, ReleaseFailure> Guarded(Func<Result<ListGeneration, ReleaseFailure>> open)
    {
        try
        {
            return open();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or OutOfMemoryException)
        {
            return new ReleaseFailure(ReleaseStage.Content, fault.Message);
        }
    }

    /// <summary>Urgent delistings come before the list that they are about; a newer one that waited first. One that cannot be read delists nobody.</summary>
    private Suppression? OpenSuppression()
    {
        try
        {
            var store = suppressions.Store;
            var opened = store.FindAwaiting() is { } waiting && suppressions.Verify(waiting).TryGet(out var metadata, out _)
                && metadata.Find(ReleaseMetadata.RemovalsSegment) is var (_, segment) && File.Exists(store.StagingPath(segment))
                ? suppressions.Install(waiting, metadata, store.StagingPath(segment))
                : suppressions.OpenInstalled();
            if (opened is not { } read)
                return null;
            if (read.TryGet(out var suppression, out var failure))
                return suppression;
            logger.NoList(failure.ToString());
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            logger.NoList(fault.Message);
        }

        return null;
    }

    /// <summary>The list that was downloaded while the keys were closed; null when there is none, or it is refused.</summary>
    private ListGeneration? OpenAwaiting()
    {
        if (installer.Store.FindAwaiting() is not { } release || !installer.Verify(release).TryGet(out var metadata, out _))
            return null;

        // A delta is for the list on the card, which is opened first.
        var current = installer.OpenInstalled().TryGet(out var installed, out _) ? installed : null;
        if (installer.FindStaged(metadata, current) is not { } segment)
            return null;
        if (!installer.Install(release, metadata, segment.Name, installer.Store.StagingPath(segment), current).TryGet(out var generation, out var failure))
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
