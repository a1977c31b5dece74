using System.Collections.Immutable;

namespace EdgeCheckpoint.Worker.Inspection;

/// <summary>
/// Why no new encounters are taken now: the card is outside its range, the battery is nearly empty. What is open is decided and recorded all the
/// same; nothing is dropped, and what is laid on the reader is answered with the reason.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class InspectionHold(EncounterBook encounters)
{
    private readonly Lock _gate = new();
    private volatile ImmutableSortedDictionary<string, string> _reasons = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What the officer is told; null while encounters are taken.</summary>
    internal string? Reason => _reasons.IsEmpty ? null : string.Join(' ', _reasons.Values);

    /// <summary>Sets or takes back one reason.</summary>
    /// <param name="cause">Whose it is.</param>
    /// <param name="reason">A sentence for the officer; null takes it back.</param>
    internal void Set(string cause, string? reason)
    {
        lock (_gate)
        {
            if (_reasons.GetValueOrDefault(cause) == reason)
                return;
            _reasons = reason is null ? _reasons.Remove(cause) : _reasons.SetItem(cause, reason);
        }

        encounters.Refresh();
    }
}
