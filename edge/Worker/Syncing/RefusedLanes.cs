using System.Collections.Concurrent;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>
/// Lanes whose next batch central refuses: histories that part after a cloned or restored card, or bytes that do not verify. The records
/// stay here and are offered again; somebody must look.
/// </summary>
internal sealed class RefusedLanes(TimeProvider time)
{
    private readonly ConcurrentDictionary<Lane, string> _refused = [];

    internal void Refused(Lane lane, string detail) => _refused[lane] = detail;

    internal void Stored(Lane lane) => _refused.TryRemove(lane, out _);

    internal DeviceHealth Health()
    {
        var problems = _refused.OrderBy(static entry => entry.Key)
            .Select(static entry => $"Central refuses lane {(int)entry.Key}: {entry.Value}. Keep the card and telephone central.").ToArray();
        return new DeviceHealth(problems.Length == 0 ? DeviceState.Ok : DeviceState.Failed, string.Join(' ', problems), time.GetUtcNow());
    }
}
