using System.Data.Common;
using System.Runtime.CompilerServices;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Storage.Sql;

internal sealed class SqlDocumentStore(ISqlDatabase database) : IDocumentStore
{
    /// <summary>Rows of one transaction: nobody else waits longer than these take.</summary>
    private const int PieceLength = 5_000;

    public Task<IReadOnlyList<DocumentList>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DocumentList>>(
            static transaction => transaction.Query(
                """
                SELECT list_name, owner, legal_basis, purpose, action, contact, expires_on, row_count, imported_at, imported_by
                FROM document_lists ORDER BY list_name
                """,
                static row => new DocumentList
                {
                    Name = row.GetString(0),
                    Owner = row.GetString(1),
                    LegalBasis = row.GetString(2),
                    Purpose = row.GetString(3),
                    Action = (RequestedAction)row.GetInt64(4),
                    Contact = row.GetString(5),
                    ExpiresOn = DateOnly.FromDayNumber((int)row.GetInt64(6)),
                    RowCount = row.GetInt64(7),
                    ImportedAt = row.At(8),
                    ImportedBy = row.GetString(9),
                }),
            cancellationToken);

    public async Task<long> BeginAsync(string listName, CancellationToken cancellationToken)
    {
        var current = await database.ReadAsync(transaction => Generation(transaction, listName), cancellationToken);
        await ClearAsync(listName, "generation <> @generation", current, cancellationToken);
        return current + 1;
    }

    public Task<int> AddAsync(string listName, long generation, IReadOnlyList<StolenDocument> rows, CancellationToken cancellationToken) =>
        database.WriteAsync(
            WriteScope.Documents(listName),
            transaction => rows.Sum(row => transaction.Run(
                """
                INSERT INTO document_rows (list_name, generation, issuer, document_type, number, reported_on, reference)
                VALUES (@list, @generation, @issuer, @type, @number, @reported, @reference) ON CONFLICT DO NOTHING
                """,
                ("@list", listName), ("@generation", generation), ("@issuer", row.Issuer), ("@type", row.Type), ("@number", row.Number),
                ("@reported", row.ReportedOn), ("@reference", row.Reference))),
            cancellationToken);

    public Task<DocumentDifference> CompareAsync(string listName, long generation, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction =>
            {
                var current = Generation(transaction, listName);
                return new DocumentDifference(
                    CountMissing(transaction, listName, generation, current), CountMissing(transaction, listName, current, generation),
                    Count(transaction, listName, current), Count(transaction, listName, generation));
            },
            cancellationToken);

