namespace EdgeCheckpoint.Worker.People;

internal static partial class Log
{
    [LoggerMessage(1500, LogLevel.Warning, "A sign-in was refused", EventName = "SignInRefused")]
    internal static partial void SignInRefused(this ILogger logger);

    [LoggerMessage(1501, LogLevel.Critical, "The emergency account was used", EventName = "EmergencyAccess")]
    internal static partial void EmergencyAccess(this ILogger logger);

    [LoggerMessage(1503, LogLevel.Information, "Accounts {Version} in use: {Count}", EventName = "PeopleInUse")]
    internal static partial void PeopleInUse(this ILogger logger, ulong version, int count);

    [LoggerMessage(1505, LogLevel.Error, "The mark of an opened enclosure cannot be taken off the card: {Reason}", EventName = "TamperNotReleased")]
    internal static partial void TamperNotReleased(this ILogger logger, string reason);

    [LoggerMessage(1504, LogLevel.Warning, "There are no readable accounts: {Reason}", EventName = "NoPeople")]
    internal static partial void NoPeople(this ILogger logger, string reason);
}
