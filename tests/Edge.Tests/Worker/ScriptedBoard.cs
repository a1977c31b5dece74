using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Clocks;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Gps;
using EdgeCheckpoint.Devices.Supervision;

namespace EdgeCheckpoint.Edge.Tests.Worker;

/// <summary>A board that reads what a test says, and keeps what was shown.</summary>
internal sealed class ScriptedBoard : IBoard, IStackLight, IStatusDisplay, IBatteryClock, IGpsReceiver, ISensor<ClimateReading>, ISensor<SupplyReading>
{
    private readonly Dictionary<ContactRole, ScriptedContact> _contacts = Enum.GetValues<ContactRole>().ToDictionary(static role => role, static role => new ScriptedContact(role));
    private readonly Line _buzzer = new();
    private readonly Line _gateReady = new();

    public ClimateReading? Air { get; set; }

    public SupplyReading? Battery { get; set; }

    public TimeSpan? ChipAhead { get; set; }

    public TimeSpan? SkyAhead { get; set; }

    public DateTimeOffset? ClockSet { get; private set; }

    public StackLightState Lamps { get; private set; }

    public ImmutableArray<string> Lines { get; private set; } = [];

    public bool IsBuzzing => _buzzer.IsOn;

    public bool IsGateReady => _gateReady.IsOn;

    public string Name => "scripted";

    public DeviceHealth Health { get; set; } = new(DeviceState.Ok, "", Bench.Start);

    public IStackLight StackLight => this;

    public IOutputLine Buzzer => _buzzer;

    public IOutputLine GateReady => _gateReady;

    public ISensor<ClimateReading> Climate => this;

    public ISensor<SupplyReading> Supply => this;

    public IBatteryClock Clock => this;

    public IGpsReceiver Gps => this;

    public IStatusDisplay Display => this;

    public TimeSpan? MachineAhead => SkyAhead;

    TimeSpan? IBatteryClock.MachineAhead => ChipAhead;

    ClimateReading? ISensor<ClimateReading>.Latest => Air;

    SupplyReading? ISensor<SupplyReading>.Latest => Battery;

    public GpsFix? Fix { get; set; }

    GpsFix? ISensor<GpsFix>.Latest => Fix;

    public IContactInput Contact(ContactRole role) => _contacts[role];

    /// <summary>Opens or closes a contact; whoever watches it is told.</summary>
    public void Set(ContactRole role, ContactLevel level) => _contacts[role].Change(level);

    public void SetHealth(ContactRole role, DeviceState state) => _contacts[role].Health = new DeviceHealth(state, "", Bench.Start);

    public ImmutableArray<(string Name, DeviceHealth Health)> Parts() =>
        [.. _contacts.Values.Select(static contact => (contact.Name, contact.Health)), ("climate", Health), ("supply", Health), ("gps", Health)];

    /// <summary>What the loops are; one that never ends is a bus that hangs.</summary>
    public Task Loops { get; set; } = Task.CompletedTask;

    public Task RunAsync(CancellationToken cancellationToken) => Loops;

    public void Show(StackLightState state) => Lamps = state;

    public void Show(ImmutableArray<string> lines) => Lines = lines;

    public void Set(DateTimeOffset signedTime) => ClockSet = signedTime;

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class ScriptedContact(ContactRole role) : IContactInput
    {
        private readonly Channel<ContactLevel> _changes = Channel.CreateUnbounded<ContactLevel>();

        public string Name { get; } = role.Name();

        public DeviceHealth Health { get; set; } = new(DeviceState.Ok, "", Bench.Start);

        public ContactLevel Level { get; private set; } = ContactLevel.Closed;

        public void Change(ContactLevel level)
        {
            Level = level;
            _changes.Writer.TryWrite(level);
        }

        public async IAsyncEnumerable<ContactChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return new ContactChange(Level, Bench.Start);
            while (!cancellationToken.IsCancellationRequested)
            {
                var read = _changes.Reader.ReadAsync(cancellationToken).AsTask();
                await Task.WhenAny(read);
                if (read.IsCompletedSuccessfully)
                    yield return new ContactChange(read.Result, Bench.Start);
            }
        }
    }

    private sealed class Line : IOutputLine
    {
        public bool IsOn { get; private set; }

        public string Name => "line";

        public DeviceHealth Health { get; } = new(DeviceState.Ok, "", Bench.Start);

        public void Set(bool isOn) => IsOn = isOn;

        public void Dispose() => IsOn = false;
    }
}
