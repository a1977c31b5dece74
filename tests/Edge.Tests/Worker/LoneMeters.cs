using System.Diagnostics.Metrics;

namespace EdgeCheckpoint.Edge.Tests.Worker;

/// <summary>Meters without a program around them, for parts that are put together by hand.</summary>
internal sealed class LoneMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose() => _meters.ForEach(static meter => meter.Dispose());
}
