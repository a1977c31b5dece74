using System.Collections.Immutable;
using System.Globalization;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>How far central says that it has a lane.</summary>
/// <param name="Chain">Chain value after <paramref name="DurableThrough"/>; empty from a central that does not say it.</param>
/// <param name="Match">Whether central has the record at which the lane stands here.</param>
internal sealed record LaneStanding(
    Guid Epoch, Lane Lane, ulong DurableThrough, ulong BackedUpThrough, ReadOnlyMemory<byte> Chain, LaneMatch Match = LaneMatch.NotSaid);

/// <summary>Whether central has a record with the chain value that it has here.</summary>
internal enum LaneMatch
{
    /// <summary>Central has no record there, or none any more, or does not answer the question.</summary>
    NotSaid,

    /// <summary>The same: and so all before it.</summary>
    Same,

    /// <summary>Another: histories part at it or before.</summary>
    Other,
}

/// <summary>Where a lane stands here, for central to compare.</summary>
internal sealed record LanePlace(Guid Epoch, Lane Lane, ulong Sequence, ReadOnlyMemory<byte> Chain);

/// <summary>What came of central's standing.</summary>
/// <param name="Behind">Records that must be sent again.</param>
/// <param name="Unfillable">Lanes of which central lacks what damage took from this card; they are closed.</param>
internal sealed record StandingTaken(long Behind, ImmutableArray<ClosedLane> Unfillable);

/// <content>What central has, and what it does not have any more.</content>
internal sealed partial class JournalStore
{
    private long _durableMark;
    private long _askedTurn;

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

    /// <summary>
    /// Epochs to ask central about, so many at most: where all have no room, the one that each file is written to, then those whose keys are not all destroyed
    /// in turn, and in turn one that has nothing left to lose but its place at central.
    /// </summary>
    internal ImmutableArray<Guid> Epochs(int max)
    {
        lock (_gate)
        {
            return Guarded(() =>
            {
                var all = Files().SelectMany(static file => file.Positions).GroupBy(static position => position.Epoch)
                    .Select(static epoch => (Epoch: epoch.Key, IsErased: epoch.All(static position => position.Erased >= position.Head))).ToList();
                return all.Count <= max ? [.. all.Select(static epoch => epoch.Epoch)] : InTurn(all, max);
            });
        }
    }

    /// <summary>Where the lanes of some epochs stand here, as far as central has acknowledged them.</summary>
    internal ImmutableArray<LanePlace> PlacesOf(ImmutableArray<Guid> epochs)
    {
        lock (_gate)
        {
            return Guarded<ImmutableArray<LanePlace>>(() =>
            [
                .. Files().SelectMany(static file => file.Positions)
                    .Where(position => position.Durable > 0 && position.IsSendable && epochs.Contains(position.Epoch))
                    .Select(static position => new LanePlace(position.Epoch, position.Lane, position.Durable, position.DurableChain)),
            ]);
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
    internal StandingTaken TakeStanding(ImmutableArray<Guid> asked, ImmutableArray<LaneStanding> standing, long mark)
    {
        lock (_gate)
        {
            if (mark != _durableMark)
                return new StandingTaken(0, []);
            return Guarded(() =>
            {
                long behind = 0;
                var unfillable = ImmutableArray.CreateBuilder<ClosedLane>();
                foreach (var position in Files().SelectMany(static file => file.Positions).Where(position => asked.Contains(position.Epoch)).ToArray())
                {
                    var at = standing.FirstOrDefault(entry => entry.Epoch == position.Epoch && entry.Lane == position.Lane);
                    var file = FileOf(position.Lane);
                    behind += (long)file.TakeStanding(position, at, out var isHere);
                    if (isHere)
                        continue;
                    file.Close(position.Epoch, position.Lane, position.First, Unfillable(at?.DurableThrough ?? 0));
                    unfillable.AddRange(file.ClosedLanes.Where(closed => closed.Epoch == position.Epoch && closed.Lane == position.Lane));
                }

                return new StandingTaken(behind, unfillable.ToImmutable());
            });
        }
    }

    /// <summary>What is said of a lane that central cannot go on with.</summary>
    internal static string Unfillable(ulong durableThrough) => string.Create(
        CultureInfo.InvariantCulture, $"it lacks what follows record {durableThrough}, and damage took that from this card; evidence or another card may have it");

    /// <summary>The first of each file are the newest: what is written now.</summary>
    private ImmutableArray<Guid> InTurn(List<(Guid Epoch, bool IsErased)> all, int max)
    {
        Guid[] newest = [.. Files().Select(static file => file.Epoch)];
        var rest = all.Where(epoch => !newest.Contains(epoch.Epoch)).ToLookup(static epoch => epoch.IsErased, static epoch => epoch.Epoch);
        var places = max - newest.Length;
        var unerased = Math.Min(rest[false].Count(), rest[true].Any() ? places - 1 : places);
        var turn = _askedTurn++;
        return [.. newest, .. Turn([.. rest[false]], unerased), .. Turn([.. rest[true]], places - unerased)];

        IEnumerable<Guid> Turn(Guid[] epochs, int count) =>
            Enumerable.Range(0, Math.Min(count, epochs.Length)).Select(i => epochs[(int)(((turn * count) + i) % epochs.Length)]);
    }

    private IEnumerable<JournalFile> Files() => [_journal!, _health!];
}
