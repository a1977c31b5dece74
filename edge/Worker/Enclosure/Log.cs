namespace EdgeCheckpoint.Worker.Enclosure;

internal static partial class Log
{
    [LoggerMessage(1600, LogLevel.Error, "The enclosure was opened", EventName = "EnclosureOpened")]
    internal static partial void EnclosureOpened(this ILogger logger);

    [LoggerMessage(1601, LogLevel.Warning, "The enclosure was closed again", EventName = "EnclosureClosed")]
    internal static partial void EnclosureClosed(this ILogger logger);

    [LoggerMessage(1603, LogLevel.Critical, "The keys could not all be destroyed; the next start goes on: {Reason}", EventName = "KeysNotDestroyed")]
    internal static partial void KeysNotDestroyed(this ILogger logger, string reason);

    [LoggerMessage(1604, LogLevel.Warning, "Service has begun", EventName = "ServiceBegun")]
    internal static partial void ServiceBegun(this ILogger logger);

    [LoggerMessage(1605, LogLevel.Warning, "Service has ended", EventName = "ServiceEnded")]
    internal static partial void ServiceEnded(this ILogger logger);

    [LoggerMessage(1606, LogLevel.Warning, "The mains are gone, the battery feeds", EventName = "PowerLost")]
    internal static partial void PowerLost(this ILogger logger);

    [LoggerMessage(1607, LogLevel.Information, "The mains are back", EventName = "PowerReturned")]
    internal static partial void PowerReturned(this ILogger logger);

    [LoggerMessage(1608, LogLevel.Error, "The appliance stops: {Reason}", EventName = "StoppingInOrder")]
    internal static partial void Stopping(this ILogger logger, string reason);

    [LoggerMessage(1610, LogLevel.Error, "A watch failed with {ExceptionType} and begins anew. {StackTrace}", EventName = "WatchFailed")]
    internal static partial void WatchFailed(this ILogger logger, string exceptionType, string? stackTrace);

    [LoggerMessage(1609, LogLevel.Error, "Climate: new encounters stopped {IsStopped}, at {DegreesCelsius} °C", EventName = "ClimateChanged")]
    internal static partial void ClimateChanged(this ILogger logger, bool isStopped, double degreesCelsius);

    [LoggerMessage(1611, LogLevel.Error, "The card has not answered for {Seconds} s; the appliance stops without waiting for it", EventName = "CardHangs")]
    internal static partial void CardHangs(this ILogger logger, double seconds);

    [LoggerMessage(1612, LogLevel.Error, "The service did not end by itself and is ended", EventName = "EndedByForce")]
    internal static partial void EndedByForce(this ILogger logger);
}
