namespace EdgeCheckpoint.Devices.Scanners.DeskoCute;

/// <summary>Facts and their sources in README.md beside this file.</summary>
internal static class DeskoCuteProfile
{
    public static ReaderProfile Profile { get; } = new()
    {
        Name = "desko-cute",
        Summary = "DESKO serial readers, CUTE style: STX, two or three lines, ETX.",
        Flag = FlagByte.Never,
        BlockCheckCovers = BlockRange.None,
        LineGap = TimeSpan.Zero,
    };
}
