using System.Collections.Immutable;
using EdgeCheckpoint.Central.Audit;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>An imported list, or one kept by hand.</summary>
public sealed record ImportedList(
    string Name, string Format, DateTimeOffset ImportedAt, string ImportedBy, int EntryCount)
{
    /// <summary>The format of a list whose entries are made one by one.</summary>
    public const string ByHand = "by-hand";

    public bool IsByHand => Format == ByHand;

    /// <summary>Rises with every change of the list.</summary>
    public long Revision { get; init; }
}

/// <summary>A canonical entry record and where it belongs.</summary>
internal sealed record ListEntry(string EntryId, string ListName, byte[] Record);

/// <summary>All lists as of one moment.</summary>
/// <param name="Entries">By identifier; held ones among them.</param>
/// <param name="Held">Identifiers of entries that were removed by hand while their source lists them.</param>
/// <param name="HistoryEnd">The last step of any entry's history; 0 for none.</param>
internal sealed record ListedEntries(IReadOnlyList<ListEntry> Entries, ImmutableHashSet<string> Held, long HistoryEnd);

/// <summary>Watchlists as imported and as kept by hand.</summary>
internal interface IListStore
{
    Task<IReadOnlyList<ImportedList>> ListAsync(CancellationToken cancellationToken);

    /// <summary>All entries of all lists.</summary>
    Task<ListedEntries> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes the list exactly these entries, and lets go of those held back that it no longer has.
    /// </summary>
    /// <param name="historyEnd">As it was when the entries were compared with.</param>
    /// <param name="steps">For the history of the entries concerned.</param>
    /// <returns>False when some entry has gone a step since; nothing was changed.</returns>
    Task<bool> ReplaceAsync(
        string listName,
        string format,
        IReadOnlyList<ListEntry> entries,
        long historyEnd,
        IReadOnlyList<EntryStep> steps,
        AuditEvent audit,
        CancellationToken cancellationToken);
}
