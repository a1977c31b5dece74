namespace EdgeCheckpoint.Devices.Scanners.HoneywellOcr;

/// <summary>Facts and their sources in README.md beside this file.</summary>
internal static class HoneywellOcrProfile
{
    public static ReaderProfile Profile { get; } = new()
    {
        Name = "honeywell-ocr",
        Summary = "Honeywell 1900 and its family with OCR switched on: plain lines, or rows one by one.",
        LineGap = TimeSpan.FromMilliseconds(1_000),
    };
}
