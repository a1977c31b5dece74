using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Storage;

/// <summary>A document that is stolen, lost or invalid.</summary>
/// <param name="Issuer">Code of the issuer, or as the list writes it.</param>
/// <param name="Type">As the list writes it; empty when it does not say.</param>
/// <param name="Number">Normalised (<see cref="Documents.DocumentNumber"/>), not empty.</param>
/// <param name="ReportedOn">YYYY-MM-DD, or empty.</param>
internal sealed record StolenDocument(string Issuer, string Type, string Number, string ReportedOn, string Reference);

/// <summary>An imported list of documents.</summary>
internal sealed record DocumentList
{
    public required string Name { get; init; }

    public required string Owner { get; init; }

    public required string LegalBasis { get; init; }

    public required string Purpose { get; init; }

    public required RequestedAction Action { get; init; }

    public required string Contact { get; init; }

    public required DateOnly ExpiresOn { get; init; }

    public required long RowCount { get; init; }

    public required DateTimeOffset ImportedAt { get; init; }

    public required string ImportedBy { get; init; }
}

/// <summary>A document that was taken off its list by hand, and stays off whatever the next file says.</summary>
/// <param name="Issuer">As documents bear it; empty where the list's is no code.</param>
/// <param name="Number">Normalised, not empty.</param>
/// <param name="Reason">Without personal data.</param>
internal sealed record DocumentWithdrawal(string ListName, string Issuer, string Number, string Reason, DateTimeOffset At, string By);

/// <summary>How rows that were set aside differ from the list as it is.</summary>
internal sealed record DocumentDifference(long Added, long Removed, long Before, long After);

/// <summary>
/// Lists of documents, too long to hold in memory: rows are set aside in pieces, compared by the database, and become the list in one
/// step, or are cleared.
/// </summary>
internal interface IDocumentStore
{
    Task<IReadOnlyList<DocumentList>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Clears what an import that did not end left behind.</summary>
    /// <returns>The generation under which rows are set aside.</returns>
    Task<long> BeginAsync(string listName, CancellationToken cancellationToken);

    /// <summary>Sets rows aside; one that is there already stays as it is.</summary>
    /// <returns>How many were new.</returns>
    Task<int> AddAsync(string listName, long generation, IReadOnlyList<StolenDocument> rows, CancellationToken cancellationToken);

    Task<DocumentDifference> CompareAsync(string listName, long generation, CancellationToken cancellationToken);

    /// <summary>Makes the rows that were set aside the list, and clears the former ones.</summary>
    /// <exception cref="InvalidOperationException">They are not as many as the list says: somebody cleared some meanwhile. Nothing is changed.</exception>
    Task FinishAsync(DocumentList list, long generation, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Clears rows that were set aside.</summary>
    Task AbandonAsync(string listName, long generation, CancellationToken cancellationToken);

    /// <summary>All documents of a list as it stands when the enumeration begins, in pieces, by issuer, type and number: what a release is built of.</summary>
    /// <exception cref="InvalidOperationException">The list was replaced meanwhile; begin again.</exception>
    IAsyncEnumerable<StolenDocument> ReadAsync(string listName, CancellationToken cancellationToken);

    /// <summary>Takes a list out of use, with its rows and withdrawals.</summary>
    /// <returns>False when there is none of this name.</returns>
    Task<bool> EndAsync(string listName, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>By list, issuer and number.</summary>
    Task<IReadOnlyList<DocumentWithdrawal>> ListWithdrawalsAsync(CancellationToken cancellationToken);

    /// <returns>False when it is withdrawn already.</returns>
    Task<bool> WithdrawAsync(DocumentWithdrawal withdrawal, AuditEvent audit, CancellationToken cancellationToken);

    /// <summary>Lets a document count again.</summary>
    /// <returns>False when it was not withdrawn.</returns>
    Task<bool> ReinstateAsync(string listName, string issuer, string number, AuditEvent audit, CancellationToken cancellationToken);
}
