using System.Collections.Frozen;
using System.Collections.Immutable;
using EdgeCheckpoint.Devices.Clocks;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Gps;
using EdgeCheckpoint.Devices.Supervision;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>The devices of a board; what is not named is not fitted.</summary>
internal sealed record BoardDevices
{
    private readonly IContactInput _none;

    public BoardDevices(TimeProvider time)
    {
        var none = new NotFitted(time);
        _none = none;
        Contacts = Enum.GetValues<ContactRole>().ToFrozenDictionary(static role => role, IContactInput (_) => _none);
        (StackLight, Buzzer, GateReady, Climate, Supply, Clock, Gps, Display) = (none, none, none, none, none, none, none, none);
    }

    public FrozenDictionary<ContactRole, IContactInput> Contacts { get; private set; }

    public IStackLight StackLight { get; init; }

    public IOutputLine Buzzer { get; init; }

    public IOutputLine GateReady { get; init; }

    public ISensor<ClimateReading> Climate { get; init; }

    public ISensor<SupplyReading> Supply { get; init; }

    public IBatteryClock Clock { get; init; }

    public IGpsReceiver Gps { get; init; }

    public IStatusDisplay Display { get; init; }

    /// <summary>Disposed with the board, after lamps and buzzer.</summary>
    public ImmutableArray<IDisposable> Owned { get; init; } = [];

    /// <summary>The same with contacts of these roles.</summary>
    public BoardDevices WithContacts(Func<ContactRole, IContactInput?> contact) =>
        this with { Contacts = Enum.GetValues<ContactRole>().ToFrozenDictionary(static role => role, role => contact(role) ?? _none) };
}
