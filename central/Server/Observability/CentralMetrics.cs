using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using EdgeCheckpoint.Central.Encounters;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Observability;

/// <summary>
/// The few numbers that say how a nation's posts do. Tags are lanes and outcomes; no appliance has a series of its own (a hundred
/// thousand would be none), and nothing here is of a person.
/// </summary>
/// <remarks>Safe for parallel use.</remarks>
internal sealed class CentralMetrics
{
    public const string MeterName = "EdgeCheckpoint.Central";

    private static readonly FrozenDictionary<uint, string> LaneNames =
        Enum.GetValues<Lane>().ToFrozenDictionary(static lane => (uint)lane, static lane => lane.ToString().ToLowerInvariant());

    private readonly Counter<long> _records;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _forks;
    private readonly Histogram<double> _ackSeconds;
    private readonly Histogram<double> _verifySeconds;
    private readonly Histogram<double> _storeSeconds;
    private readonly Histogram<long> _walBytes;
    private readonly Histogram<double> _clockOffsetSeconds;
    private readonly UpDownCounter<long> _doorbells;
    private long _storeLogBytes;
    private long _storeDamage;
    private volatile FleetState _fleet = new(0, 0, 0, 0);

    public CentralMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _records = meter.CreateCounter<long>("checkpoint.intake.records", "{record}", "Records made durable, by lane; its rate is rows a second.");
        _duplicates = meter.CreateCounter<long>("checkpoint.intake.duplicates", "{record}", "Records that were there already, by lane.");
        _batches = meter.CreateCounter<long>("checkpoint.intake.batches", "{batch}", "Batches answered, by outcome.");
        _bytes = meter.CreateCounter<long>("checkpoint.intake.bytes", "By", "Bytes of batches as they came.");
        _forks = meter.CreateCounter<long>("checkpoint.intake.forks", "{alarm}", "Batches at which histories parted.");
        _ackSeconds = meter.CreateHistogram<double>("checkpoint.intake.ack.duration", "s", "From a batch read to its answer, by lane.");
        _verifySeconds = meter.CreateHistogram<double>("checkpoint.intake.verify.duration", "s", "Verifying a batch: headers, chain, signature.");
        _storeSeconds = meter.CreateHistogram<double>("checkpoint.intake.store.duration", "s", "Storing a batch, commit included.");
        _walBytes = meter.CreateHistogram<long>("checkpoint.appliance.wal", "By", "Write-ahead logs of the journals, from heartbeats.");
        _clockOffsetSeconds = meter.CreateHistogram<double>("checkpoint.appliance.clock.offset", "s", "Appliance clocks minus central's, absolute, from heartbeats.");
        _doorbells = meter.CreateUpDownCounter<long>("checkpoint.doorbells", "{stream}", "Open doorbells.");
        meter.CreateObservableGauge("checkpoint.store.wal", () => Volatile.Read(ref _storeLogBytes), "By", "Write-ahead log of central's own SQLite, before it is emptied.");
        meter.CreateObservableGauge("checkpoint.store.damage", () => Volatile.Read(ref _storeDamage), "{damage}", "What the last look through central's own SQLite found.");
        meter.CreateObservableGauge("checkpoint.posts.active", () => _fleet.Active, "{post}", "Appliances in service.");
        meter.CreateObservableGauge("checkpoint.posts.overdue", () => _fleet.Overdue, "{post}", "Appliances in service that were not heard of for too long.");
        meter.CreateObservableGauge("checkpoint.posts.waiting", () => _fleet.RecordsWaiting, "{record}", "Records that wait at the posts, by the last heartbeats.");
        meter.CreateObservableGauge("checkpoint.posts.waiting.oldest", () => _fleet.OldestWaitingSeconds, "s", "Age of the oldest of them.");
    }

    public void Verified(TimeSpan elapsed) => _verifySeconds.Record(elapsed.TotalSeconds);

    public void Stored(Lane lane, int added, int duplicates, TimeSpan elapsed)
    {
        _records.Add(added, Tag((uint)lane));
        if (duplicates > 0)
            _duplicates.Add(duplicates, Tag((uint)lane));
        _storeSeconds.Record(elapsed.TotalSeconds);
    }

    public void Pushed(uint lane, IntakeOutcome outcome, int bytes, TimeSpan elapsed)
    {
        _batches.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString().ToLowerInvariant()));
        _bytes.Add(bytes);
        _ackSeconds.Record(elapsed.TotalSeconds, Tag(lane));
        if (outcome == IntakeOutcome.Fork)
            _forks.Add(1, Tag(lane));
    }

    public void Heartbeat(long walBytes, TimeSpan clockOffset)
    {
        _walBytes.Record(walBytes);
        _clockOffsetSeconds.Record(Math.Abs(clockOffset.TotalSeconds));
    }

    public void DoorbellOpened() => _doorbells.Add(1);

    public void DoorbellEnded() => _doorbells.Add(-1);

    public void StoreLog(long bytes) => Volatile.Write(ref _storeLogBytes, bytes);

    public void StoreDamage(int count) => Volatile.Write(ref _storeDamage, count);

    public void Fleet(FleetState fleet) => _fleet = fleet;

    private static KeyValuePair<string, object?> Tag(uint lane) => new("lane", LaneNames.GetValueOrDefault(lane, "unknown"));
}

/// <summary>The posts in numbers, as last counted.</summary>
/// <param name="RecordsWaiting">At all posts, by their last heartbeats.</param>
/// <param name="OldestWaitingSeconds">Age of the oldest of them.</param>
internal sealed record FleetState(long Active, long Overdue, long RecordsWaiting, double OldestWaitingSeconds);
