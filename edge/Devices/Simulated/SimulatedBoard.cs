using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Ina219;
using EdgeCheckpoint.Devices.Sensors.Sht4x;
using EdgeCheckpoint.Devices.Simulated.I2c;
using EdgeCheckpoint.Devices.Units;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>
/// A board as files in one directory, for boards without GPIO, for tests and for the demonstration, in which another process opens the lid
/// (Simulated/README.md lists the files). Climate and supply are read by the real drivers from simulated chips.
/// </summary>
public sealed class SimulatedBoard : Board
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

    /// <summary>Makes the directory where it is missing, with closed contacts, mild air and a full battery.</summary>
    public SimulatedBoard(string directory, TimeProvider time, ILoggerFactory logs)
        : base(Devices(Directory.CreateDirectory(directory).FullName, time, logs.CreateLogger("EdgeCheckpoint.Devices"))) =>
        _directory = Path.GetFullPath(directory);

    /// <summary>Opens or closes a contact, as another process does by writing the file.</summary>
    public void Set(ContactRole role, ContactLevel level) =>
        AtomicFile.Write(Path.Combine(_directory, role.Name()), level == ContactLevel.Closed ? "closed" : "open");

    private static BoardDevices Devices(string directory, TimeProvider time, ILogger log)
    {
        string PathOf(string file) => Path.Combine(directory, file);
        foreach (var role in Enum.GetValues<ContactRole>())
            Prepare(PathOf(role.Name()), "closed");
        Prepare(PathOf(ClimateFile), "21.0 40");
        Prepare(PathOf(SupplyFile), "8.2 0.5");
        var bus = new SimulatedI2cBus();
        bus.Fit(Sht4x.DefaultI2cAddress, new SimulatedSht4x(() => ReadClimate(PathOf(ClimateFile)), time));
        bus.Fit(Ina219.DefaultI2cAddress, new SimulatedIna219(() => ReadSupply(PathOf(SupplyFile)), ShuntOhms));
        return new BoardDevices(time).WithContacts(role => new SimulatedContactInput(role.Name(), PathOf(role.Name()), Polling, time)) with
        {
            StackLight = new SimulatedStackLight(PathOf(StackLightFile), time),
            Buzzer = new SimulatedOutputLine("buzzer", PathOf("buzzer"), time),
            GateReady = new SimulatedOutputLine("gate-ready lamp", PathOf("gate-ready"), time),
            Climate = Sht4xSensor.Create("climate sensor", () => bus.CreateDevice(Sht4x.DefaultI2cAddress), time, log),
            Supply = Ina219Sensor.Create("supply sensor", () => bus.CreateDevice(Ina219.DefaultI2cAddress), ShuntOhms, time, log),
            Display = new SimulatedDisplay(PathOf("display"), time),
            Owned = [bus],
        };
    }

    private static void Prepare(string path, string content)
    {
        if (!File.Exists(path))
            AtomicFile.Write(path, content);
    }

    private static ClimateReading ReadClimate(string path)
    {
        var (temperature, humidity) = SimulatedMeasurement.Read(path);
        return new ClimateReading(new Temperature(temperature), new RelativeHumidity(humidity));
    }

    private static SupplyReading ReadSupply(string path)
    {
        var (voltage, current) = SimulatedMeasurement.Read(path);
        return new SupplyReading(new ElectricPotential(voltage), new ElectricCurrent(current));
    }
}
