using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Sensors;

/// <summary>Events 3100 to 3199.</summary>
internal static partial class Log
{
    [LoggerMessage(3100, LogLevel.Warning,
        "Contact {Contact} on line {Line} has no edges ({Reason}); it is read on a timer",
        EventName = "NoEdges")]
    public static partial void NoEdges(ILogger log, string contact, int line, string reason);

    [LoggerMessage(3101, LogLevel.Error, "Contact {Contact} cannot be read: {Reason}", EventName = "ContactUnreadable")]
    public static partial void ContactUnreadable(ILogger log, string contact, string reason);
}
