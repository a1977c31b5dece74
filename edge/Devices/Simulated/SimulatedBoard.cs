using System.Collections.Immutable;
using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Clocks;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Gps;
using EdgeCheckpoint.Devices.Sensors.Ina219;
using EdgeCheckpoint.Devices.Sensors.Sht4x;
using EdgeCheckpoint.Devices.Simulated.I2c;
using EdgeCheckpoint.Devices.Supervision;
using EdgeCheckpoint.Devices.Units;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>
/// A board as files in one directory, for boards without GPIO, for tests and for the demonstration, in which another process opens the lid
/// (Simulated/README.md lists the files). Climate and supply are read by the real drivers from simulated chips.
/// </summary>
public sealed class SimulatedBoard : IBoard
{
    /// <summary>File of the tamper loop.</summary>
    public const string TamperFile = "tamper";

    /// <summary>File of the stack light.</summary>
    public const string StackLightFile = "stack-light";

    /// <summary>File of temperature in °C and humidity in percent.</summary>
    public const string ClimateFile = "climate";

    /// <summary>File of the battery's voltage in V and its current in A.</summary>
    public const string SupplyFile = "supply";

    private const double ShuntOhms = 0.1;

    private static readonly ContactTiming Polling =
        ContactTiming.Default with { Reread = TimeSpan.FromMilliseconds(250) };

    private readonly string _directory;
    private readonly Board _board;

    /// <summary>Makes the directory where it is missing, with closed contacts, mild air and a full battery.</summary>
    public SimulatedBoard(string directory, TimeProvider time, ILoggerFactory logs)
    {
        _directory = Directory.CreateDirectory(directory).FullName;
        foreach (var role in Enum.GetValues<ContactRole>())
            Prepare(role.Name(), "closed");
        Prepare(ClimateFile, "21.0 40");
        Prepare(SupplyFile, "8.2 0.5");
        var log = logs.CreateLogger("EdgeCheckpoint.Devices");
        var bus = new SimulatedI2cBus();
        bus.Fit(Sht4x.DefaultI2cAddress, new SimulatedSht4x(ReadClimate, time));
        bus.Fit(Ina219.DefaultI2cAddress, new SimulatedIna219(ReadSupply, ShuntOhms));
        _board = new Board(new BoardDevices(time).WithContacts(role =>
        {
            var name = role.Name();
            return new SimulatedContactInput(name, PathOf(name), Polling, time);
        }) with
        {
            StackLight = new SimulatedStackLight(PathOf(StackLightFile), time),
            Buzzer = new SimulatedOutputLine("buzzer", PathOf("buzzer"), time),
            GateReady = new SimulatedOutputLine("gate-ready lamp", PathOf("gate-ready"), time),
            Climate = Sht4xSensor.Create("climate sensor", () => bus.CreateDevice(Sht4x.DefaultI2cAddress), time, log),
            Supply = Ina219Sensor.Create("supply sensor", () => bus.CreateDevice(Ina219.DefaultI2cAddress), ShuntOhms, time, log),
            Display = new SimulatedDisplay(PathOf("display"), time),
            Owned = [bus],
        });
    }

    /// <inheritdoc/>
    public IStackLight StackLight => _board.StackLight;

    /// <inheritdoc/>
    public IOutputLine Buzzer => _board.Buzzer;

    /// <inheritdoc/>
    public IOutputLine GateReady => _board.GateReady;

    /// <inheritdoc/>
    public ISensor<ClimateReading> Climate => _board.Climate;

    /// <inheritdoc/>
    public ISensor<SupplyReading> Supply => _board.Supply;

    /// <inheritdoc/>
    public IBatteryClock Clock => _board.Clock;

    /// <inheritdoc/>
    public IGpsReceiver Gps => _board.Gps;

    /// <inheritdoc/>
    public IStatusDisplay Display => _board.Display;

    /// <inheritdoc/>
    public IContactInput Contact(ContactRole role) => _board.Contact(role);

    /// <inheritdoc/>
    public ImmutableArray<(string Name, DeviceHealth Health)> Parts() => _board.Parts();

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) => _board.RunAsync(cancellationToken);

    /// <summary>Opens or closes a contact, as another process does by writing the file.</summary>
    public void Set(ContactRole role, ContactLevel level) =>
        AtomicFile.Write(PathOf(role.Name()), level == ContactLevel.Closed ? "closed" : "open");

    /// <inheritdoc/>
    public void Dispose() => _board.Dispose();

    private string PathOf(string file) => Path.Combine(_directory, file);

    private void Prepare(string file, string content)
    {
        if (!File.Exists(PathOf(file)))
            AtomicFile.Write(PathOf(file), content);
    }

    private ClimateReading ReadClimate()
    {
        var (temperature, humidity) = SimulatedMeasurement.Read(PathOf(ClimateFile));
        return new ClimateReading(new Temperature(temperature), new RelativeHumidity(humidity));
    }

    private SupplyReading ReadSupply()
    {
        var (voltage, current) = SimulatedMeasurement.Read(PathOf(SupplyFile));
        return new SupplyReading(new ElectricPotential(voltage), new ElectricCurrent(current));
    }
}
