using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Boards;

/// <summary>Events 3300 to 3399.</summary>
internal static partial class Log
{
    [LoggerMessage(3300, LogLevel.Error, "Board of kind {Kind} is unavailable: {Reason}",
        EventName = "BoardUnavailable")]
    public static partial void BoardUnavailable(ILogger log, BoardKind kind, string reason);
}
