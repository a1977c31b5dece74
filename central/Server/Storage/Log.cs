namespace EdgeCheckpoint.Central.Storage;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Warning, "The write-ahead log could not be emptied: {Reason}")]
    public static partial void CheckpointFailed(ILogger logger, string reason);
}
