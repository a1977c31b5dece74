using System.ComponentModel.DataAnnotations;
using EdgeCheckpoint.Devices.Sensors;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>What carries the contacts, sensors and lamps.</summary>
public enum BoardKind
{
    /// <summary>Nothing is fitted beside the reader.</summary>
    None,

    /// <summary>Files in <see cref="BoardOptions.SimulatedDirectory"/>.</summary>
    Simulated,

    /// <summary>Lines of GPIO chips, and what is named of I2C and serial lines.</summary>
    Gpio,
}

/// <summary>Which libgpiod the driver calls; neither comes with the program.</summary>
public enum GpioDriverKind
{
    /// <summary>libgpiod.so.2, Debian package libgpiod2.</summary>
    LibGpiod1,

    /// <summary>libgpiod.so.3, Debian package libgpiod3.</summary>
    LibGpiod2,
}

/// <summary>
/// Contacts, sensors and indicators of this appliance. A profile (one file below Boards/Profiles) sets them for a board; settings of the
/// appliance change single ones. What is not named is not fitted.
/// </summary>
public sealed class BoardOptions : IValidatableObject
{
    public const string Section = "Board";

    /// <summary>Name of the profile these settings began from; see <see cref="BoardProfiles"/>.</summary>
    [Required]
    public string Profile { get; set; } = BoardProfiles.Default;

    /// <summary>None, simulated or gpio.</summary>
    public BoardKind Kind { get; set; } = BoardKind.None;

    /// <summary>Label of the GPIO chip, as gpioinfo prints it; numbers of chips change with kernels and boards.</summary>
    public string ChipLabel { get; set; } = "";

    /// <summary>Which libgpiod is installed.</summary>
    public GpioDriverKind Driver { get; set; } = GpioDriverKind.LibGpiod2;

    /// <summary>Tamper loop.</summary>
    public ContactOptions? Tamper { get; set; }

    /// <summary>Lid.</summary>
    public ContactOptions? Lid { get; set; }

    /// <summary>Door or gate.</summary>
    public ContactOptions? Gate { get; set; }

    /// <summary>Light barrier at the counter.</summary>
    public ContactOptions? Presence { get; set; }

    /// <summary>The supply's signal that the mains are gone.</summary>
    public ContactOptions? PowerLost { get; set; }

    /// <summary>Red lamp of the stack light; all three or none.</summary>
    public OutputOptions? Red { get; set; }

    /// <summary>Amber lamp.</summary>
    public OutputOptions? Amber { get; set; }

    /// <summary>Green lamp.</summary>
    public OutputOptions? Green { get; set; }

    /// <summary>Buzzer.</summary>
    public OutputOptions? Buzzer { get; set; }

    /// <summary>Lamp beside the gate: the lane is ready for the next traveller.</summary>
    public OutputOptions? GateReady { get; set; }

    /// <summary>Beginning of the name of the I2C adapter, as i2cdetect -l prints it, or i2c-NUMBER where the board's device tree fixes that.</summary>
    public string I2cBus { get; set; } = "";

    /// <summary>Temperature and humidity of the enclosure.</summary>
    public ClimateOptions? Climate { get; set; }

    /// <summary>Battery.</summary>
    public SupplyOptions? Supply { get; set; }

    /// <summary>A clock chip that the kernel does not drive.</summary>
    public ClockOptions? Clock { get; set; }

    /// <summary>Status display.</summary>
    public DisplayOptions? Display { get; set; }

    /// <summary>Satellite receiver.</summary>
    public GpsOptions? Gps { get; set; }

    /// <summary>Directory of the simulated board's files.</summary>
    [Required]
    public string SimulatedDirectory { get; set; } = "/run/edge-checkpoint/board";

    /// <summary>The contact of a role; null when none is fitted.</summary>
    public ContactOptions? Contact(ContactRole role) => role switch
    {
        ContactRole.Tamper => Tamper,
        ContactRole.Lid => Lid,
        ContactRole.Gate => Gate,
        ContactRole.Presence => Presence,
        ContactRole.PowerLost => PowerLost,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    /// <summary>Each line and each address serves one purpose (the libraries hand both out twice without complaint), and what is named can be had.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!BoardProfiles.All.Contains(Profile))
            yield return new ValidationResult($"Board:Profile: there is no profile {Profile}; there are {string.Join(", ", BoardProfiles.All)}.");
        if (Kind != BoardKind.Gpio)
            yield break;
        foreach (var problem in LineProblems().Concat(BusProblems()))
            yield return new ValidationResult(problem);
    }

