using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Central.Encounters;

internal static partial class Log
{
    [LoggerMessage(1301, LogLevel.Information, "{ApplianceId} lane {Lane}: durable through {Sequence}, {Added} new")]
    public static partial void Stored(ILogger logger, string applianceId, Lane lane, long sequence, int added);

    [LoggerMessage(1302, LogLevel.Warning, "{ApplianceId} lane {Lane}: gap after {DurableThrough}, offered from {FirstSequence}")]
    public static partial void Gap(ILogger logger, string applianceId, Lane lane, long durableThrough, long firstSequence);

    [LoggerMessage(1303, LogLevel.Error, "{ApplianceId} lane {Lane}: histories part at record {Sequence}; the card was cloned or rolled back")]
    public static partial void Fork(ILogger logger, string applianceId, Lane lane, long sequence);

    [LoggerMessage(1304, LogLevel.Warning, "{ApplianceId} lane {Lane}: batch refused: {Reason}")]
    public static partial void Invalid(ILogger logger, string applianceId, uint lane, string reason);

    [LoggerMessage(1305, LogLevel.Error, "{ApplianceId} lane {Lane}: not taken, the disk is nearly full")]
    public static partial void Full(ILogger logger, string applianceId, uint lane);

    [LoggerMessage(1306, LogLevel.Error, "{ApplianceId} lane {Lane}: not taken, the store failed: {Reason}")]
    public static partial void StoreFailed(ILogger logger, string applianceId, uint lane, string reason);

    [LoggerMessage(1307, LogLevel.Warning, "{ApplianceId} record {RecordId}: kept, but its sealed part does not open here ({Stage})")]
    public static partial void DoesNotOpen(ILogger logger, string applianceId, Guid recordId, RecordStage stage);

    [LoggerMessage(1308, LogLevel.Error, "{ApplianceId} lane {Lane}: {Count} records from {FirstSequence} on came without a key that opens them; they are kept as they came")]
    public static partial void WithoutKeys(ILogger logger, string applianceId, uint lane, int count, ulong firstSequence);
}
