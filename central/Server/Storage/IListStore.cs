using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>An imported list.</summary>
internal sealed record ImportedList(
    string Name, string Format, DateTimeOffset ImportedAt, string ImportedBy, int EntryCount);

/// <summary>A canonical entry record and where it belongs.</summary>
internal sealed record ListEntry(string EntryId, string ListName, byte[] Record);

/// <summary>Watchlists as imported.</summary>
internal interface IListStore
{
    Task<IReadOnlyList<ImportedList>> ListAsync(CancellationToken cancellationToken);

    /// <summary>All entries of all lists, by identifier.</summary>
    Task<IReadOnlyList<ListEntry>> ReadEntriesAsync(CancellationToken cancellationToken);

    /// <summary>Makes the list exactly these entries.</summary>
    Task ReplaceAsync(
        string listName,
        string format,
        IReadOnlyList<ListEntry> entries,
        AuditEvent audit,
        CancellationToken cancellationToken);
}
