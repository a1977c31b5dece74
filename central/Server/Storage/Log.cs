namespace EdgeCheckpoint.Central.Storage;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Warning, "The store could not be kept in shape: {Reason}")]
    public static partial void MaintenanceFailed(ILogger logger, string reason);

    [LoggerMessage(1102, LogLevel.Warning, "The line for signals of other nodes broke and is opened again: {Reason}")]
    public static partial void ListeningFailed(ILogger logger, string reason);
}
