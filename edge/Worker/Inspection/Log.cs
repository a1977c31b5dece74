using EdgeCheckpoint.Decisions;
using EdgeCheckpoint.Devices;
using EdgeCheckpoint.Devices.Scanners;

namespace EdgeCheckpoint.Worker.Inspection;

internal static partial class Log
{
    [LoggerMessage(1300, LogLevel.Information, "Encounter {EncounterId}: clear {IsClear}, list {ListVersion}", EventName = "EncounterJudged")]
    internal static partial void EncounterJudged(this ILogger logger, Guid encounterId, bool isClear, ulong? listVersion);

    [LoggerMessage(1301, LogLevel.Information, "Encounter {EncounterId}: {Outcome}", EventName = "EncounterDecided")]
    internal static partial void EncounterDecided(this ILogger logger, Guid encounterId, OutcomeCode outcome);

    [LoggerMessage(1302, LogLevel.Information, "A scan of {LineCount} lines could not be read: {Problem}", EventName = "ScanUnreadable")]
    internal static partial void ScanUnreadable(this ILogger logger, int lineCount, ScanProblem problem);

    [LoggerMessage(1303, LogLevel.Error, "An inspection failed with {ExceptionType}; nobody was cleared. {StackTrace}", EventName = "InspectionFailed")]
    internal static partial void InspectionFailed(this ILogger logger, string exceptionType, string? stackTrace);

    [LoggerMessage(1305, LogLevel.Warning, "The reader is now {State}", EventName = "ReaderChanged")]
    internal static partial void ReaderChanged(this ILogger logger, DeviceState state);

    [LoggerMessage(1306, LogLevel.Information, "List {Version} opened: {Entries} entries, memory locked {IsLocked}", EventName = "ListOpened")]
    internal static partial void ListOpened(this ILogger logger, ulong version, int entries, bool isLocked);

    [LoggerMessage(1307, LogLevel.Warning, "There is no readable list: {Reason}", EventName = "NoList")]
    internal static partial void NoList(this ILogger logger, string reason);

    [LoggerMessage(1308, LogLevel.Information, "{Count} open encounters are back", EventName = "EncountersResumed")]
    internal static partial void EncountersResumed(this ILogger logger, int count);
}
