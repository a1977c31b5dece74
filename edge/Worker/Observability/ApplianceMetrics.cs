using System.Diagnostics.Metrics;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.Syncing;
using Microsoft.Data.Sqlite;

namespace EdgeCheckpoint.Worker.Observability;

/// <summary>The few numbers that say how an appliance does, read when a collector wants them. Nothing here is of a person.</summary>
internal sealed class ApplianceMetrics
{
    internal const string MeterName = "EdgeCheckpoint.Appliance";

    private readonly JournalStore _journal;
    private readonly InstalledList _list;
    private readonly ClockKeeper _clock;

    public ApplianceMetrics(
        IMeterFactory meters, JournalStore journal, CentralLink link, InstalledList list, ClockKeeper clock, TamperLatch tamper, DataFolder data)
    {
        (_journal, _list, _clock) = (journal, list, clock);
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("checkpoint.journal.waiting", () => Depth()?.RecordsWaiting ?? -1, "{record}", "Records not yet durable at central; -1 when the journal cannot be read.");
        meter.CreateObservableGauge("checkpoint.journal.waiting.oldest", OldestSeconds, "s", "Age of the oldest of them.");
        meter.CreateObservableGauge("checkpoint.journal.wal", () => journal.WalBytes, "By", "Length of the journal's write-ahead log.");
        meter.CreateObservableGauge("checkpoint.disk.free", () => FreeBytes(data), "By", "Free space where the journal lies.");
        meter.CreateObservableGauge("checkpoint.link.up", () => link.State.IsUp ? 1 : 0, "1", "1 when the last call to central was answered.");
        meter.CreateObservableGauge("checkpoint.link.throughput", () => link.Pace.BytesPerSecond, "By/s", "What the link was measured to carry; 0 while not known.");
        meter.CreateObservableGauge("checkpoint.list.age", ListAgeSeconds, "s", "Age of the installed list; -1 without one or when the clock is doubtful.");
        meter.CreateObservableGauge("checkpoint.clock.quality", () => (int)clock.Read().Quality, "1", "1 doubtful, 2 held, 3 confirmed by signed time.");
        meter.CreateObservableGauge("checkpoint.enclosure.opened", () => tamper.IsOpen ? 1 : 0, "1", "1 when the enclosure was opened since the start.");
    }

    private static long FreeBytes(DataFolder data) => new DriveInfo(data.Path).AvailableFreeSpace;

    /// <summary>A journal that cannot be read must not stop the export of everything else.</summary>
    private QueueDepth? Depth()
    {
        try
        {
            return _journal.Depth();
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    private double OldestSeconds() =>
        Depth()?.OldestWrittenAt is { } oldest ? Math.Max(0, (_clock.Read().Wall - oldest).TotalSeconds) : 0;

    private double ListAgeSeconds() =>
        _list.Current is { } generation && _clock.Read().Trusted is { } now
            ? Math.Max(0, (now - ClockReading.FromUnixMicroseconds(generation.Metadata.IssuedAtUnixMicroseconds)).TotalSeconds)
            : -1;
}
