using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using EdgeCheckpoint.Records;
using Grpc.Core;

namespace EdgeCheckpoint.Worker.Syncing;

/// <summary>What the exchange with central counts. No personal data: lanes, statuses and times only.</summary>
internal sealed class SyncMetrics
{
    internal const string MeterName = "EdgeCheckpoint.Sync";

    private static readonly FrozenDictionary<Lane, string> LaneNames =
        Enum.GetValues<Lane>().ToFrozenDictionary(static lane => lane, static lane => lane.ToString().ToLowerInvariant());

    private readonly Histogram<double> _callSeconds;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _rebuilds;
    private readonly Counter<long> _records;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _refusedBatches;
    private readonly Histogram<double> _ackSeconds;

    public SyncMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _callSeconds = meter.CreateHistogram<double>("checkpoint.link.call.duration", "s", "Duration of answered calls to central.");
        _failures = meter.CreateCounter<long>("checkpoint.link.failures", "{call}", "Calls to central without an answer, by status.");
        _rebuilds = meter.CreateCounter<long>("checkpoint.link.rebuilds", "{channel}", "Channels to central that were thrown away and built anew.");
        _records = meter.CreateCounter<long>("checkpoint.push.records", "{record}", "Records that central has made durable, by lane.");
        _bytes = meter.CreateCounter<long>("checkpoint.push.bytes", "By", "Bytes of batches that were answered, as sent.");
        _refusedBatches = meter.CreateCounter<long>("checkpoint.push.refused", "{batch}", "Batches that central refused, by lane.");
        _ackSeconds = meter.CreateHistogram<double>(
            "checkpoint.push.ack.duration", "s", "From a batch's first byte to central's word that it is durable, by lane.");
    }

    internal void Answered(TimeSpan elapsed) => _callSeconds.Record(elapsed.TotalSeconds);

    internal void Failed(StatusCode status) => _failures.Add(1, new KeyValuePair<string, object?>("status", status.ToString()));

    internal void Rebuilt() => _rebuilds.Add(1);

    internal void Stored(Lane lane, int records, int bytes, TimeSpan elapsed)
    {
        var tag = Tag(lane);
        _records.Add(records, tag);
        _bytes.Add(bytes, tag);
        _ackSeconds.Record(elapsed.TotalSeconds, tag);
    }

    internal void Refused(Lane lane) => _refusedBatches.Add(1, Tag(lane));

    private static KeyValuePair<string, object?> Tag(Lane lane) => new("lane", LaneNames[lane]);
}
