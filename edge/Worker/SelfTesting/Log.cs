namespace EdgeCheckpoint.Worker.SelfTesting;

internal static partial class Log
{
    [LoggerMessage(1700, LogLevel.Information, "Self-test: {Results}", EventName = "SelfTested")]
    internal static partial void SelfTested(this ILogger logger, string results);

    [LoggerMessage(1701, LogLevel.Error, "The self-test broke down with {ExceptionType} and is tried again. {StackTrace}", EventName = "SelfTestFailed")]
    internal static partial void SelfTestFailed(this ILogger logger, string exceptionType, string? stackTrace);

    [LoggerMessage(1702, LogLevel.Warning, "edge-checkpoint selftest cannot ask this service: its door file cannot be written ({Reason})", EventName = "DoorClosed")]
    internal static partial void DoorClosed(this ILogger logger, string reason);
}
