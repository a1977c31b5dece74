namespace EdgeCheckpoint.Central.Storage;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Warning, "The store could not be kept in shape: {Reason}")]
    public static partial void MaintenanceFailed(ILogger logger, string reason);

    [LoggerMessage(1102, LogLevel.Warning, "The line for signals of other nodes broke and is opened again: {Reason}")]
    public static partial void ListeningFailed(ILogger logger, string reason);

    [LoggerMessage(1103, LogLevel.Warning, "The write-ahead log of the database stays at {Mebibytes} MiB: something reads for long; erased keys may lie in it until it is emptied")]
    public static partial void LogStaysLong(ILogger logger, long mebibytes);

    /// <summary>An alarm: backups made from now on hold the damage too.</summary>
    [LoggerMessage(1104, LogLevel.Error, "The database is damaged ({Damage}); keep the file and the last good backups, run audit verify, and restore")]
    public static partial void Damaged(ILogger logger, string damage);

    [LoggerMessage(1105, LogLevel.Information, "The database was looked through and is whole")]
    public static partial void Whole(ILogger logger);

    [LoggerMessage(1106, LogLevel.Error, "The database could not be looked through: {Reason}")]
    public static partial void CheckFailed(ILogger logger, string reason);
}
