using System.Collections.Immutable;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>How far central says that it has a lane.</summary>
internal sealed record LaneStanding(Guid Epoch, Lane Lane, ulong DurableThrough, ulong BackedUpThrough);

/// <content>What central has, and what it does not have any more.</content>
internal sealed partial class JournalStore
{
    private long _durableMark;

    /// <summary>Changes with every word of central's on what is durable; read before asking, so that an older answer cannot undo a newer one.</summary>
    internal long DurableMark => Interlocked.Read(ref _durableMark);

    /// <summary>Length of the write-ahead log in bytes.</summary>
    internal long WalBytes => new FileInfo(FilePath + "-wal") is { Exists: true } wal ? wal.Length : 0;

    /// <summary>A lane has something that is not durable at central.</summary>
    internal bool HasUnsent(Lane lane)
    {
        lock (_gate)
            return _heads[lane].Sequence > DurableThrough(lane);
    }

    /// <summary>
    /// Takes central's whole standing. Where central has less than it said before (a restored backup, a replica that was promoted while it
    /// lagged), the rest will be sent again, even by an appliance that has nothing new to send.
    /// </summary>
    /// <param name="standing">Every lane of this epoch that central has; one that is missing has nothing there.</param>
    /// <param name="mark"><see cref="DurableMark"/> from before central was asked.</param>
    /// <returns>How many records must be sent again.</returns>
    internal long TakeStanding(ImmutableArray<LaneStanding> standing, long mark)
    {
        long behind = 0;
        lock (_gate)
        {
            if (mark != _durableMark)
                return 0;
            foreach (var lane in _heads.Keys)
            {
                var known = DurableThrough(lane);
                var at = standing.FirstOrDefault(entry => entry.Epoch == _identity.Epoch && entry.Lane == lane);
                var (durable, backedUp) = (at?.DurableThrough ?? 0, at?.BackedUpThrough ?? 0);
                if (durable == known && backedUp == 0)
                    continue;
                behind += durable < known ? (long)(known - durable) : 0;
                SetDurable(lane, durable, backedUp);
            }
        }

        return behind;
    }
}
