namespace EdgeCheckpoint.Worker.SelfTesting;

internal static partial class Log
{
    [LoggerMessage(1700, LogLevel.Information, "Self-test: {Results}", EventName = "SelfTested")]
    internal static partial void SelfTested(this ILogger logger, string results);

    [LoggerMessage(1701, LogLevel.Error, "The self-test broke down with {ExceptionType} and is tried again. {StackTrace}", EventName = "SelfTestFailed")]
    internal static partial void SelfTestFailed(this ILogger logger, string exceptionType, string? stackTrace);
}
