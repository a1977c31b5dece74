using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Whose turn it is among the lanes that are not alerts: they share their stream 4 : 2 : 1, and each turn that a lane waits for counts
/// for it, so none starves however full another is. Alerts have a stream of their own beside it, which makes the shares of the link about
/// 8 : 4 : 2 : 1 when all are full.
/// </summary>
internal sealed class LaneSchedule(TimeProvider time)
{
    private static readonly int[] Weights = [8, 4, 2, 1];

    private readonly int[] _credits = new int[Weights.Length];
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
    /// <param name="ready">Lanes that have something to send and may; at least one.</param>
    internal Lane Next(IReadOnlyList<Lane> ready)
    {
        var total = 0;
        var next = ready[0];
        for (var lane = 0; lane < Weights.Length; lane++)
        {
            // A lane that was empty has saved nothing.
            if (!ready.Contains((Lane)lane))
                _credits[lane] = 0;
        }

        foreach (var lane in ready)
        {
            total += Weights[(int)lane];
            _credits[(int)lane] += Weights[(int)lane];
            if (_credits[(int)lane] > _credits[(int)next])
                next = lane;
        }

        _credits[(int)next] -= total;
        return next;
    }
}
