using System.Device.Gpio;
using System.Device.I2c;
using System.Globalization;
using EdgeCheckpoint.Devices.I2c;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;
using EdgeCheckpoint.Devices.Sensors.Gps;
using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>Makes a board of real devices. Nothing is opened here that could fail the start: each device opens its own, late where it must.</summary>
internal static class GpioBoard
{
    /// <param name="openChip">Opens a GPIO chip by its label.</param>
    /// <param name="openBus">A place on the board's I2C bus, by address.</param>
    public static IBoard Create(
        BoardOptions options, Func<string, GpioController> openChip, Func<int, I2cDevice> openBus, TimeProvider time, ILoggerFactory logs)
    {
        var drivers = DeviceDrivers.InUse;
        var chips = new Dictionary<string, GpioChip>(StringComparer.Ordinal);
        GpioChip Chip(LineOptions line)
        {
            var label = line.ChipLabel.Length > 0 ? line.ChipLabel : options.ChipLabel;
            if (!chips.TryGetValue(label, out var chip))
                chips.Add(label, chip = new GpioChip(label, () => openChip(label), time));
            return chip;
        }

        var none = new NotFitted(time);
        IOutputLine Output(string name, OutputOptions? line) => line is null
            ? none
            : new GpioOutputLine(name, Chip(line), line.Line, time, logs.CreateLogger<GpioOutputLine>());
        var devices = new BoardDevices(time).WithContacts(role => options.Contact(role) is { } contact
            ? new GpioContactInput(role.Name(), Chip(contact), contact, time, logs.CreateLogger<GpioContactInput>())
            : null);
        var log = logs.CreateLogger("EdgeCheckpoint.Devices");
        DevicePlace Place(string name, I2cOptions chip) => new(name, () => openBus(chip.Address), time, log);
        return new Board(devices with
        {
            StackLight = options.Red is null
                ? none
                : new StackLight(Output("red lamp", options.Red), Output("amber lamp", options.Amber), Output("green lamp", options.Green)),
            Buzzer = Output("buzzer", options.Buzzer),
            GateReady = Output("gate-ready lamp", options.GateReady),
            Climate = options.Climate is { } climate ? drivers.Climate[climate.Driver](Place("climate sensor", climate)) : none,
            Supply = options.Supply is { } supply
                ? drivers.Supply[supply.Driver](Place("supply sensor", supply), supply.ShuntOhms)
                : none,
            Clock = options.Clock is { } clock ? drivers.Clock[clock.Driver](Place("clock chip", clock)) : none,
            Gps = options.Gps is { } gps ? new GpsReceiver("GPS receiver", () => GpsLine.Open(gps.DevicePath, gps.BaudRate), time, log) : none,
            Display = options.Display is { } display ? drivers.Display[display.Driver](Place("status display", display)) : none,
            Owned = [.. chips.Values],
        });
    }

    /// <summary>On the machine's own chips and bus.</summary>
    public static IBoard Open(BoardOptions options, TimeProvider time, ILoggerFactory logs) => Create(
        options,
        label => OpenExpander(options, label) ?? GpioChips.Open(options.Driver, label),
        address => Device(options, address),
        time,
        logs);

    private static I2cDevice Device(BoardOptions options, int address) => I2cDevice.Create(new I2cConnectionSettings(I2cBuses.Find(options.I2cBus), address));

    /// <summary>A chip on the bus that has lines of its own, by a label of the form NAME@ADDRESS; null for other labels.</summary>
    private static GpioController? OpenExpander(BoardOptions options, string label) =>
        label.Split('@') is [var name, var address] && DeviceDrivers.InUse.Expanders.TryGetValue(name, out var open)
        && int.TryParse(address, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? open(Device(options, place))
            : null;
}
