using EdgeCheckpoint.Records;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.People;
using EdgeCheckpoint.Worker.Screening;

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
        // One at a time with what comes over the link: both write the same files.
        lock (installer.Gate)
            SwitchToInstalled();

        // The keys were dropped in this moment: what they opened goes too.
        if (!keyring.IsOpen)
            list.Close();
        if (keyring.JournalKey is { } key && encounters.Resume(journal, key) is > 0 and var resumed)
            logger.EncountersResumed(resumed);
        if (!keyring.IsOpen)
            encounters.Clear();
    }

    private void SwitchToInstalled()
    {
        var opened = OpenList();
        if (!opened.TryGet(out var generation, out var failure) && failure.Reason is not (LeasedKeys.Closed or LeasedKeys.LeaseEnded) && OpenFormer() is { } former)
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
    }

    private Result<ListGeneration, ReleaseFailure> OpenList() => Awaiting(OpenAwaitingList) is { } newer ? newer : Guarded(installer.OpenInstalled);

    private ListGeneration? OpenFormer() => Guarded(installer.OpenFormer).TryGet(out var former, out _) ? former : null;

    /// <summary>Urgent delistings come before the list that they are about. One that cannot be read delists nobody.</summary>
    private Suppression? OpenSuppression() =>
        Awaiting(OpenAwaitingSuppression) ?? (suppressions.IsInstalled ? Known(Guarded(suppressions.OpenInstalled)) : null);

    /// <summary>
    /// What came while the keys were closed; null when nothing did, or it is refused. A card too full to take it into use still has what is
    /// installed.
    /// </summary>
    private T? Awaiting<T>(Func<Result<T, ReleaseFailure>?> open)
        where T : class
    {
        try
        {
            return open() is { } opened ? Known(opened) : null;
        }
        catch (Exception fault) when (IsOfTheCard(fault))
        {
            logger.NoList(fault.Message);
            return null;
        }
    }

    private T? Known<T>(Result<T, ReleaseFailure> opened)
        where T : class
    {
        if (opened.TryGet(out var value, out var failure))
            return value;
        logger.NoList(failure.ToString());
        return null;
    }

    /// <summary>What cannot be read for whatever reason of the card is not there; the page comes up and says so.</summary>
    private static Result<T, ReleaseFailure> Guarded<T>(Func<Result<T, ReleaseFailure>> open)
        where T : notnull
    {
        try
        {
            return open();
        }
        catch (Exception fault) when (IsOfTheCard(fault))
        {
            return new ReleaseFailure(ReleaseStage.Content, fault.Message);
        }
    }

    private static bool IsOfTheCard(Exception fault) =>
        fault is IOException or UnauthorizedAccessException or InvalidDataException or OutOfMemoryException;

    private Result<Suppression, ReleaseFailure>? OpenAwaitingSuppression()
    {
        var store = suppressions.Store;
        if (store.FindAwaiting() is not { } release || !suppressions.Verify(release).TryGet(out var metadata, out _)
            || metadata.Find(ReleaseMetadata.RemovalsSegment) is not var (_, segment) || !File.Exists(store.StagingPath(segment)))
        {
            return null;
        }

        var installed = suppressions.Install(release, metadata, store.StagingPath(segment));
        if (installed.IsSuccess)
            journal.Note(new RecordDraft(Lane.Audit, RecordKind.SuppressionInstalled, RecordDraft.Appliance) { ListVersion = metadata.Version }, logger);
        return installed;
    }

    private Result<ListGeneration, ReleaseFailure>? OpenAwaitingList()
    {
        if (installer.Store.FindAwaiting() is not { } release || !installer.Verify(release).TryGet(out var metadata, out _))
            return null;

        // A delta is for the list on the card, which is opened first.
        var current = installer.OpenInstalled().TryGet(out var onCard, out _) ? onCard : null;
        if (installer.FindStaged(metadata, current) is not { } segment)
            return null;
        var installed = installer.Install(release, metadata, segment.Name, installer.Store.StagingPath(segment), current);
        if (installed.IsSuccess)
            journal.Note(new RecordDraft(Lane.Audit, RecordKind.ReleaseInstalled, RecordDraft.Appliance) { ListVersion = metadata.Version }, logger);
        return installed;
    }
}
