namespace EdgeCheckpoint.Central.Observability;

internal static partial class Log
{
    /// <summary>An alarm: somebody must ask what is the matter at the post.</summary>
    [LoggerMessage(1901, LogLevel.Error, "{ApplianceId} at {PostName} is overdue; last heard of {LastContactAt}")]
    public static partial void Overdue(ILogger logger, string applianceId, string postName, DateTimeOffset? lastContactAt);

    [LoggerMessage(1902, LogLevel.Information, "{ApplianceId} at {PostName} is heard of again")]
    public static partial void BackAgain(ILogger logger, string applianceId, string postName);

    [LoggerMessage(1903, LogLevel.Error, "The posts could not be looked at: {Reason}")]
    public static partial void LookFailed(ILogger logger, string reason);
}
