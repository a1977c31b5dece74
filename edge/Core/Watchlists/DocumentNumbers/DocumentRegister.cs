using System.Buffers.Binary;
using System.Globalization;
using EdgeCheckpoint.Documents;

namespace EdgeCheckpoint.Watchlists;

/// <summary>
/// The stolen, lost and invalidated documents of a release: length of the head (u32, little-endian), <see cref="DocumentRegisterHead"/>, then one
/// <see cref="DocumentTable"/> without deltas. The same documents give the same bytes, so that a register which a
/// <see cref="DocumentRegisterRun"/> led to can be compared with the one that was signed.
/// </summary>
/// <remarks>An immutable snapshot, safe for parallel use. Does not own its source.</remarks>
public sealed class DocumentRegister
{
    private static readonly DocumentClass[] AnyClass =
        [DocumentClass.Unstated, DocumentClass.Passport, DocumentClass.Card, DocumentClass.Visa, DocumentClass.Other];

    private readonly ListedDocuments _documents;

    private DocumentRegister(DocumentRegisterHead head, DocumentTable table, ListedDocuments documents) =>
        (Head, Table, _documents) = (head, table, documents);

    public DocumentRegisterHead Head { get; }

    /// <summary>Documents in all.</summary>
    public long Count => Table.RowCount;

    /// <summary>Version of the release that it belongs to.</summary>
    public ulong Version => Table.Version;

    internal DocumentTable Table { get; }

    /// <summary>Writes a register. Documents that were added twice are written anew without: where rows lie depends on how many were added.</summary>
    /// <param name="rows">A base under the key of the head.</param>
    /// <param name="complete">The head as it is known when rows under one key have become one, under the same key; null where nothing comes to it.</param>
    public static byte[] Write(DocumentRegisterHead head, DocumentTableWriter rows, Func<DocumentRegisterHead>? complete = null)
    {
        var content = WriteOnce(head, rows, out var written);
        if (written == rows.AddedCount)
            return content;
        var once = new DocumentTableWriter(head.ListKey.Span, rows.Version);
        return Open(new MemorySectionSource(content)).Value._documents.CopyTo(once) is { } damage
            ? throw new InvalidDataException(damage.ToString())
            : WriteOnce(complete?.Invoke() ?? head, once, out _);
    }

    /// <summary>Opens a register and verifies every row of it: nothing that is listed may be missing unnoticed.</summary>
    /// <param name="content">Untrusted bytes.</param>
    public static Result<DocumentRegister, DocumentTableFailure> Open(ISectionSource content)
    {
        if (content.Length < sizeof(uint))
            return Refused("it is cut off");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(content.Read(0, sizeof(uint)));
        if (length > DocumentRegisterHead.BytesMax || length > content.Length - sizeof(uint))
            return Refused("its head cannot be that long");
        if (!DocumentRegisterHead.Parse(content.Read(sizeof(uint), (int)length).ToArray()).TryGet(out var head, out var failure)
            || !DocumentTable.Open(new SectionSlice(content, sizeof(uint) + length), head.ListKey.Span).TryGet(out var table, out failure)
            || !ListedDocuments.Of([table]).TryGet(out var documents, out failure))
        {
            return failure;
        }

        return table.CheckRows() is { } damage ? damage : new DocumentRegister(head, table, documents);
    }

    /// <summary>The register that a run makes of this one, as bytes.</summary>
    /// <exception cref="InvalidDataException">The run is for another register.</exception>
    public byte[] Apply(DocumentRegisterRun run)
    {
        if (!Head.HasSameKey(run.Head) || run.Table.Follows != Version || !ListedDocuments.Of([Table, run.Table]).TryGet(out var both, out _))
            throw new InvalidDataException($"The run follows version {run.Table.Follows} of another register than this one of version {Version}.");
        if (Count + run.ChangeCount > 2L * DocumentRegisterRun.RegisterRowsMax)
            throw new InvalidDataException($"{Count} documents and {run.ChangeCount} changes are more than are put together here.");
        var writer = new DocumentTableWriter(Head.ListKey.Span, run.Table.Version);
        if (both.CopyTo(writer) is { } damage)
            throw new InvalidDataException(damage.ToString());
        return Write(run.Head, writer);
    }

