using System.Collections.Immutable;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>A document by which a traveller is cleared: who issued it, and its number as travel documents are compared.</summary>
internal readonly record struct ClearedDocument(string IssuingState, string Number)
{
    public static ClearedDocument Of(ClearedTraveller traveller) =>
        new(traveller.IssuingState, DocumentNumber.Parse(traveller.DocumentNumber).Value);
}

/// <summary>Which of the documents by which travellers are cleared have since been reported stolen, lost or invalid (guardrail 7).</summary>
internal sealed class ReportedDocuments(ICentralStore store)
{
    /// <summary>
    /// Goes once through the lists of documents that are in force: they have millions of rows and no index by number, and clearings are few.
    /// </summary>
    /// <exception cref="CentralFault">A list was replaced meanwhile.</exception>
    public async Task<IReadOnlySet<ClearedDocument>> AmongAsync(
        IReadOnlyCollection<ClearedDocument> documents, DateOnly today, CancellationToken cancellationToken)
    {
        var found = ImmutableHashSet.CreateBuilder<ClearedDocument>();
        if (documents.Count == 0)
            return found.ToImmutable();
        var wanted = documents.SelectMany(static document => DocumentRows.ComparedBy(document).Select(key => (key, document))).ToLookup(static pair => pair.key, static pair => pair.document);
        var inForce = await DocumentsInForce.ReadAsync(store, today, cancellationToken);
        foreach (var list in inForce.Lists)
        {
            await foreach (var reported in inForce.ReadAsync(list.Name, cancellationToken))
            {
                foreach (var document in wanted[DocumentRows.ComparedBy(reported)])
                    found.Add(document);
            }
        }

        return found.ToImmutable();
    }
}
