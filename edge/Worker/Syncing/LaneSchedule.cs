using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Whose turn it is. Lanes that have something to send share the link 8 : 4 : 2 : 1; each turn that a lane waits for counts for it, so
/// none starves however full another is. What comes into an empty lane 0 is sent next.
/// </summary>
internal sealed class LaneSchedule(TimeProvider time)
{
    private static readonly int[] Weights = [8, 4, 2, 1];

    private readonly int[] _credits = new int[Weights.Length];
    private readonly bool[] _wasWaiting = new bool[Weights.Length];
    private readonly (long Since, TimeSpan Length)[] _holds = new (long, TimeSpan)[Weights.Length];

    /// <summary>Leaves a lane alone for a while: central does not take it at the moment. The others go on.</summary>
    internal void Hold(Lane lane, TimeSpan wait) => _holds[(int)lane] = (time.GetTimestamp(), wait);

    /// <summary>How long a lane is left alone yet; zero when it is not.</summary>
    internal TimeSpan Held(Lane lane)
    {
        var (since, length) = _holds[(int)lane];
        var left = length - time.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>The lane whose turn it is.</summary>
    /// <param name="isWaiting">By lane: it has something to send and may.</param>
    /// <returns>Null when none may.</returns>
    internal Lane? Next(ReadOnlySpan<bool> isWaiting)
    {
        // What comes into an empty lane 0 takes nobody's turn from him: the others keep what they have saved.
        var isFreshAlert = isWaiting[(int)Lane.Alerts] && !_wasWaiting[(int)Lane.Alerts];
        isWaiting[..Weights.Length].CopyTo(_wasWaiting);
        if (isFreshAlert)
            return Lane.Alerts;

        var total = 0;
        int? next = null;
        for (var lane = 0; lane < Weights.Length; lane++)
        {
            // A lane that was empty has saved nothing.
            _credits[lane] = isWaiting[lane] ? _credits[lane] + Weights[lane] : 0;
            if (!isWaiting[lane])
                continue;
            total += Weights[lane];
            if (next is null || _credits[lane] > _credits[next.Value])
                next = lane;
        }

        if (next is not { } chosen)
            return null;
        _credits[chosen] -= total;
        return (Lane)chosen;
    }
}
