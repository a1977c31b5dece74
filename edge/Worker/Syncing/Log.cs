using EdgeCheckpoint.Protos.V1;
using EdgeCheckpoint.Records;

namespace EdgeCheckpoint.Worker.Syncing;

internal static partial class Log
{
    [LoggerMessage(1200, LogLevel.Information, "Link to central: up {IsUp}, {Detail}", EventName = "LinkChanged")]
    internal static partial void LinkChanged(this ILogger logger, bool isUp, string detail);

    [LoggerMessage(1201, LogLevel.Information, "Channel to central rebuilt", EventName = "ChannelRebuilt")]
    internal static partial void ChannelRebuilt(this ILogger logger);

    [LoggerMessage(1202, LogLevel.Debug, "Lane {Lane}: {Count} records from {FirstSequence} sent, durable through {DurableThrough}", EventName = "BatchStored")]
    internal static partial void BatchStored(this ILogger logger, Lane lane, ulong firstSequence, int count, ulong durableThrough);

    [LoggerMessage(1203, LogLevel.Error, "Lane {Lane}: central refused the batch from {FirstSequence} ({Outcome}): {Detail}", EventName = "BatchRefused")]
    internal static partial void BatchRefused(this ILogger logger, Lane lane, ulong firstSequence, PushOutcome outcome, string detail);

    [LoggerMessage(1237, LogLevel.Information, "Release {Version} of the watchlist: its documents could not be read here and have been fetched anew", EventName = "DocumentsRepaired")]
    internal static partial void DocumentsRepaired(this ILogger logger, ulong version);

    [LoggerMessage(1204, LogLevel.Information, "Release {Version} of the watchlist installed: {Entries} entries", EventName = "ReleaseInstalled")]
    internal static partial void ReleaseInstalled(this ILogger logger, ulong version, int entries);

    [LoggerMessage(1212, LogLevel.Warning, "Release {Version} of urgent delistings installed: {Entries} entries", EventName = "SuppressionInstalled")]
    internal static partial void SuppressionInstalled(this ILogger logger, ulong version, int entries);

    [LoggerMessage(1209, LogLevel.Information, "Release {Version} of the accounts installed: {Accounts} accounts", EventName = "PeopleInstalled")]
    internal static partial void PeopleInstalled(this ILogger logger, ulong version, int accounts);

    [LoggerMessage(1205, LogLevel.Error, "A release was refused; what is in use stays: {Reason}", EventName = "ReleaseRefused")]
    internal static partial void ReleaseRefused(this ILogger logger, string reason);

    [LoggerMessage(1206, LogLevel.Warning, "Signed time from central was refused: {Reason}", EventName = "SignedTimeRefused")]
    internal static partial void SignedTimeRefused(this ILogger logger, string reason);

    [LoggerMessage(1208, LogLevel.Error, "{Part} is held up by the card and tries again: {Problem}", EventName = "SyncHeldUp")]
    internal static partial void SyncHeldUp(this ILogger logger, string part, string problem);

    [LoggerMessage(1210, LogLevel.Information, "Root {Version} of the site is trusted from now on", EventName = "RootAccepted")]
    internal static partial void RootAccepted(this ILogger logger, ulong version);

    [LoggerMessage(1211, LogLevel.Warning, "Root {Version} of the site has expired; work goes on, but central owes a new one", EventName = "RootExpired")]
    internal static partial void RootExpired(this ILogger logger, ulong version);

    [LoggerMessage(1230, LogLevel.Error, "Command {CommandNumber} was refused: {Reason}", EventName = "CommandRefused")]
    internal static partial void CommandRefused(this ILogger logger, ulong commandNumber, string reason);

    [LoggerMessage(1231, LogLevel.Critical, "Command {CommandNumber}: central has ordered this appliance to be wiped", EventName = "WipeReceived")]
    internal static partial void WipeReceived(this ILogger logger, ulong commandNumber);

    [LoggerMessage(1232, LogLevel.Critical, "Command {CommandNumber}: the wipe begins", EventName = "WipeBegun")]
    internal static partial void WipeBegun(this ILogger logger, ulong commandNumber);

    [LoggerMessage(1233, LogLevel.Information, "The certificate was renewed; the new one ends {NotAfter:u}", EventName = "CertificateRenewed")]
    internal static partial void CertificateRenewed(this ILogger logger, DateTimeOffset notAfter);

    [LoggerMessage(1234, LogLevel.Warning, "The certificate could not be renewed: {Reason}", EventName = "RenewalFailed")]
    internal static partial void RenewalFailed(this ILogger logger, string reason);

    [LoggerMessage(1235, LogLevel.Warning, "Central has less of the journal than it said before, as after a restore; {Records} records are sent again", EventName = "CentralIsBehind")]
    internal static partial void CentralIsBehind(this ILogger logger, long records);

    [LoggerMessage(1236, LogLevel.Error, "Lane {Lane} of epoch {Epoch}: {Reason}", EventName = "CentralLacksWhatIsLost")]
    internal static partial void CentralLacksWhatIsLost(this ILogger logger, Lane lane, Guid epoch, string reason);

    [LoggerMessage(1207, LogLevel.Debug, "Doorbell ended: {Detail}", EventName = "DoorbellEnded")]
    internal static partial void DoorbellEnded(this ILogger logger, string detail);

    [LoggerMessage(1213, LogLevel.Information, "A bundle of {IssuedAt} was taken; read to its end: {IsRead}", EventName = "BundleTaken")]
    internal static partial void BundleTaken(this ILogger logger, DateTimeOffset issuedAt, bool isRead);

    [LoggerMessage(1214, LogLevel.Warning, "A bundle was refused: {Problem}", EventName = "BundleRefused")]
    internal static partial void BundleRefused(this ILogger logger, string problem);
}
