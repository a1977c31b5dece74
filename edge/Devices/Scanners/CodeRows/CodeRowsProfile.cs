namespace EdgeCheckpoint.Devices.Scanners.CodeRows;

/// <summary>Facts and their sources in README.md beside this file.</summary>
internal static class CodeRowsProfile
{
    public static ReaderProfile Profile { get; } = new()
    {
        Name = "code-rows",
        Summary = "Code Corporation and other barcode readers that send each row by itself.",
        LineGap = TimeSpan.FromMilliseconds(1_500),
    };
}
