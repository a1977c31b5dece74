using System.Globalization;
using EdgeCheckpoint.Central.Audit;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// What people do to lists of documents between two files of their owners: take a single document off, let it count again, end a list. Posts learn
/// of it with the next release, which somebody else approves; of a withdrawal that cannot wait for that, by a suppression.
/// </summary>
internal sealed class DocumentDesk(ICentralStore store, DocumentCompilation compilation, SuppressionPublication suppressions, Auditor auditor, TimeProvider time)
{
    public const string WithdrawnAlready = "It is withdrawn already.";

    /// <summary>Takes a document off a list, whatever type it stands under. It stays off when the list is imported anew.</summary>
    /// <param name="issuer">As documents or lists write it.</param>
    /// <param name="number">As on the document; separators do not count.</param>
    /// <param name="reason">Without personal data: the audit shows it.</param>
    /// <returns>The rows that count no more.</returns>
    public async Task<Result<StolenDocument[], string>> WithdrawAsync(
        string listName, string issuer, string number, string reason, string actor, CancellationToken cancellationToken)
    {
        if (Problem(number, reason) is { Length: > 0 } problem)
            return problem;
        var withdrawal = WithdrawalOf(listName, issuer, number, reason, actor);
        var rows = await FindAsync(withdrawal, cancellationToken);
        if (rows.Length == 0)
            return $"The list of documents '{listName}' has no such document of {issuer}. Give issuer and number as the list has them; watchlists status names the lists.";
        return await store.Documents.WithdrawAsync(withdrawal, EventOf(AuditAction.DocumentWithdrawn, listName, reason, actor), cancellationToken)
            ? rows
            : WithdrawnAlready;
    }

    /// <summary>Has a document that was withdrawn suppressed at every post at once, for three days.</summary>
    public async Task<Result<Publication, PublicationRefusal>> SuppressAsync(
        string listName, string issuer, string number, string reason, string actor, CancellationToken cancellationToken)
    {
        var ids = await IdsOfAsync(WithdrawalOf(listName, issuer, number, reason, actor), cancellationToken);
        return ids.Length == 0
            ? new PublicationRefusal($"The newest release does not carry the list '{listName}', so that there is nothing to suppress.")
            : await suppressions.OrderAsync(ids, listName, reason, actor, cancellationToken);
    }

    /// <summary>By what a suppression names what the list says of a document; none when the newest release has not the list.</summary>
    private async Task<string[]> IdsOfAsync(DocumentWithdrawal withdrawal, CancellationToken cancellationToken)
    {
        if (await compilation.OpenNewestAsync(cancellationToken) is not { } register || register.Head.Lists.FirstOrDefault(list => list.Name == withdrawal.ListName) is not { } terms)
            return [];
        return
        [
            .. (await FindAsync(withdrawal, cancellationToken))
                .Select(row => ReportedDocument.SuppressionIdOf(DocumentRows.KeyOf(register.Head.ListKey.Span, row), terms.Number)).Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Lets a document count again that was withdrawn; not while a suppression of it waits or is in force, since no post would hear of it.</summary>
    /// <returns>Why not; empty when it does.</returns>
    public async Task<string> ReinstateAsync(
        string listName, string issuer, string number, string reason, string actor, CancellationToken cancellationToken)
    {
        if (Problem(number, reason) is { Length: > 0 } problem)
            return problem;
        var withdrawal = WithdrawalOf(listName, issuer, number, reason, actor);
        var (ids, now) = (await IdsOfAsync(withdrawal, cancellationToken), time.GetUtcNow());
        if ((await store.Suppressions.ListAsync(cancellationToken)).FirstOrDefault(known => ids.Contains(known.EntryId) && (known.IsWaiting(now) || known.IsInForce(now))) is { } open)
            return string.Create(CultureInfo.InvariantCulture, $"It is suppressed at every post until {open.LapsesAt:yyyy-MM-dd HH:mm}Z, which nothing takes back; reinstate it then.");
        return await store.Documents.ReinstateAsync(
            listName, withdrawal.Issuer, withdrawal.Number, EventOf(AuditAction.DocumentReinstated, listName, reason, actor), cancellationToken)
            ? ""
            : $"No such document of {issuer} is withdrawn from '{listName}'.";
    }

    /// <summary>Takes a list out of use, with all its documents.</summary>
    /// <returns>Why not; empty when it is done.</returns>
    public async Task<string> EndAsync(string listName, string reason, string actor, CancellationToken cancellationToken) =>
        ReasonProblem(reason) is { Length: > 0 } problem ? problem
        : await store.Documents.EndAsync(listName, EventOf(AuditAction.DocumentListEnded, listName, reason, actor), cancellationToken) ? ""
        : $"There is no list of documents '{listName}'; watchlists status names them.";

    private async Task<StolenDocument[]> FindAsync(DocumentWithdrawal withdrawal, CancellationToken cancellationToken)
    {
        var wanted = DocumentRows.ComparedBy(withdrawal);
        var found = new List<StolenDocument>();
        await foreach (var row in store.Documents.ReadAsync(withdrawal.ListName, cancellationToken))
        {
            if (DocumentRows.ComparedBy(row) == wanted)
                found.Add(row);
        }

        return [.. found];
    }

    private DocumentWithdrawal WithdrawalOf(string listName, string issuer, string number, string reason, string actor) => new(
        listName, DocumentRows.CodeOf(CountryCodes.CodeOrName(issuer)), DocumentNumber.Parse(number).Value, reason.Trim(), time.GetUtcNow(), actor);

    /// <summary>The number itself is not in the audit: it is personal.</summary>
    private AuditEvent EventOf(string action, string listName, string reason, string actor) => auditor.Event(actor, action, listName, reason.Trim());

    private static string Problem(string number, string reason) =>
        DocumentNumber.Parse(number).IsEmpty ? "Give the number of the document: it has letters or digits." : ReasonProblem(reason);

    private static string ReasonProblem(string reason) =>
        reason.Trim() is { Length: > 0 and <= EntryRules.ReasonLengthMax } why && !why.Any(char.IsControl) ? "" : $"Say why, in 1 to {EntryRules.ReasonLengthMax} characters.";
}
