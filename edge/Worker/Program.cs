using System.CommandLine;
using EdgeCheckpoint.Worker.Commands;

#if IOT_DEVICE_BINDINGS
EdgeCheckpoint.Devices.Boards.DeviceDrivers.Use(EdgeCheckpoint.Devices.Bindings.IotDrivers.WithIot(EdgeCheckpoint.Devices.Boards.DeviceDrivers.Own));
#endif

// The appliance of a border post. `edge-checkpoint --help` teaches the rest.
var data = new Option<string>("--data")
{
    Description = "Folder of keys, journal and lists.",
    DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("EDGE_CHECKPOINT_DATA") ?? "/var/lib/edge-checkpoint",
    Recursive = true,
};
var root = new RootCommand("EdgeCheckpoint: reads travel documents at a border post and screens them offline.")
{
    data,
    RunCommand.Create(data),
    EnrolCommand.Create(data),
    ReplaceCommand.Create(data),
    AuditCommand.Create(data),
    JournalCommand.Create(data),
    ReleasesCommand.Create(data),
    MrzCommand.Create(),
    SelfTestCommand.Create(data),
    ReaderCommand.Create(),
    HardwareCommand.Create(data),
    ScreenCommand.Create(),
    NamesCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
