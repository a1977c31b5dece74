using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Journal;

internal static partial class Log
{
    [LoggerMessage(1100, LogLevel.Warning, "The journal's log could not be cut (SQLite error {ErrorCode}): {Path}", EventName = "JournalCheckpointFailed")]
    internal static partial void CheckpointFailed(this ILogger logger, int errorCode, string path);

    [LoggerMessage(1101, LogLevel.Error, "The journal failed (SQLite error {ErrorCode}, {ExtendedErrorCode}); nothing is acknowledged until it has been opened and checked again", EventName = "JournalFailed")]
    internal static partial void JournalFailed(this ILogger logger, int errorCode, int extendedErrorCode);

    [LoggerMessage(1102, LogLevel.Warning, "The journal was opened, checked and flushed again", EventName = "JournalReopened")]
    internal static partial void JournalReopened(this ILogger logger);

    [LoggerMessage(1103, LogLevel.Error, "{FileName} was damaged ({Reason}) and is kept as evidence: {Saved} records saved, {Stranded} behind a lost one, {Lost} lost", EventName = "JournalRecovered")]
    internal static partial void JournalRecovered(this ILogger logger, string fileName, string reason, int saved, int stranded, int lost);

    [LoggerMessage(1104, LogLevel.Error, "The disk is full; the ballast was given up", EventName = "JournalBallastGivenUp")]
    internal static partial void BallastGivenUp(this ILogger logger);

    [LoggerMessage(1105, LogLevel.Warning, "{Count} unsent health records were shed", EventName = "JournalHealthShed")]
    internal static partial void HealthShed(this ILogger logger, long count);

    [LoggerMessage(1106, LogLevel.Error, "The disk is {Percent} % full; the officer is told to stop", EventName = "JournalDiskNearlyFull")]
    internal static partial void DiskNearlyFull(this ILogger logger, int percent);

    [LoggerMessage(1107, LogLevel.Warning, "The journal's log has {Bytes} bytes and is not being cut", EventName = "JournalLogIsLong")]
    internal static partial void LogIsLong(this ILogger logger, long bytes);

    [LoggerMessage(1108, LogLevel.Information, "The keys of {Count} records were destroyed; central has them in its backup", EventName = "JournalKeysErased")]
    internal static partial void KeysErased(this ILogger logger, int count);

    [LoggerMessage(1109, LogLevel.Warning, "The journal could not be closed cleanly ({ExceptionType}); the next start checks it", EventName = "JournalNotStoppedCleanly")]
    internal static partial void NotStoppedCleanly(this ILogger logger, string exceptionType);

    [LoggerMessage(1110, LogLevel.Warning, "The journal's upkeep failed ({ExceptionType}); it is tried again", EventName = "JournalUpkeepFailed")]
    internal static partial void UpkeepFailed(this ILogger logger, string exceptionType);

    [LoggerMessage(1111, LogLevel.Information, "Every page of the journal was looked at; {Damaged} files looked damaged", EventName = "JournalPagesChecked")]
    internal static partial void PagesChecked(this ILogger logger, int damaged);

    [LoggerMessage(1112, LogLevel.Error, "Lane {Lane} of epoch {Epoch} is closed from record {From} on, and what follows travels inside others: {Reason}", EventName = "JournalLaneClosed")]
    internal static partial void LaneClosed(this ILogger logger, Lane lane, Guid epoch, ulong from, string reason);

    [LoggerMessage(1113, LogLevel.Error, "A record could not be written (SQLite error {ErrorCode}); the page says so", EventName = "JournalRecordNotWritten")]
    internal static partial void RecordNotWritten(this ILogger logger, int errorCode);
}
