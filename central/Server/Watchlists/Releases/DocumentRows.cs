using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Documents;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>Under which key a listed document is found by who reads a document.</summary>
internal static class DocumentRows
{
    /// <summary>Where keys never leave the process, any will do.</summary>
    private static readonly byte[] NoKey = new byte[SipHash.KeyLength];

    /// <summary>
    /// What a list says in other words than documents do must not make it miss: an issuer that is no code is as if it were not said, and so is a
    /// type that is not understood.
    /// </summary>
    public static DocumentKey KeyOf(ReadOnlySpan<byte> listKey, StolenDocument document)
    {
        var number = DocumentNumber.Parse(document.Number);
        return CodeOf(document.Issuer) is { Length: > 0 } issuer
            ? DocumentKey.Of(listKey, issuer, ClassOf(document.Type), number)
            : DocumentKey.Of(listKey, "", DocumentClass.Unstated, number);
    }

    /// <summary>The class of a type as lists write it; unstated when it is not understood.</summary>
    public static DocumentClass ClassOf(string type) => type.Trim().ToUpperInvariant() switch
    {
        "P" or "PP" or "PD" or "PS" or "PO" or "PT" or "PASSPORT" or "DIPLOMATIC PASSPORT" or "SERVICE PASSPORT" => DocumentClass.Passport,
        "V" or "VISA" => DocumentClass.Visa,
        "I" or "ID" or "IC" or "A" or "AC" or "C" or "CARD" or "ID CARD" or "IDENTITY CARD" or "NATIONAL ID" or "RESIDENCE PERMIT" => DocumentClass.Card,
        _ => DocumentClass.Unstated,
    };

    /// <summary>By what a reported document is compared with those by which travellers are cleared: whatever its type, and in any writing of its issuer.</summary>
    public static DocumentKey ComparedBy(StolenDocument document) =>
        DocumentKey.Of(NoKey, CodeOf(document.Issuer), DocumentClass.Unstated, DocumentNumber.Parse(document.Number));

    /// <summary>The same of a document by which a traveller is cleared: a list that does not say who issued a number means this one too.</summary>
    public static IEnumerable<DocumentKey> ComparedBy(ClearedDocument document)
    {
        var number = DocumentNumber.Parse(document.Number);
        return number.IsEmpty
            ? []
            : new[] { document.IssuingState, "" }.Distinct().Select(issuer => DocumentKey.Of(NoKey, issuer, DocumentClass.Unstated, number));
    }

    /// <summary>The same of a document that was withdrawn by hand: its issuer is written as documents bear it, or not at all.</summary>
    public static DocumentKey ComparedBy(DocumentWithdrawal document) =>
        DocumentKey.Of(NoKey, document.Issuer, DocumentClass.Unstated, DocumentNumber.Parse(document.Number));

    /// <summary>The code that documents bear, for two or three letters as lists write them; empty for what no document bears, such as GER.</summary>
    public static string CodeOf(string issuer) => StateCodes.Canonical(issuer) is var code && StateCodes.IsKnown(code) ? code : "";
}