    private (string Name, LineOptions? Line)[] Lines() =>
    [
        .. Enum.GetValues<ContactRole>().Select(role => (role.ToString(), (LineOptions?)Contact(role))),
        (nameof(Red), Red), (nameof(Amber), Amber), (nameof(Green), Green), (nameof(Buzzer), Buzzer), (nameof(GateReady), GateReady),
    ];

    private (string Name, int Address)[] Addresses() =>
        new (string, I2cOptions?)[] { (nameof(Climate), Climate), (nameof(Supply), Supply), (nameof(Clock), Clock), (nameof(Display), Display) }
            .Where(static chip => chip.Item2 is not null).Select(static chip => (chip.Item1, chip.Item2!.Address)).ToArray();

    private IEnumerable<string> LineProblems()
    {
        foreach (var (name, line) in Lines())
        {
            if (line is { Line: < 0 or > 511 })
                yield return $"Board:{name}:Line: {line.Line} is no line; lines are 0 to 511.";
            if (line is not null && ChipOf(line).Length == 0)
                yield return $"Board:{name}: no chip is named, neither in Board:ChipLabel nor in Board:{name}:ChipLabel.";
        }

        foreach (var contact in Enum.GetValues<ContactRole>())
        {
            if (Contact(contact) is { DebounceMilliseconds: < 1 or > 5000 })
                yield return $"Board:{contact}:DebounceMilliseconds: 1 to 5000.";
        }

        foreach (var twice in Lines().Where(static used => used.Line is not null).GroupBy(used => (ChipOf(used.Line!), used.Line!.Line)).Where(static group => group.Count() > 1))
            yield return $"Board: {string.Join(" and ", twice.Select(static used => used.Name))} must be different lines; line {twice.Key.Line} of {twice.Key.Item1} serves one purpose.";
        if (new[] { Red, Amber, Green }.Count(static lamp => lamp is not null) is 1 or 2)
            yield return "Board: Red, Amber and Green belong together; name all three or none.";
    }

    private IEnumerable<string> BusProblems()
    {
        var chips = Addresses();
        if (chips.Length > 0 && I2cBus.Length == 0)
            yield return $"Board:I2cBus: {chips[0].Name} wants a bus, and none is named.";
        foreach (var (name, address) in chips)
        {
            // 0 to 7 and 120 to 127 are reserved (NXP UM10204, §3.1.12).
            if (address is < 0x08 or > 0x77)
                yield return $"Board:{name}:Address: {address} is no address; they are 8 to 119, in decimal.";
        }

        foreach (var twice in chips.GroupBy(static chip => chip.Address).Where(static group => group.Count() > 1))
            yield return $"Board: {string.Join(" and ", twice.Select(static chip => chip.Name))} cannot both be at address {twice.Key}.";
        if (Supply is { EmptyMillivolts: var empty, LowMillivolts: var low } && (empty < 1000 || empty >= low || low > 26_000))
            yield return "Board:Supply: EmptyMillivolts must be at least 1000 and below LowMillivolts, and that at most 26000.";
        if (Supply is { ShuntOhms: <= 0 or > 10 })
            yield return "Board:Supply:ShuntOhms: above 0 and at most 10.";
        if (Gps is { DevicePath.Length: 0 })
            yield return "Board:Gps:DevicePath is empty.";
        if (Gps is { BaudRate: not (4800 or 9600 or 19_200 or 38_400 or 57_600 or 115_200) })
            yield return "Board:Gps:BaudRate: 4800, 9600, 19200, 38400, 57600 or 115200.";
        var drivers = DeviceDrivers.InUse;
        foreach (var (name, driver, known) in new[]
        {
            (nameof(Climate), Climate?.Driver, drivers.Climate.Keys), (nameof(Supply), Supply?.Driver, drivers.Supply.Keys),
            (nameof(Clock), Clock?.Driver, drivers.Clock.Keys), (nameof(Display), Display?.Driver, drivers.Display.Keys),
        })
        {
            if (driver is not null && !known.Contains(driver))
                yield return $"Board:{name}:Driver: there is no driver {driver}; there is {string.Join(", ", known.Order(StringComparer.Ordinal))}.";
        }
    }

    private string ChipOf(LineOptions line) => line.ChipLabel.Length > 0 ? line.ChipLabel : ChipLabel;
}
