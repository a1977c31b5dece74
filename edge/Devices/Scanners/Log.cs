using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Scanners;

/// <summary>Events 3000 to 3099. Lengths and names of devices only: what a scan says is personal data.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Reader {Path} opened with profile {Profile}", EventName = "ReaderOpened")]
    public static partial void ReaderOpened(ILogger log, string path, string profile);

    [LoggerMessage(3001, LogLevel.Warning, "Reader {Path} cannot be read ({Reason}); trying again",
        EventName = "ReaderMissing")]
    public static partial void ReaderMissing(ILogger log, string path, string reason);

    [LoggerMessage(3002, LogLevel.Warning, "Reader {Path} was unplugged", EventName = "ReaderGone")]
    public static partial void ReaderGone(ILogger log, string path);

    [LoggerMessage(3003, LogLevel.Debug, "Scan of {LineCount} lines, {CharacterCount} characters, problem {Problem}",
        EventName = "ScanReceived")]
    public static partial void ScanReceived(ILogger log, int lineCount, int characterCount, ScanProblem problem);

    [LoggerMessage(3004, LogLevel.Warning, "Input device {DeviceId} is not in Scanner:WedgeIds; it is not read",
        EventName = "UnknownInputDevice")]
    public static partial void UnknownInputDevice(ILogger log, string deviceId);

    [LoggerMessage(3005, LogLevel.Warning, "Reader {Path} sends noise; what is no document is dropped until it is quiet",
        EventName = "ReaderNoisy")]
    public static partial void ReaderNoisy(ILogger log, string path);
}
