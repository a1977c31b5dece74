using System.Globalization;
using EdgeCheckpoint.Records;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>Room on the disk, health that is shed, keys that are destroyed, and what is said of it.</summary>
internal sealed partial class JournalStore
{
    /// <summary>Destroys keys whose time is over by a clock that cannot have jumped: signed time, or the monotonic clock of one boot.</summary>
    private void Erase()
    {
        var wait = TimeSpan.FromHours(_options.EraseAfterHours);
        var now = _sealer.Clock.Read();
        var signed = _sealer.Clock.SignedNow();
        bool IsOver(BackupMark mark) =>
            (signed is { } time && mark.SignedAt is { } at && time - at >= wait)
            || (mark.BootId == now.BootId && now.MonotonicMicroseconds - mark.MonotonicMicroseconds >= (long)wait.TotalMicroseconds);
        var erased = Guarded(() =>
        {
            var count = 0;
            // One after the other: damage is laid to the file that was asked for last.
            foreach (var lane in new[] { Lane.Alerts, Lane.Health })
            {
                var file = FileOf(lane);
                file.RenewMarks(mark => mark.SignedAt is null && (mark.BootId != now.BootId || signed is not null) && !IsOver(mark));
                file.BackUpCarried(ErasedAtOnceMax);
                file.MarkUnmarked();
                var here = file.Erase(IsOver, ErasedAtOnceMax);
                // Old versions of the pages lie in the log until it is cut.
                if (here > 0)
                    file.Checkpoint();
                count += here;
            }

            return count;
        });
        KeysErased += erased;
        if (erased > 0)
            _logger.KeysErased(erased);
    }

    private bool TryMakeRoom(bool isHealth)
    {
        try
        {
            if (isHealth)
                return _health is not null && Shed();
            if (TryCutLog())
                return true;
            if (_ballast.Free())
            {
                _logger.BallastGivenUp();
                // With room for the database, what the log holds needs no room of its own.
                TryCutLog();
                return true;
            }

            return _health is not null && Shed();
        }
        catch (Exception fault) when (fault is SqliteException or IOException)
        {
            return false;
        }
    }

    /// <summary>The log may hold megabytes that the database has room for already.</summary>
    private bool TryCutLog()
    {
        var before = WalBytes;
        if (before < LogWorthCuttingBytes || _journal is null)
            return false;
        try
        {
            _journal.Checkpoint();
            return WalBytes < before;
        }
        catch (SqliteException fault) when (IsFull(fault))
        {
            return false;
        }
    }

    /// <summary>Gives up the oldest health records.</summary>
    private bool Shed()
    {
        if (FileOf(Lane.Health).Shed(TellShed, ShedWorthRecords) is not { } dropped)
            return false;
        RecordsShed += dropped;
        _logger.HealthShed(dropped);
        return true;
    }

    private static RecordDraft TellShed(LanePosition dropped) => new(Lane.Health, RecordKind.Shed, RecordDraft.Appliance)
    {
        Personal = new PersonalPart
        {
            Note = string.Create(
                CultureInfo.InvariantCulture,
                $"Health records {dropped.Durable + 1} to {dropped.Head} of epoch {dropped.Epoch} were dropped unsent: {dropped.Waiting} records."),
        },
    };

    private long LookAtDisk()
    {
        try
        {
            var (free, total) = _disk.Space();
            var percent = total <= 0 ? 0 : (int)Math.Clamp(100 - (100.0 * free / total), 0, 100);
            if (percent >= _options.StopPercent && DiskUsedPercent < _options.StopPercent)
                _logger.DiskNearlyFull(percent);
            DiskUsedPercent = percent;
            return free;
        }
        catch (IOException)
        {
            // A file system that does not answer shows at the next write.
            return 0;
        }
    }

    private IEnumerable<string> Attentions()
    {
        if (DiskUsedPercent >= _options.AmberPercent)
            yield return string.Create(CultureInfo.InvariantCulture, $"The card is {DiskUsedPercent} % full.");
        if (_isWalLong)
            yield return "The journal's log is not being cut.";
        if (Directory.Exists(JournalRebuild.EvidenceIn(_folder)))
            yield return $"A journal file was damaged; what was found is kept in {JournalRebuild.EvidenceIn(_folder)}. Take it to central.";
        if (Untold is > 0 and var untold)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{untold} records that central cannot take in their place {(_isTellingPutOff ? "wait for room on the card" : "are being written again")}.");
        }

        if (_journal is { HasUnfinishedWrite: true })
            yield return "The last write before the stop was broken off, or is damaged: see whether the last traveller before it is at central.";
        if ((_journal?.SpoiltKeys.Count ?? 0) + (_health?.SpoiltKeys.Count ?? 0) is > 0 and var spoilt)
            yield return string.Create(CultureInfo.InvariantCulture, $"The keys of {spoilt} records are damaged: central cannot read them.");
    }
}
