namespace EdgeCheckpoint.Central.Retention;

internal static partial class Log
{
    [LoggerMessage(1701, LogLevel.Information, "Retention: {Result}")]
    public static partial void Applied(ILogger logger, RetentionResult result);

    [LoggerMessage(1702, LogLevel.Warning, "Retention could not be applied and is tried again: {Reason}")]
    public static partial void Failed(ILogger logger, string reason);
}
