using System.Diagnostics.Metrics;
using EdgeCheckpoint.Worker.Enclosure;
using EdgeCheckpoint.Worker.Health;
using EdgeCheckpoint.Worker.Journal;
using EdgeCheckpoint.Worker.Screening;
using EdgeCheckpoint.Worker.Syncing;

namespace EdgeCheckpoint.Worker.Observability;

/// <summary>The few numbers that say how an appliance does, read when a collector wants them. Nothing here is of a person.</summary>
internal sealed class ApplianceMetrics
{
    internal const string MeterName = "EdgeCheckpoint.Appliance";

    private readonly InstalledList _list;
    private readonly ClockKeeper _clock;

    public ApplianceMetrics(
        IMeterFactory meters, JournalStore journal, CentralLink link, InstalledList list, ClockKeeper clock, TamperLatch tamper, DataFolder data)
    {
        (_list, _clock) = (list, clock);
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("checkpoint.journal.waiting", () => journal.Depth().RecordsWaiting, "{record}", "Records not yet durable at central.");
        meter.CreateObservableGauge("checkpoint.journal.waiting.oldest", () => journal.OldestUnsentAge?.TotalSeconds ?? 0, "s", "Age of the oldest of them.");
        meter.CreateObservableGauge("checkpoint.journal.wal", () => journal.WalBytes, "By", "Length of the journal's write-ahead log.");
        meter.CreateObservableGauge("checkpoint.journal.size", () => journal.DatabaseBytes, "By", "Length of the journal's files.");
        meter.CreateObservableGauge("checkpoint.journal.ballast", () => journal.IsBallastHeld ? 1 : 0, "1", "1 while the reserve for a full disk is there.");
        meter.CreateObservableCounter("checkpoint.journal.recoveries", () => journal.Recoveries, "{file}", "Damaged journal files that were put aside.");
        meter.CreateObservableCounter("checkpoint.journal.reopenings", () => journal.Reopenings, "{time}", "Times the journal was opened and checked anew after an error of the disk.");
        meter.CreateObservableCounter("checkpoint.journal.shed", () => journal.RecordsShed, "{record}", "Unsent health records that were given up.");
        meter.CreateObservableCounter("checkpoint.journal.erased", () => journal.KeysErased, "{record}", "Records whose keys were destroyed.");
        meter.CreateObservableGauge("checkpoint.disk.used", () => journal.DiskUsedPercent, "%", "How full the disk of the journal is.");
        meter.CreateObservableGauge("checkpoint.disk.free", () => FreeBytes(data), "By", "Free space where the journal lies.");
        meter.CreateObservableGauge("checkpoint.link.up", () => link.State.IsUp ? 1 : 0, "1", "1 when the last call to central was answered.");
        meter.CreateObservableGauge("checkpoint.link.throughput", () => link.Pace.BytesPerSecond, "By/s", "What the link was measured to carry; 0 while not known.");
        meter.CreateObservableGauge("checkpoint.list.age", ListAgeSeconds, "s", "Age of the installed list; -1 without one or when the clock is doubtful.");
        meter.CreateObservableGauge("checkpoint.clock.quality", () => (int)clock.Read().Quality, "1", "1 doubtful, 2 held, 3 confirmed by signed time.");
        meter.CreateObservableGauge("checkpoint.enclosure.opened", () => tamper.IsOpen ? 1 : 0, "1", "1 when the enclosure was opened since the start.");
    }

    private static long FreeBytes(DataFolder data) => new DriveInfo(data.Path).AvailableFreeSpace;

    private double ListAgeSeconds() =>
        _list.Current is { } generation && _clock.Read().Trusted is { } now
            ? Math.Max(0, (now - ClockReading.FromUnixMicroseconds(generation.Metadata.IssuedAtUnixMicroseconds)).TotalSeconds)
            : -1;
}
