using EdgeCheckpoint.Devices.Boards;
using EdgeCheckpoint.Devices.Indicators;
using EdgeCheckpoint.Devices.Sensors;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>
/// Contacts and lamps as files in one directory, for boards without GPIO, for tests and for the demonstration, in which
/// another process opens the lid: <c>tamper</c> holds <c>closed</c> or <c>open</c>, <c>stack-light</c> holds
/// <c>red=0 amber=1 green=0</c>.
/// </summary>
public sealed class SimulatedBoard : IBoard
{
    /// <summary>File of the tamper loop.</summary>
    public const string TamperFile = "tamper";

    /// <summary>File of the stack light.</summary>
    public const string StackLightFile = "stack-light";

    private static readonly ContactTiming Polling =
        ContactTiming.Default with { Reread = TimeSpan.FromMilliseconds(250) };

    private readonly string _directory;

    /// <summary>Makes the directory where it is missing, with a closed tamper loop.</summary>
    public SimulatedBoard(string directory, TimeProvider time)
    {
        _directory = Directory.CreateDirectory(directory).FullName;
        var tamperPath = Path.Combine(_directory, TamperFile);
        if (!File.Exists(tamperPath))
            SetTamper(ContactLevel.Closed);
        Tamper = new SimulatedContactInput(TamperFile, tamperPath, Polling, time);
        StackLight = new SimulatedStackLight(Path.Combine(_directory, StackLightFile), time);
    }

    /// <inheritdoc/>
    public IContactInput Tamper { get; }

    /// <inheritdoc/>
    public IStackLight StackLight { get; }

    /// <summary>Opens or closes the loop, as another process does by writing the file.</summary>
    public void SetTamper(ContactLevel level) =>
        AtomicFile.Write(Path.Combine(_directory, TamperFile), level == ContactLevel.Closed ? "closed" : "open");

    public void Dispose() => StackLight.Dispose();
}
