using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Indicators;

/// <summary>Events 3200 to 3299.</summary>
internal static partial class Log
{
    [LoggerMessage(3200, LogLevel.Error, "Stack light cannot be switched: {Reason}", EventName = "StackLightFailed")]
    public static partial void StackLightFailed(ILogger log, string reason);
}
