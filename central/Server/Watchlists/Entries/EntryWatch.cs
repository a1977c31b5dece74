using System.Data.Common;
using System.Globalization;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Writes down, once each, that entries of a list, or a list of documents, end in 90, 30 or 7 days or have ended, and what became of suppressions: ratified by a
/// watchlist, or lapsed without one, which is an alarm. Looks at a start and every hour; what a node wrote, another does not write again.
/// </summary>
internal sealed class EntryWatch(ICentralStore store, EntryTerms terms, Auditor auditor, TimeProvider time, ILogger<EntryWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await WarnAsync(cancellationToken);
        await WarnOfDocumentsAsync(cancellationToken);
        await FollowSuppressionsAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (DbException fault)
            {
                Log.WatchFailed(logger, fault.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task WarnAsync(CancellationToken cancellationToken)
    {
        var due = (await terms.ReadAsync(cancellationToken)).Due;
        foreach (var group in due.GroupBy(static entry => (entry.ListName, entry.LapsesOn)).OrderBy(static group => group.Key.LapsesOn))
        {
            var (listName, lapsesOn) = group.Key;
            var daysLeft = group.First().DaysLeft;
            var threshold = DueEntries.ThresholdOf(daysLeft)!.Value;
            var count = group.Count();
            var detail = string.Create(
                CultureInfo.InvariantCulture,
                $"{count} {(count == 1 ? "entry" : "entries")} {(daysLeft <= 0 ? "suspended since" : "to be renewed by")} {EntryWords.Day(lapsesOn)}, warning of {threshold} days");
            if (await store.Entries.NoteDueAsync(listName, lapsesOn, threshold, auditor.Event(Auditor.Central, AuditAction.EntriesDue, listName, detail), cancellationToken))
                Log.Due(logger, listName, count, daysLeft);
        }
    }

    private async Task WarnOfDocumentsAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        foreach (var list in await store.Documents.ListAsync(cancellationToken))
        {
            if (DueDocuments.ThresholdOf(list, today) is not { } threshold)
                continue;
            var daysLeft = DueDocuments.DaysLeft(list, today);
            var detail = string.Create(
                CultureInfo.InvariantCulture,
                $"{list.RowCount} documents {(daysLeft <= 0 ? "ended on" : "to be imported anew by")} {EntryWords.Day(list.ExpiresOn)}, warning of {threshold} days");
            if (await store.Entries.NoteDueAsync(
                $"documents: {list.Name}", list.ExpiresOn, threshold, auditor.Event(Auditor.Central, AuditAction.EntriesDue, list.Name, detail), cancellationToken))
            {
                Log.DocumentsDue(logger, list.Name, list.RowCount, daysLeft);
            }
        }
    }

    private async Task FollowSuppressionsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var suppression in await store.Suppressions.ListAsync(cancellationToken))
        {
            if (suppression is { RatifiedBy: { } version, RatifiedAt: null })
            {
                await store.Suppressions.NoteRatifiedAsync(
                    suppression.Number,
                    auditor.Event(Auditor.Central, AuditAction.SuppressionRatified, suppression.EntryId, $"by watchlist version {version}"),
                    cancellationToken);
            }
            else if (suppression.IsUnratified(now) && suppression.AlarmedAt is null)
            {
                var isNew = await store.Suppressions.NoteUnratifiedAsync(
                    suppression.Number,
                    auditor.Event(
                        Auditor.Central, AuditAction.SuppressionUnratified, suppression.EntryId,
                        "no watchlist without it was published in time, so it matches again"),
                    cancellationToken);
                if (isNew)
                    Log.Unratified(logger, suppression.EntryId);
            }
        }
    }
}
