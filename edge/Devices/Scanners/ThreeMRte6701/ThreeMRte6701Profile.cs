namespace EdgeCheckpoint.Devices.Scanners.ThreeMRte6701;

/// <summary>Facts and their sources in README.md beside this file.</summary>
internal static class ThreeMRte6701Profile
{
    public static ReaderProfile Profile { get; } = new()
    {
        Name = "3m-rte6701",
        Summary = "3M RTE6701 and its family, native protocol: heading with length, flag byte, block check.",
        RequiresHeading = true,
        HeadingCode = "OU",
        Flag = FlagByte.Always,
        LengthCovers = BlockRange.Any,
        // An assumption: the manual at hand breaks off before it says so. A reader that differs shows at its first document.
        BlockCheckCovers = BlockRange.FromLength,
        LineGap = TimeSpan.Zero,
    };
}