    public async Task FinishAsync(DocumentList list, long generation, AuditEvent audit, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            transaction =>
            {
                if (Count(transaction, list.Name, generation) != list.RowCount)
                    throw new InvalidOperationException($"Rows of the list of documents '{list.Name}' were cleared by another command meanwhile.");
                transaction.Run(
                    """
                    INSERT INTO document_lists
                        (list_name, generation, row_count, owner, legal_basis, purpose, action, contact, expires_on, imported_at, imported_by)
                    VALUES (@name, @generation, @rows, @owner, @basis, @purpose, @action, @contact, @expires, @at, @by)
                    ON CONFLICT (list_name) DO UPDATE SET generation = excluded.generation, row_count = excluded.row_count, owner = excluded.owner,
                        legal_basis = excluded.legal_basis, purpose = excluded.purpose, action = excluded.action, contact = excluded.contact,
                        expires_on = excluded.expires_on, imported_at = excluded.imported_at, imported_by = excluded.imported_by
                    """,
                    ("@name", list.Name), ("@generation", generation), ("@rows", list.RowCount), ("@owner", list.Owner), ("@basis", list.LegalBasis),
                    ("@purpose", list.Purpose), ("@action", (long)list.Action), ("@contact", list.Contact), ("@expires", (long)list.ExpiresOn.DayNumber),
                    ("@at", list.ImportedAt), ("@by", list.ImportedBy));
                SqlAuditStore.Append(transaction, audit);
                return true;
            },
            cancellationToken);
        await ClearAsync(list.Name, "generation <> @generation", generation, cancellationToken);
    }

    public Task AbandonAsync(string listName, long generation, CancellationToken cancellationToken) =>
        ClearAsync(listName, "generation = @generation", generation, cancellationToken);

    public async IAsyncEnumerable<StolenDocument> ReadAsync(string listName, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var generation = await database.ReadAsync(transaction => Generation(transaction, listName), cancellationToken);
        StolenDocument? last = null;
        while (true)
        {
            var after = last;
            var piece = await database.ReadAsync(transaction => ReadPiece(transaction, listName, generation, after), cancellationToken);
            foreach (var row in piece)
                yield return row;
            if (piece.Count < PieceLength)
                yield break;
            last = piece[^1];
        }
    }

    public async Task<bool> EndAsync(string listName, AuditEvent audit, CancellationToken cancellationToken)
    {
        var ended = await database.WriteAsync(
            transaction =>
            {
                var generation = Generation(transaction, listName);
                if (transaction.Run("DELETE FROM document_lists WHERE list_name = @list", ("@list", listName)) == 0)
                    return 0;
                transaction.Run("DELETE FROM document_withdrawals WHERE list_name = @list", ("@list", listName));
                SqlAuditStore.Append(transaction, audit);
                return generation;
            },
            cancellationToken);

        // Only its own rows: an import may be setting others aside.
        if (ended > 0)
            await ClearAsync(listName, "generation = @generation", ended, cancellationToken);
        return ended > 0;
    }

    public Task<IReadOnlyList<DocumentWithdrawal>> ListWithdrawalsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DocumentWithdrawal>>(
            static transaction => transaction.Query(
                "SELECT list_name, issuer, number, reason, withdrawn_at, withdrawn_by FROM document_withdrawals ORDER BY list_name, issuer, number",
                static row => new DocumentWithdrawal(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.At(4), row.GetString(5))),
            cancellationToken);

    public Task<bool> WithdrawAsync(DocumentWithdrawal withdrawal, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var isNew = transaction.Run(
                    """
                    INSERT INTO document_withdrawals (list_name, issuer, number, reason, withdrawn_at, withdrawn_by)
                    VALUES (@list, @issuer, @number, @reason, @at, @by) ON CONFLICT DO NOTHING
                    """,
                    ("@list", withdrawal.ListName), ("@issuer", withdrawal.Issuer), ("@number", withdrawal.Number), ("@reason", withdrawal.Reason),
                    ("@at", withdrawal.At), ("@by", withdrawal.By)) > 0;
                if (isNew)
                    SqlAuditStore.Append(transaction, audit);
                return isNew;
            },
            cancellationToken);

    public Task<bool> ReinstateAsync(string listName, string issuer, string number, AuditEvent audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                var was = transaction.Run(
                    "DELETE FROM document_withdrawals WHERE list_name = @list AND issuer = @issuer AND number = @number",
                    ("@list", listName), ("@issuer", issuer), ("@number", number)) > 0;
                if (was)
                    SqlAuditStore.Append(transaction, audit);
                return was;
            },
            cancellationToken);

    private static List<StolenDocument> ReadPiece(DbTransaction transaction, string listName, long generation, StolenDocument? after)
    {
        if (Generation(transaction, listName) != generation)
            throw new InvalidOperationException($"The list of documents '{listName}' was replaced while it was read.");
        return transaction.Query(
            $"""
            SELECT issuer, document_type, number, reported_on, reference FROM document_rows
            WHERE list_name = @list AND generation = @generation AND (issuer, document_type, number) > (@issuer, @type, @number)
            ORDER BY issuer, document_type, number LIMIT {PieceLength}
            """,
            static row => new StolenDocument(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4)),
            ("@list", listName), ("@generation", generation), ("@issuer", after?.Issuer ?? ""), ("@type", after?.Type ?? ""), ("@number", after?.Number ?? ""));
    }

    /// <summary>In pieces, so that a million rows do not keep everybody else waiting.</summary>
    private async Task ClearAsync(string listName, string which, long generation, CancellationToken cancellationToken)
    {
        int cleared;
        do
        {
            cleared = await database.WriteAsync(
                WriteScope.Documents(listName),
                transaction => transaction.Run(
                    $"""
                    DELETE FROM document_rows WHERE list_name = @list AND {which} AND (generation, issuer, document_type, number) IN
                        (SELECT generation, issuer, document_type, number FROM document_rows WHERE list_name = @list AND {which} LIMIT {PieceLength})
                    """,
                    ("@list", listName), ("@generation", generation)),
                cancellationToken);
        }
        while (cleared > 0);
    }

    /// <summary>Zero when there is no such list.</summary>
    private static long Generation(DbTransaction transaction, string listName) =>
        transaction.Scalar("SELECT generation FROM document_lists WHERE list_name = @list", ("@list", listName)) is long generation ? generation : 0;

    private static long Count(DbTransaction transaction, string listName, long generation) => (long)transaction.Scalar(
        "SELECT count(*) FROM document_rows WHERE list_name = @list AND generation = @generation", ("@list", listName), ("@generation", generation))!;

    /// <summary>How many of one generation another does not have.</summary>
    private static long CountMissing(DbTransaction transaction, string listName, long there, long missing) => (long)transaction.Scalar(
        """
        SELECT count(*) FROM document_rows a WHERE a.list_name = @list AND a.generation = @there AND NOT EXISTS
            (SELECT 1 FROM document_rows b WHERE b.list_name = @list AND b.generation = @missing AND b.issuer = a.issuer
                AND b.document_type = a.document_type AND b.number = a.number)
        """,
        ("@list", listName), ("@there", there), ("@missing", missing))!;
}
