using System.Collections.Immutable;
using System.Globalization;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// The document that was read, or one that it may have been misread for, is reported stolen, lost or invalid. A candidate, as every hit: it says
/// nothing of who carries it, and a person looks.
/// </summary>
/// <param name="List">Which list names it.</param>
/// <param name="ReportedOn">Null where the list does not say.</param>
/// <param name="Changes">Characters in which the listed number differs from the one read.</param>
/// <param name="IsIssuerStated">False when the list names no issuer that documents carry.</param>
/// <param name="IsClassStated">False when the list does not say what kind of document it is.</param>
/// <param name="IsPastExpiry">The list is past its expiry but the clock is doubtful, so it was not let lapse (guardrail 6).</param>
public sealed record ReportedDocument(
    DocumentListTerms List, DateOnly? ReportedOn, int Changes, bool IsIssuerStated, bool IsClassStated, bool IsPastExpiry)
{
    /// <summary>It was withdrawn urgently, but the clock is doubtful and cannot tell whether that has ended.</summary>
    public bool IsDoubtfullySuppressed { get; init; }

    /// <summary>
    /// By what an urgent withdrawal names what one list says of a document; what others say of it stays. Nobody who has not the list key can tell the
    /// document from it.
    /// </summary>
    public static string SuppressionIdOf(DocumentKey key, ushort listNumber) => string.Create(CultureInfo.InvariantCulture, $"{SuppressionPrefix}{key.Hash:x16}:{listNumber}");

    /// <summary>What such an identifier names; null for one of another kind.</summary>
    public static (DocumentKey Key, ushort ListNumber)? ParseSuppressionId(string id) =>
        id.StartsWith(SuppressionPrefix, StringComparison.Ordinal) && id[SuppressionPrefix.Length..].Split(':') is [{ Length: 16 } hash, var list]
        && ulong.TryParse(hash, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var key)
        && ushort.TryParse(list, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (new DocumentKey(key), number)
            : null;

    private const string SuppressionPrefix = "document:";

    /// <summary>What stands in a record where the identifier of an entry would: the number itself is in the sealed part already.</summary>
    public string EntryId => $"document:{List.Name}";

    /// <summary>True for a hit that must not show at the counter (guardrail 8).</summary>
    public bool IsDiscreet => List.Action == RequestedAction.Discreet;

    /// <summary>
    /// False for what a list says that has ended by a doubtful clock, and for what was withdrawn for a time that such a clock cannot measure: it goes to the supervisor, as entries past their expiry do (guardrail 6).
    /// </summary>
    public bool IsAlert => !IsPastExpiry && !IsDoubtfullySuppressed;

    /// <summary>What speaks against it; shown first (guardrail 1).</summary>
    public ImmutableArray<string> Differences
    {
        get
        {
            var lines = ImmutableArray.CreateBuilder<string>();
            if (Changes > 0)
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture,
                    $"The listed number has {Changes} other {(Changes == 1 ? "character" : "characters")}, easily misread for those that were read: compare with the document."));
            }

            if (!IsIssuerStated)
                lines.Add("The list does not say who issued the listed document: the numbers alone agree.");
            if (!IsClassStated)
                lines.Add("The list does not say what kind of document it is.");
            if (IsPastExpiry)
                lines.Add("The list has expired by a clock that is doubtful.");
            if (IsDoubtfullySuppressed)
                lines.Add("It was withdrawn urgently for three days; by a doubtful clock nobody can tell whether they are over.");
            return lines.ToImmutable();
        }
    }

    /// <summary>What speaks for it.</summary>
    public ImmutableArray<string> Agreements =>
    [
        Changes == 0 ? "The number of the document is reported stolen, lost or invalid." : "A number that looks like this one is reported stolen, lost or invalid.",
        ReportedOn is { } day ? $"Reported on {day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}." : "The list does not say since when.",
        $"Listed by {List.Owner}, by {List.LegalBasis}, for {List.Purpose}.",
        .. List.Contact.Length > 0 ? (string[])[$"Contact: {List.Contact}."] : [],
    ];
}

/// <summary>What looking a document up gave.</summary>
/// <param name="Hits">One for each list that names it; empty as a rule.</param>
/// <param name="Problem">Why the number was not compared, or not with all that is listed: then it is not checked, whatever was found. Empty when it was.</param>
public sealed record DocumentCheck(ImmutableArray<ReportedDocument> Hits, string Problem)
{
    /// <summary>There is nothing to look up, and nobody said there should be.</summary>
    public static DocumentCheck Nothing { get; } = new([], "");

    /// <summary>Those for which somebody is alerted.</summary>
    public IEnumerable<ReportedDocument> Alerts => Hits.Where(static hit => hit.IsAlert);

    /// <summary>It could not be looked up.</summary>
    public static DocumentCheck NotMade(string problem) => new([], problem);
}
