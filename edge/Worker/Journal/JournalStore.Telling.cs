using System.Collections.Immutable;
using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <content>Alerts of what recovery found, and records that central cannot take in their place: all of it is on the card until it is written again.</content>
internal sealed partial class JournalStore
{
    /// <summary>Written in one transaction, and at one call: the counter waits.</summary>
    private const int CarriedAtOnceMax = 64;

    private readonly SealedDrafts _sealedBefore = new();
    private bool _isTellingPutOff;

    /// <summary>Alerts and records that are to be written, or written again, and are not yet.</summary>
    internal long Untold
    {
        get
        {
            lock (_gate)
                return UntoldNow;
        }
    }

    /// <summary>Lanes of which central does not take the rest, and why.</summary>
    internal ImmutableArray<ClosedLane> ClosedLanes
    {
        get
        {
            lock (_gate)
                return Guarded<ImmutableArray<ClosedLane>>(() => [.. Files().SelectMany(static file => file.ClosedLanes)]);
        }
    }

    private long UntoldNow => _journal is null || _health is null ? 0 : Files().Sum(static file => file.Findings.Count + file.Uncarried);

    /// <summary>
    /// Closes a lane from a record on, since central does not take it from there: histories part, or it lacks what this card has lost. What stands there
    /// travels inside records of the newest epoch from now on.
    /// </summary>
    /// <param name="reason">For the screen, for as long as the card is in use.</param>
    /// <returns>False when it was closed there, or before, already.</returns>
    internal bool Close(Lane lane, Guid epoch, ulong from, string reason)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = Guarded(() => FileOf(lane).Close(epoch, lane, from, reason));
            _durableMark++;
        }

        if (isNew)
            _logger.LaneClosed(lane, epoch, from, reason);
        return isNew;
    }

    /// <summary>Writes a few more of what is to be carried.</summary>
    /// <returns>False when nothing is left, or the card has no room for it now.</returns>
    internal bool CarryOn()
    {
        lock (_gate)
            return Guarded(() => UntoldNow > 0 && !_isTellingPutOff);
    }

    /// <summary>
    /// Alerts come before every piece of work, and some of what is to be carried before all but the counter's. A card that refuses them is not asked again
    /// at every call, but when room was made or upkeep comes round; what was sealed is kept for then.
    /// </summary>
    private void TellWhatWasFound(bool carries)
    {
        if (_isTellingPutOff || UntoldNow == 0)
            return;
        try
        {
            foreach (var file in Files())
                TellFindings(file);
            foreach (var file in Files().Where(_ => carries))
            {
                _workedOn = file.Plan;
                if (file.Uncarried == 0)
                    continue;
                var grown = file.Carry(CarriedAtOnceMax, _sealedBefore);
                Appended?.Invoke(grown);
                return;
            }
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is Busy or Constraint or Full)
        {
            _isTellingPutOff = true;
        }
    }

    /// <summary>An alert goes into the file of the alerts, whichever was damaged; only then is what it says taken from the other.</summary>
    private void TellFindings(JournalFile file)
    {
        foreach (var finding in file.Findings.ToArray())
        {
            FileOf(Lane.Alerts).Tell(finding, _sealedBefore);
            _workedOn = file.Plan;
            file.Forget(finding);
            Appended?.Invoke([Lane.Alerts]);
        }
    }
}
