using System.Collections.Immutable;
using EdgeCheckpoint.Devices.Clocks;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Gps;
using EdgeCheckpoint.Devices.Supervision;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>
/// What is fitted to one appliance beside its reader. Every port is there; what is not fitted says so in its health. Disposing it puts lamps and
/// buzzer out and lets the lines go.
/// </summary>
public interface IBoard : ISupervised, IDisposable
{
    /// <summary>The contact of a role.</summary>
    IContactInput Contact(ContactRole role);

    /// <summary>Stack light above the counter.</summary>
    IStackLight StackLight { get; }

    /// <summary>Buzzer inside the booth.</summary>
    IOutputLine Buzzer { get; }

    /// <summary>Lamp beside the gate.</summary>
    IOutputLine GateReady { get; }

    /// <summary>Air inside the enclosure.</summary>
    ISensor<ClimateReading> Climate { get; }

    /// <summary>Battery.</summary>
    ISensor<SupplyReading> Supply { get; }

    /// <summary>Clock chip.</summary>
    IBatteryClock Clock { get; }

    /// <summary>Satellite receiver.</summary>
    IGpsReceiver Gps { get; }

    /// <summary>Status display.</summary>
    IStatusDisplay Display { get; }

    /// <summary>Health of each part that is fitted, by its name.</summary>
    ImmutableArray<(string Name, DeviceHealth Health)> Parts();
}
