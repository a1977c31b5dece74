using EdgeCheckpoint.Central.Storage;

namespace EdgeCheckpoint.Central.Appliances;

internal static partial class Log
{
    [LoggerMessage(1201, LogLevel.Warning, "{Method} from {Peer} refused: {Reason}")]
    public static partial void CallRefused(ILogger logger, string method, string peer, string reason);

    /// <summary>The exception's type and place, never its text: that can quote what was sent.</summary>
    [LoggerMessage(1202, LogLevel.Error, "{Method} failed with {ExceptionType}: {StackTrace}")]
    public static partial void CallFailed(ILogger logger, string method, string exceptionType, string? stackTrace);

    [LoggerMessage(1203, LogLevel.Warning, "Somebody applied with a ticket that is not known, or with a wrong secret")]
    public static partial void UnknownTicket(ILogger logger);

    [LoggerMessage(1204, LogLevel.Warning, "Ticket {TicketId} refused: {Reason}")]
    public static partial void TicketRefused(ILogger logger, string ticketId, string reason);

    [LoggerMessage(1205, LogLevel.Information, "Appliance {ApplianceId} joined: {State}")]
    public static partial void Joined(ILogger logger, string applianceId, ApplianceState state);

    [LoggerMessage(1206, LogLevel.Error, "News could not be taken up: {Reason}")]
    public static partial void PulseFailed(ILogger logger, string reason);
}