    /// <summary>
    /// Looks up a document. Misreadings are looked for only where no check digit vouches for the number: of the fifteen spellings that are
    /// tried beside it some belong to strangers' documents, and among millions of listed ones such hits would outnumber the true ones.
    /// </summary>
    /// <param name="issuer">As in the document; empty when nobody knows it, which leaves most of the list uncompared.</param>
    /// <param name="documentClass">Unstated for a person typed in: then every kind is tried.</param>
    /// <param name="number">An empty one cannot be compared.</param>
    /// <param name="isProven">A check digit vouches for it.</param>
    /// <param name="today">The day of inspection.</param>
    /// <param name="isClockDoubtful">True keeps lists past their expiry (guardrail 6), and what was withdrawn, marked.</param>
    /// <param name="suppressed">What was withdrawn urgently (<see cref="ReportedDocument.SuppressionIdOf"/>); null for nothing.</param>
    public DocumentCheck Search(
        string issuer, DocumentClass documentClass, DocumentNumber number, bool isProven, DateOnly today, bool isClockDoubtful, IReadOnlySet<string>? suppressed = null)
    {
        var problem = isClockDoubtful ? "" : LapseOn(today);
        if (number.IsEmpty && Count > 0)
            return DocumentCheck.NotMade(Joined("its number is not known", problem));
        if (Count == 0)
            return problem.Length == 0 ? DocumentCheck.Nothing : DocumentCheck.NotMade(problem);
        // Made with the first hit: a search that finds nothing allocates nothing.
        Dictionary<ushort, ReportedDocument>? hits = null;
        if (issuer.AsSpan().Trim("< ").IsEmpty)
            problem = Joined("nobody said who issued the document, so that its number was not compared with all that are listed", problem);
        ReadOnlySpan<DocumentClass> one = [documentClass];
        foreach (var tried in documentClass == DocumentClass.Unstated ? AnyClass : one)
        {
            var search = _documents.Search(issuer, tried, number, withVariants: !isProven);
            if (search.Failure is { } failure)
                problem = Joined(failure.ToString(), problem);
            foreach (var hit in search.Hits)
            {
                var mention = DocumentMention.FromPayload(hit.Payload);
                var lists = Head.Find(mention.ListNumber);
                if (lists.IsEmpty)
                    problem = Joined($"a row names list {mention.ListNumber}, which is not there", problem);
                foreach (var list in lists)
                {
                    var isSuppressed = suppressed?.Contains(ReportedDocument.SuppressionIdOf(hit.Key, list.Number)) == true;
                    if (isClockDoubtful || (today < list.ExpiresOn && !isSuppressed))
                        Keep(hits ??= [], new ReportedDocument(list, mention.ReportedOn, hit.Changes, hit.IsIssuerStated, hit.IsClassStated, list.ExpiresOn <= today) { IsDoubtfullySuppressed = isSuppressed });
                }
            }
        }

        if (hits is null)
            return problem.Length == 0 ? DocumentCheck.Nothing : DocumentCheck.NotMade(problem);
        return new DocumentCheck([.. hits.Values.OrderBy(static hit => hit.Changes).ThenBy(static hit => hit.List.Number)], problem);
    }

    /// <summary>
    /// Which lists have ended, in words: their numbers match no longer, and whoever looks must know it. Empty when none has. Says nothing of
    /// discreet lists, of which the counter must not learn (guardrail 8).
    /// </summary>
    public string LapseOn(DateOnly today)
    {
        string? lapsed = null;
        foreach (var list in Head.Lists)
        {
            if (list.ExpiresOn > today || list.Action == RequestedAction.Discreet)
                continue;
            var words = string.Create(CultureInfo.InvariantCulture, $"the list '{list.Name}' ended on {list.ExpiresOn:yyyy-MM-dd}, so that its numbers are not compared");
            lapsed = lapsed is null ? words : $"{lapsed}; {words}";
        }

        return lapsed ?? "";
    }

    /// <summary>True when a list names what such an identifier is of.</summary>
    /// <param name="suppressionId">As <see cref="ReportedDocument.SuppressionIdOf"/> makes it.</param>
    public bool Names(string suppressionId) =>
        ReportedDocument.ParseSuppressionId(suppressionId) is var (key, number)
        && Table.Find(key) is { Standing: DocumentStanding.Listed, Payload: var payload }
        && Head.Find(DocumentMention.FromPayload(payload).ListNumber).Any(list => list.Number == number);

    private static string Joined(string problem, string other) => other.Length == 0 || other == problem ? problem : $"{problem}; {other}";

    private static byte[] WriteOnce(DocumentRegisterHead head, DocumentTableWriter rows, out long written)
    {
        var encoded = head.Encode();
        // Large enough from the beginning: a buffer that grows is there twice meanwhile.
        using var output = new MemoryStream(checked((int)(encoded.Length + rows.LengthMax)));
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)encoded.Length);
        output.Write(length);
        output.Write(encoded);
        written = rows.Finish(output);
        return output.ToArray();
    }

    /// <summary>Of several rows of one list the one that agrees best.</summary>
    private static void Keep(Dictionary<ushort, ReportedDocument> hits, ReportedDocument hit)
    {
        if (!hits.TryGetValue(hit.List.Number, out var known) || (known.IsDoubtfullySuppressed && !hit.IsDoubtfullySuppressed) || hit.Changes < known.Changes || (hit.Changes == known.Changes && hit.IsIssuerStated && !known.IsIssuerStated))
            hits[hit.List.Number] = hit;
    }

    private static DocumentTableFailure Refused(string reason) => new(DocumentTableStage.Header, reason);
}
