using Microsoft.Extensions.Logging;

namespace EdgeCheckpoint.Devices.Supervision;

/// <summary>Events 3400 to 3499.</summary>
internal static partial class Log
{
    [LoggerMessage(3400, LogLevel.Error, "Device {Device} has failed: {Reason}", EventName = "DeviceFailed")]
    public static partial void DeviceFailed(ILogger log, string device, string reason);
}
