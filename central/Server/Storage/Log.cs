namespace EdgeCheckpoint.Central.Storage;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Warning, "The store could not be kept in shape: {Reason}")]
    public static partial void MaintenanceFailed(ILogger logger, string reason);
}
