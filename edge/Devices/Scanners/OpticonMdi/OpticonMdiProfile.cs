namespace EdgeCheckpoint.Devices.Scanners.OpticonMdi;

/// <summary>Facts and their sources in README.md beside this file.</summary>
internal static class OpticonMdiProfile
{
    public static ReaderProfile Profile { get; } = new()
    {
        Name = "opticon",
        Summary = "Opticon MDI series: plain lines with the configured prefix and suffix.",
    };
}
