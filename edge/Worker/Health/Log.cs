namespace EdgeCheckpoint.Worker.Health;

internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Error, "The enclosure was opened", EventName = "EnclosureOpened")]
    internal static partial void EnclosureOpened(this ILogger logger);

    [LoggerMessage(1001, LogLevel.Warning, "The enclosure was closed again", EventName = "EnclosureClosed")]
    internal static partial void EnclosureClosed(this ILogger logger);

    [LoggerMessage(1002, LogLevel.Error, "The journal cannot be written (SQLite error {ErrorCode})", EventName = "JournalUnwritable")]
    internal static partial void JournalUnwritable(this ILogger logger, int errorCode);

    [LoggerMessage(1003, LogLevel.Warning, "A health record could not be written (SQLite error {ErrorCode}); the next is tried", EventName = "HealthNotRecorded")]
    internal static partial void HealthNotRecorded(this ILogger logger, int errorCode);
}
