namespace EdgeCheckpoint.Worker.Health;

internal static partial class Log
{
    [LoggerMessage(1003, LogLevel.Warning, "A health record could not be written (SQLite error {ErrorCode}); the next is tried", EventName = "HealthNotRecorded")]
    internal static partial void HealthNotRecorded(this ILogger logger, int errorCode);
}
