using System.Collections.Immutable;
using EdgeCheckpoint.Devices.Clocks;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Gps;
using EdgeCheckpoint.Devices.Supervision;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>A board put together from its devices, whatever they are.</summary>
public class Board : IBoard
{
    private readonly BoardDevices _devices;

    internal Board(BoardDevices devices) => _devices = devices;

    public IStackLight StackLight => _devices.StackLight;

    public IOutputLine Buzzer => _devices.Buzzer;

    public IOutputLine GateReady => _devices.GateReady;

    public ISensor<ClimateReading> Climate => _devices.Climate;

    public ISensor<SupplyReading> Supply => _devices.Supply;

    public IBatteryClock Clock => _devices.Clock;

    public IGpsReceiver Gps => _devices.Gps;

    public IStatusDisplay Display => _devices.Display;

    public IContactInput Contact(ContactRole role) => _devices.Contacts[role];

    public ImmutableArray<(string Name, DeviceHealth Health)> Parts() =>
    [
        .. new (string Name, DeviceHealth Health)[]
        {
            ("tamper", Contact(ContactRole.Tamper).Health), ("lid", Contact(ContactRole.Lid).Health), ("gate", Contact(ContactRole.Gate).Health),
            ("presence", Contact(ContactRole.Presence).Health), ("power-lost", Contact(ContactRole.PowerLost).Health),
            ("stack-light", StackLight.Health), ("buzzer", Buzzer.Health), ("gate-ready", GateReady.Health),
            ("climate", Climate.Health), ("supply", Supply.Health), ("clock-chip", Clock.Health), ("gps", Gps.Health), ("display", Display.Health),
        }.Where(static part => part.Health.State != DeviceState.NotFitted),
    ];

    public Task RunAsync(CancellationToken cancellationToken)
    {
        object[] all = [Climate, Supply, Clock, Gps, Display];
        return Task.WhenAll(all.OfType<ISupervised>().Select(device => device.RunAsync(cancellationToken)));
    }

    public void Dispose()
    {
        StackLight.Dispose();
        Buzzer.Dispose();
        GateReady.Dispose();
        foreach (var owned in _devices.Owned)
            owned.Dispose();
        GC.SuppressFinalize(this);
    }
}
