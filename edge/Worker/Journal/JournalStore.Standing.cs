using System.Collections.Immutable;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>How far central says that it has a lane.</summary>
/// <param name="Chain">Chain value after <paramref name="DurableThrough"/>; empty from a central that does not say it.</param>
internal sealed record LaneStanding(Guid Epoch, Lane Lane, ulong DurableThrough, ulong BackedUpThrough, ReadOnlyMemory<byte> Chain);

/// <content>What central has, and what it does not have any more.</content>
internal sealed partial class JournalStore
{
    private long _durableMark;

    /// <summary>Changes with every word of central's on what is durable; read before asking, so that an older answer cannot undo a newer one.</summary>
    internal long DurableMark
    {
        get
        {
            lock (_gate)
                return _durableMark;
        }
    }

    /// <summary>A lane has something that is not durable at central.</summary>
    /// <param name="isHeld">Epochs that do not count; null for none.</param>
    internal bool HasUnsent(Lane lane, Predicate<Guid>? isHeld = null)
    {
        lock (_gate)
            return Guarded(() => FileOf(lane).HasUnsent(lane, isHeld));
    }

    /// <summary>The newest epochs on the card, of both files, so many at most.</summary>
    internal ImmutableArray<Guid> Epochs(int max)
    {
        lock (_gate)
        {
            return Guarded<ImmutableArray<Guid>>(() =>
                [.. Files().SelectMany(static file => file.Positions.Select(static position => position.Epoch).Distinct().Take(8)).Distinct().Take(max)]);
        }
    }

    /// <summary>
    /// Takes central's whole standing. Where central has less than it said before (a restored backup, a replica that was promoted while it
    /// lagged), the rest will be sent again, even by an appliance that has nothing new to send. Where central's history is another one (a card
    /// that was cloned), nothing counts as durable that central has not compared: the next batch finds the place where they part.
    /// </summary>
    /// <param name="asked">The epochs that central was asked about.</param>
    /// <param name="standing">Every lane of them that central has; one that is missing has nothing there.</param>
    /// <param name="mark"><see cref="DurableMark"/> from before central was asked.</param>
    /// <returns>How many records must be sent again.</returns>
    internal long TakeStanding(ImmutableArray<Guid> asked, ImmutableArray<LaneStanding> standing, long mark)
    {
        lock (_gate)
        {
            if (mark != _durableMark)
                return 0;
            return Guarded(() =>
            {
                long behind = 0;
                foreach (var position in Files().SelectMany(static file => file.Positions).Where(position => asked.Contains(position.Epoch)).ToArray())
                {
                    var at = standing.FirstOrDefault(entry => entry.Epoch == position.Epoch && entry.Lane == position.Lane);
                    behind += (long)FileOf(position.Lane).TakeStanding(position, at);
                }

                return behind;
            });
        }
    }

    private IEnumerable<JournalFile> Files() => [_journal!, _health!];
}
