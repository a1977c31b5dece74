using EdgeCheckpoint.Devices.Sensors;

namespace EdgeCheckpoint.Devices.Simulated;

/// <summary>A contact that is a file; polled, as a file gives no edges.</summary>
internal sealed class SimulatedContactInput : IContactInput
{
    private readonly string _path;
    private readonly HealthCell _health;
    private readonly ContactWatch _watch;

    public SimulatedContactInput(string name, string path, ContactTiming timing, TimeProvider time)
    {
        Name = name;
        _path = path;
        _health = new HealthCell(time, DeviceState.Ok, "");
        _watch = new ContactWatch(time, ReadLevel, timing.Debounce, timing.Reread);
    }

    public string Name { get; }

    public DeviceHealth Health => _health.Current;

    public ContactLevel Level => ReadLevel();

    public IAsyncEnumerable<ContactChange> WatchAsync(CancellationToken cancellationToken) =>
        _watch.RunAsync(cancellationToken);

    private ContactLevel ReadLevel()
    {
        var level = ReadFile();
        if (level == ContactLevel.Unknown)
            _health.Set(DeviceState.Failed, $"Contact file {_path} is missing or holds neither closed nor open");
        else
            _health.Set(DeviceState.Ok);
        return level;
    }

    private ContactLevel ReadFile()
    {
        try
        {
            return File.ReadAllText(_path).AsSpan().Trim() switch
            {
                "closed" => ContactLevel.Closed,
                "open" => ContactLevel.Open,
                _ => ContactLevel.Unknown,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ContactLevel.Unknown;
        }
    }
}
