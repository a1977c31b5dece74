using System.Globalization;
using EdgeCheckpoint.Records;
using EdgeCheckpoint.Worker.Journal;

namespace EdgeCheckpoint.Worker.Screening;

/// <summary>
/// Closes the list when the lease of its key ends without contact with central (DESIGN §7): a stolen appliance that is kept
/// running and away from every network forgets it. The days before, the screen counts them. Looks too whether urgent delistings have lapsed.
/// </summary>
internal sealed class LeaseWatchService(ReleaseInstaller installer, InstalledList list, JournalStore journal, TimeProvider time, ILogger<LeaseWatchService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Warning = TimeSpan.FromDays(4);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                TryLook();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>A card that cannot be read or written must not end the program: without it there is no counter page.</summary>
    private void TryLook()
    {
        try
        {
            Look();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            list.Report($"the card cannot be read or written: {fault.Message}");
        }
    }

    /// <summary>What each tick does.</summary>
    internal void Look()
    {
        list.Review();
        installer.EndFormerLease();
        if (list.Current?.Metadata.ReleaseId is not { } release)
            return;
        if (installer.EndLease(release))
        {
            list.Close();
            list.NoteLease(null, "");
            list.Report(LeasedKeys.LeaseEnded);
            journal.Note(new RecordDraft(Lane.Audit, RecordKind.LeaseEnded, RecordDraft.Appliance), logger);
            return;
        }

        var left = installer.LeaseLeft(release);
        list.NoteLease(left, left < Warning
            ? string.Create(CultureInfo.InvariantCulture, $"without contact with central the list closes in {Math.Ceiling(left.Value.TotalHours):0} h")
            : "");
    }
}
