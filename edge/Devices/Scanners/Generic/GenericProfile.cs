namespace EdgeCheckpoint.Devices.Scanners.Generic;

/// <summary>Nothing is presumed; facts and limits in README.md beside this file.</summary>
internal static class GenericProfile
{
    public static ReaderProfile Profile { get; } = new()
    {
        Name = "generic",
        Summary = "Takes every dressing without being told which one comes; start here.",
    };
}
