using System.Globalization;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Records;
using Microsoft.Extensions.Options;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Journal epochs whose next batch of a lane central refuses: histories that part after a cloned or restored card, or bytes that do not
/// verify. The records stay here and are offered again, ever more seldom; somebody must look. Other lanes go on, and so do later epochs of
/// the same lane: an alert of today does not wait for a history of last year.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class RefusedEpochs(TimeProvider time, IOptions<SyncOptions> options)
{
    private readonly Dictionary<(Lane Lane, Guid Epoch), Refusal> _refused = [];
    private readonly SortedDictionary<(Lane Lane, Guid Epoch), string> _closed = [];
    private readonly Lock _gate = new();

    /// <summary>Central refused a batch.</summary>
    /// <param name="waitMin">Shortest time until the same is offered again.</param>
    internal void Refused(Lane lane, Guid epoch, string detail, TimeSpan waitMin)
    {
        lock (_gate)
        {
            var backoff = _refused.TryGetValue((lane, epoch), out var former)
                ? former.Backoff
                : new SyncBackoff(lane == Lane.Alerts ? options.Value.ForAlerts() : options.Value, Random.Shared);
            _refused[(lane, epoch)] = new Refusal(detail, time.GetTimestamp(), backoff.Failed(waitMin, isUrgent: true), backoff);
        }
    }

    /// <summary>
    /// A lane is closed: of what central refuses nothing is offered again, since it travels inside other records. That it came to this stands on the screen for
    /// as long as the card is in use.
    /// </summary>
    internal void Closed(Lane lane, Guid epoch, string detail)
    {
        lock (_gate)
        {
            _refused.Remove((lane, epoch));
            _closed[(lane, epoch)] = detail;
        }
    }

    /// <summary>Central took a batch.</summary>
    internal void Stored(Lane lane, Guid epoch)
    {
        lock (_gate)
            _refused.Remove((lane, epoch));
    }

    /// <summary>Forgets what became durable by another way, such as an import of the card.</summary>
    internal void Settle(Func<Lane, Guid, bool> isSettled)
    {
        (Lane Lane, Guid Epoch)[] refused;
        lock (_gate)
            refused = [.. _refused.Keys];

        // Asked outside the lock: the journal asks under its own what is held, and two who wait for each other wait for ever.
        foreach (var key in refused.Where(key => isSettled(key.Lane, key.Epoch)))
            Stored(key.Lane, key.Epoch);
    }

    /// <summary>The epoch's records of this lane are left alone yet.</summary>
    internal bool IsHeld(Lane lane, Guid epoch)
    {
        lock (_gate)
            return _refused.TryGetValue((lane, epoch), out var refusal) && Left(refusal) > TimeSpan.Zero;
    }

    /// <summary>How long until an epoch of this lane is offered again; null when none is held.</summary>
    internal TimeSpan? Wait(Lane lane)
    {
        lock (_gate)
        {
            var left = _refused.Where(entry => entry.Key.Lane == lane).Select(entry => Left(entry.Value)).Where(static wait => wait > TimeSpan.Zero);
            return left.Select(static wait => (TimeSpan?)wait).Min();
        }
    }

    internal DeviceHealth Health()
    {
        lock (_gate)
        {
            var problems = _refused.Select(static entry => (entry.Key, entry.Value.Detail))
                .Concat(_closed.Select(static entry => (entry.Key, Detail: entry.Value)))
                .OrderBy(static entry => entry.Key)
                .Select(static entry => string.Create(
                    CultureInfo.InvariantCulture,
                    $"Central refuses lane {(int)entry.Key.Lane}: {entry.Detail}. Keep the card and telephone central."))
                .ToArray();
            return new DeviceHealth(problems.Length == 0 ? DeviceState.Ok : DeviceState.Failed, string.Join(' ', problems), time.GetUtcNow());
        }
    }

    private TimeSpan Left(Refusal refusal)
    {
        var left = refusal.Length - time.GetElapsedTime(refusal.Since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private sealed record Refusal(string Detail, long Since, TimeSpan Length, SyncBackoff Backoff);
}
