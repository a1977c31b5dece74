namespace EdgeCheckpoint.Devices.Scanners.TokenWorksWedge;

/// <summary>Facts and their sources in README.md beside this file.</summary>
internal static class TokenWorksWedgeProfile
{
    public static ReaderProfile Profile { get; } = new()
    {
        Name = "tokenworks",
        Summary = "TokenWorks IDWedgeKB: keyboard or virtual serial port with the configured prefix and suffix.",
        Idle = TimeSpan.FromMilliseconds(300),
    };
}
