using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Indicators;

/// <summary>Events 3200 to 3299.</summary>
internal static partial class Log
{
    [LoggerMessage(3200, LogLevel.Error, "Output {Output} cannot be switched: {Reason}", EventName = "OutputFailed")]
    public static partial void OutputFailed(ILogger log, string output, string reason);
}
