using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

/// <summary>
/// Records that are sealed and not written yet. A record is sealed for its place in the chain; while the lane has not grown, the same bytes serve
/// again: no attempt makes new keys, and none costs the processor what a thousand sealings cost.
/// </summary>
internal sealed class SealedDrafts
{
    private readonly Dictionary<Guid, (LanePosition Position, RecordHeader Header, SealedRecord Record)> _sealed = [];

    /// <summary>The draft sealed behind this position; anew only when its place is another than before.</summary>
    internal (RecordHeader Header, SealedRecord Record) At(RecordDraft draft, LanePosition position, RecordSealer sealer)
    {
        if (_sealed.TryGetValue(draft.RecordId, out var known) && IsSamePlace(known.Position, position))
            return (known.Header, known.Record);
        var (header, record) = sealer.Seal(draft, position);
        _sealed[draft.RecordId] = (position, header, record);
        return (header, record);
    }

    /// <summary>Lets go of what is written.</summary>
    internal void Forget(IEnumerable<RecordDraft> written)
    {
        foreach (var draft in written)
            _sealed.Remove(draft.RecordId);
    }

    private static bool IsSamePlace(LanePosition one, LanePosition other) =>
        one.Epoch == other.Epoch && one.Lane == other.Lane && one.Head == other.Head && one.HeadChain.AsSpan().SequenceEqual(other.HeadChain);
}
