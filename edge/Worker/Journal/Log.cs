namespace EdgeCheckpoint.Worker.Journal;

internal static partial class Log
{
    [LoggerMessage(1100, LogLevel.Warning, "The journal's log could not be cut (SQLite error {ErrorCode}): {Path}", EventName = "JournalCheckpointFailed")]
    internal static partial void CheckpointFailed(this ILogger logger, int errorCode, string path);
}
