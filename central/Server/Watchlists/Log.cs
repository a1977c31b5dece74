namespace EdgeCheckpoint.Central.Watchlists;

internal static partial class Log
{
    [LoggerMessage(1401, LogLevel.Information, "List {ListName} imported: {Entries} entries")]
    public static partial void Imported(ILogger logger, string listName, int entries);

    [LoggerMessage(1402, LogLevel.Information, "Watchlist version {Version} published: {Entries} entries")]
    public static partial void Published(ILogger logger, long version, int entries);

    [LoggerMessage(1403, LogLevel.Information, "{ApplianceId}: content key of watchlist version {Version} leased")]
    public static partial void Leased(ILogger logger, string applianceId, long version);

    [LoggerMessage(1404, LogLevel.Warning, "No delta is made from watchlist version {Version} ({Reason}); appliances that have it take the whole list")]
    public static partial void NoDeltaFrom(ILogger logger, long version, string reason);

    [LoggerMessage(1405, LogLevel.Warning, "Suppression version {Version} published: {Entries} entries go at once")]
    public static partial void SuppressionPublished(ILogger logger, long version, int entries);

    [LoggerMessage(1406, LogLevel.Warning, "List {ListName}: {Entries} entries end in {Days} days; see watchlists due")]
    public static partial void Due(ILogger logger, string listName, int entries, int days);

    [LoggerMessage(1407, LogLevel.Error, "Entry {EntryId} was suppressed and nobody published a watchlist without it in time; it matches again")]
    public static partial void Unratified(ILogger logger, string entryId);

    [LoggerMessage(1408, LogLevel.Warning, "Ends of entries and suppressions could not be looked at ({Reason}); it is tried again in an hour")]
    public static partial void WatchFailed(ILogger logger, string reason);

    [LoggerMessage(1409, LogLevel.Warning, "List {ListName}: its {Documents} documents end in {Days} days; import it anew, or end it: see watchlists documents")]
    public static partial void DocumentsDue(ILogger logger, string listName, long documents, int days);

    [LoggerMessage(1410, LogLevel.Information, "A file in the import folder of {Source} ended in {Place}")]
    public static partial void TakenFromFolder(ILogger logger, string source, string place);

    [LoggerMessage(1411, LogLevel.Warning, "The import folder cannot be worked through ({Reason}); it is tried again in a moment")]
    public static partial void FolderFailed(ILogger logger, string reason);
}
