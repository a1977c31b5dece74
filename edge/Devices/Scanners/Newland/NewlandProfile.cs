namespace EdgeCheckpoint.Devices.Scanners.Newland;

/// <summary>Facts and their sources in README.md beside this file.</summary>
internal static class NewlandProfile
{
    public static ReaderProfile Profile { get; } = new()
    {
        Name = "newland",
        Summary = "Newland-type engines such as IDE237: plain lines of text.",
        Idle = TimeSpan.FromMilliseconds(250),
    };
}
