using System.Collections.Immutable;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// The whole list of document numbers: a base and the deltas since. The newest table that knows a document decides, so
/// that a withdrawal hides every older row.
/// </summary>
/// <remarks>An immutable snapshot, safe for parallel use. A search that finds nothing allocates nothing.</remarks>
public sealed class ListedDocuments
{
    /// <summary>Each delta costs every probe a filter; well before this many they are merged into a new base.</summary>
    public const int DeltasMax = 32;

    private const int StackCharactersMax = 64;

    private readonly ImmutableArray<DocumentTable> _newestFirst;

    private ListedDocuments(ImmutableArray<DocumentTable> newestFirst) => _newestFirst = newestFirst;

    /// <summary>Version of the list after its newest delta.</summary>
    public ulong Version => _newestFirst[0].Version;

    /// <summary>Rows in all tables; a document in several counts in each.</summary>
    public long RowCount => _newestFirst.Sum(static table => table.RowCount);

    private ReadOnlySpan<byte> ListKey => _newestFirst[0].ListKey;

    /// <summary>Puts tables together.</summary>
    /// <param name="oldestFirst">The base, then each delta in turn, all opened under the same list key.</param>
    /// <returns>The list, or why these tables are not one.</returns>
    public static Result<ListedDocuments, DocumentTableFailure> Of(ImmutableArray<DocumentTable> oldestFirst)
    {
        if (oldestFirst.IsDefaultOrEmpty)
            return new DocumentTableFailure(DocumentTableStage.Sequence, "there is no table");
        if (oldestFirst.Length - 1 > DeltasMax)
            return new DocumentTableFailure(DocumentTableStage.Sequence, $"{oldestFirst.Length - 1} deltas are more than {DeltasMax}");
        ulong version = 0;
        foreach (var table in oldestFirst)
        {
            if (table.Follows != version)
            {
                return new DocumentTableFailure(
                    DocumentTableStage.Sequence, $"version {table.Version} follows {table.Follows}, but {version} comes before it");
            }

            if (!table.ListKey.SequenceEqual(oldestFirst[0].ListKey))
                return new DocumentTableFailure(DocumentTableStage.Sequence, $"version {table.Version} is under another list key");
            version = table.Version;
        }

        return new ListedDocuments([.. oldestFirst.Reverse()]);
    }

    /// <summary>
    /// Searches a document as it was read: 1. the number under issuer and class, under the issuer where the list states
    /// no class, and where it states neither; 2. if that finds nothing, the variants that optical recognition may have
    /// made, under the issuer only, since a misread number of nobody in particular is no evidence.
    /// </summary>
    /// <param name="issuer">As in the MRZ, with or without filler.</param>
    /// <param name="documentClass">As <see cref="DocumentClasses"/> reads it off the document code.</param>
    /// <param name="number">The empty number is on no list.</param>
    /// <param name="withVariants">False where a check digit vouches for the number, so that step 2 would only find strangers.</param>
    public DocumentSearch Search(ReadOnlySpan<char> issuer, DocumentClass documentClass, DocumentNumber number, bool withVariants = true)
    {
        var finding = new Finding();
        if (number.IsEmpty)
            return finding.Result();

        // 1.
        issuer = issuer.Trim("< ");
        Probe(issuer, documentClass, number.Value, changes: 0, ref finding);
        if (!issuer.IsEmpty)
            Probe("", DocumentClass.Unstated, number.Value, changes: 0, ref finding);
        if (finding.Hits is not null || !withVariants)
            return finding.Result();

        // 2.
        Span<char> buffer = number.Value.Length <= StackCharactersMax ? stackalloc char[StackCharactersMax] : new char[number.Value.Length];
        var variants = new DocumentNumberVariants(number.Value, buffer);
        while (variants.MoveNext())
            Probe(issuer, documentClass, variants.Current, variants.Changes, ref finding);
        return finding.Result();
    }

    /// <summary>Looks up one key: the newest table that knows it decides.</summary>
    public DocumentLookup Find(DocumentKey key)
    {
        foreach (var table in _newestFirst)
        {
            var lookup = table.Find(key);
            if (lookup.Standing != DocumentStanding.NotListed)
                return lookup;
        }

        return default;
    }

    /// <summary>Hands every document that is listed now to the writer of a new base, after verifying all rows.</summary>
    /// <returns>The first fault, in which case the writer's table must not be used; null when there is none.</returns>
    public DocumentTableFailure? CopyTo(DocumentTableWriter newBase)
    {
        foreach (var table in _newestFirst)
        {
            if (table.CheckRows() is { } failure)
                return failure;
        }

        for (var i = 0; i < _newestFirst.Length; i++)
        {
            foreach (var (key, payload) in _newestFirst[i].Rows())
            {
                if (payload != DocumentTable.WithdrawnPayload && !IsOverruled(key, newerThan: i))
                    newBase.Add(key, payload);
            }
        }

        return null;
    }

    private bool IsOverruled(DocumentKey key, int newerThan)
    {
        for (var i = 0; i < newerThan; i++)
        {
            if (_newestFirst[i].Find(key).Standing != DocumentStanding.NotListed)
                return true;
        }

        return false;
    }

    private void Probe(
        ReadOnlySpan<char> issuer, DocumentClass documentClass, ReadOnlySpan<char> number, int changes, ref Finding finding)
    {
        ProbeKey(issuer, documentClass, number, changes, ref finding);
        if (documentClass != DocumentClass.Unstated)
            ProbeKey(issuer, DocumentClass.Unstated, number, changes, ref finding);
    }

    private void ProbeKey(
        ReadOnlySpan<char> issuer, DocumentClass documentClass, ReadOnlySpan<char> number, int changes, ref Finding finding)
    {
        var key = DocumentKey.Of(ListKey, issuer, documentClass, number);
        var lookup = Find(key);
        if (lookup.Standing == DocumentStanding.Unreadable)
            finding.Failure ??= new DocumentTableFailure(DocumentTableStage.Rows, "rows that this search needs are damaged");
        else if (lookup.Standing == DocumentStanding.Listed)
            finding.Add(new DocumentHit(lookup.Payload, changes, !issuer.IsEmpty, documentClass != DocumentClass.Unstated) { Key = key });
    }

    /// <summary>Collects hits; the list is made with the first of them.</summary>
    private struct Finding
    {
        internal ImmutableArray<DocumentHit>.Builder? Hits;
        internal DocumentTableFailure? Failure;

        internal void Add(DocumentHit hit) => (Hits ??= ImmutableArray.CreateBuilder<DocumentHit>()).Add(hit);

        internal readonly DocumentSearch Result() => new(Hits?.ToImmutable() ?? [], Failure);
    }
}
