using EdgeCheckpoint.Worker.Enrolment;
using EdgeCheckpoint.Worker.Health;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// The bundle that <c>edge-checkpoint releases install</c> laid into the data folder: the running service takes it in the place of central, so
/// that one process alone writes what is installed.
/// </summary>
internal sealed class BundleIntake(DataFolder data, SiteTrust trust, ApplianceIdentity identity, ClockKeeper clock, TimeProvider time, ILogger<BundleIntake> logger)
{
    private const string FileName = "bundle";

    /// <summary>How long one that the card had no room for is left alone; by elapsed time, since clocks jump.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private long? _waitingSince;

    /// <summary>Where the command lays it.</summary>
    internal static string PathIn(DataFolder data) => Path.Combine(data.Inbox, FileName);

    /// <summary>Lays a bundle there, whole or not at all.</summary>
    internal static void Lay(DataFolder data, string path)
    {
        var staged = PathIn(data) + ".new";
        using (var from = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read))
        using (var to = new FileStream(staged, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            DataFolder.Tell(FileStep.Write, staged);
            from.CopyTo(to, 1024 * 1024);
            to.Flush();
            DataFolder.Tell(FileStep.Flush, staged);
            to.Flush(flushToDisk: true);
        }

        DataFolder.Tell(FileStep.Rename, PathIn(data));
        File.Move(staged, PathIn(data), overwrite: true);
        DataFolder.FlushFolder(data.Inbox);
    }

    /// <summary>True while one waits.</summary>
    internal bool IsWaiting =>
        (_waitingSince is not { } since || time.GetElapsedTime(since) >= Patience) && File.Exists(PathIn(data));

    /// <summary>Leaves the one that waits alone for a moment.</summary>
    internal void Wait() => _waitingSince = time.GetTimestamp();

    /// <summary>Opens the one that waits; null when there is none. One that does not open is taken away and told of.</summary>
    internal BundleReleases? TryOpen()
    {
        if (!IsWaiting)
            return null;
        if (BundleReleases.Open(PathIn(data), trust.Current, identity.ApplianceId).TryGet(out var bundle, out var problem))
        {
            // Its time is signed: a clock that lost its battery is at least as late.
            clock.Raise(bundle.IssuedAt);
            return bundle;
        }

        logger.BundleRefused(problem);
        File.Delete(PathIn(data));
        return null;
    }

    /// <summary>Takes it away. What was refused in it stands in the journal; carried again it would be refused again.</summary>
    internal void Done(BundleReleases bundle, bool isRead)
    {
        logger.BundleTaken(bundle.IssuedAt, isRead);
        DataFolder.Tell(FileStep.Delete, PathIn(data));
        File.Delete(PathIn(data));
    }
}

/// <summary>Wakes those who take releases when a bundle has been laid down.</summary>
internal sealed class BundleWatchService(BundleIntake bundles, ReleaseSyncService releases, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (bundles.IsWaiting)
                    releases.Ring();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }
}
