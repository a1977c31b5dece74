using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using EdgeCheckpoint.Devices.Clocks;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Gps;
using EdgeCheckpoint.Devices.Supervision;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>Stands in for every device that is not there: reads nothing, shows nothing, and says so.</summary>
internal sealed class NotFitted(TimeProvider time)
    : IContactInput, IStackLight, IOutputLine, ISensor<ClimateReading>, ISensor<SupplyReading>, IBatteryClock, IGpsReceiver, IStatusDisplay
{
    public string Name => "not fitted";

    public DeviceHealth Health { get; } = new(DeviceState.NotFitted, "", time.GetUtcNow());

    public ContactLevel Level => ContactLevel.Unknown;

    public TimeSpan? MachineAhead => null;

    ClimateReading? ISensor<ClimateReading>.Latest => null;

    SupplyReading? ISensor<SupplyReading>.Latest => null;

    GpsFix? ISensor<GpsFix>.Latest => null;

    public async IAsyncEnumerable<ContactChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new ContactChange(ContactLevel.Unknown, time.GetUtcNow());
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Show(StackLightState state)
    {
        // No lamp to light; Health says so.
    }

    public void Show(ImmutableArray<string> lines)
    {
        // No display.
    }

    public void Set(bool isOn)
    {
        // No output.
    }

    public void Set(DateTimeOffset signedTime)
    {
        // No clock.
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
