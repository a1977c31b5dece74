using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using EdgeCheckpoint.Central.Keys;
using EdgeCheckpoint.Central.Storage;
using EdgeCheckpoint.Releases;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>The documents of a release that is being made.</summary>
/// <param name="Content">The whole register, before it is sealed; empty when no list is left.</param>
/// <param name="Register">The same, opened; null when no list is left.</param>
/// <param name="Deltas">From the releases before.</param>
/// <param name="Lists">Whose they are, and how many of each were taken.</param>
/// <param name="Lapsed">Lists that have ended, so that their documents are not in it.</param>
/// <param name="Gone">Names of lists that the release before had, and somebody has taken out of use.</param>
internal sealed record CompiledDocuments(
    byte[] Content, DocumentRegister? Register, IReadOnlyList<ListDelta> Deltas, IReadOnlyList<CompiledDocumentList> Lists, IReadOnlyList<DocumentListTerms> Lapsed, IReadOnlyList<string> Gone)
{
    /// <summary>A line for each list, for those who approve the release.</summary>
    public IReadOnlyList<string> Lines =>
    [
        .. Lists.Select(static list => string.Create(
            CultureInfo.InvariantCulture,
            $"{list.Terms.Name}: {list.Count} until {list.Terms.ExpiresOn:yyyy-MM-dd}{(list.WithdrawnCount > 0 ? $", {list.WithdrawnCount} withdrawn" : "")}")),
        .. Lapsed.Select(static list => string.Create(CultureInfo.InvariantCulture, $"{list.Name}: none, it ended on {list.ExpiresOn:yyyy-MM-dd}")),
        .. Gone.Select(static name => $"{name}: none, it was taken out of use"),
    ];
}

/// <summary>A list of documents in a release.</summary>
/// <param name="Count">Rows taken.</param>
/// <param name="WithdrawnCount">Rows left out, since they were withdrawn by hand.</param>
internal sealed record CompiledDocumentList(DocumentListTerms Terms, long Count, long WithdrawnCount);

/// <summary>
/// Compiles the lists of stolen, lost and invalidated documents into the register of a release. Rows pass by one after another; memory holds
/// the finished register, which has some twelve bytes a document, and one of an older release at a time.
/// </summary>
internal sealed class DocumentCompilation(ICentralStore store, ReleaseContents contents, DataFolder folder, ILogger<DocumentCompilation> logger)
{
    /// <summary>A delta of more than this share of the whole is not worth making.</summary>
    private const double ShareMax = 0.5;

    /// <summary>An older release with documents, found readable.</summary>
    private sealed record Former(long Version, DocumentRegister Register);

    /// <summary>
    /// 1. Key and list numbers go on from the newest release with documents: otherwise no delta could be made. 2. Adds every row of the lists in force.
    /// 3. Opens what was compiled, as an appliance will. 4. Makes the deltas.
    /// </summary>
    /// <returns>Null when there is no list of documents, and the release before had none.</returns>
    /// <exception cref="CentralFault">A list was replaced meanwhile, or there are too many.</exception>
    public async Task<CompiledDocuments?> CompileAsync(long version, DateOnly today, CancellationToken cancellationToken)
    {
        var inForce = await DocumentsInForce.ReadAsync(store, today, cancellationToken);

        // 1
        var releases = await store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, ListDeltas.ReleasesMax, cancellationToken);
        var newest = await FindNewestAsync(releases, cancellationToken);

        // A list that is gone was in the newest release with documents; one of before is no news.
        var before = releases.Count > 0 && newest?.Version == releases.Max(static release => release.Version) ? newest.Register.Head.Lists : [];
        string[] gone = [.. before.Select(static list => list.Name).Where(name => inForce.All.All(list => list.Name != name))];
        if (inForce.All.Count == 0)
            return gone.Length == 0 ? null : new CompiledDocuments([], null, [], [], [], gone);
        var terms = Number(inForce.All, newest?.Register.Head);
        var head = new DocumentRegisterHead(
            newest is null ? RandomNumberGenerator.GetBytes(SipHash.KeyLength) : newest.Register.Head.ListKey.Span, terms);

        // 2
        var (content, taken) = await WriteAsync(head, newest?.Register.Head, version, inForce, cancellationToken);

        // 3
        if (!DocumentRegister.Open(new MemorySectionSource(content)).TryGet(out var register, out var failure))
            throw new CentralFault($"The compiled documents do not open ({failure}); nothing was published.");

        // 4
        var deltas = new List<ListDelta>();
        foreach (var release in releases)
        {
            var former = newest?.Version == release.Version ? newest : await OpenAsync(release, cancellationToken);
            if (former is not null && former.Register.Head.HasSameKey(head) && Between(former.Register, register) is { } delta && delta.Length <= content.Length * ShareMax)
                deltas.Add(new ListDelta(ReleaseMetadata.DocumentsDeltaSegment((ulong)release.Version), delta));
        }

        return new CompiledDocuments(content, register, deltas, taken, [.. terms.Where(list => list.ExpiresOn <= today)], gone);
    }

    private async Task<(byte[] Content, List<CompiledDocumentList> Taken)> WriteAsync(
        DocumentRegisterHead head, DocumentRegisterHead? former, long version, DocumentsInForce inForce, CancellationToken cancellationToken)
    {
        // Another run may have been killed; only one compiles at a time.
        foreach (var left in Directory.GetFiles(folder.StagedFolder, "documents-*.rows"))
            File.Delete(left);

        // Twelve bytes a row, hashes under a key that is not with them; gone when it is closed, or when the program ends.
        await using var rows = new FileStream(
            Path.Combine(folder.StagedFolder, $"documents-{Guid.NewGuid():N}.rows"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 65_536, FileOptions.DeleteOnClose);
        var groups = new DocumentListGroups(head.Lists, former);
        var writer = new DocumentTableWriter(head.ListKey.Span, (ulong)version, temporary: rows, merge: groups.Merge);
        var taken = new List<CompiledDocumentList>();
        foreach (var list in inForce.Lists)
        {
            var terms = head.Lists.Single(known => known.Name == list.Name);
            long count = 0;
            await foreach (var document in inForce.ReadAsync(list.Name, cancellationToken))
            {
                Add(writer, head, terms, document);
                count++;
            }

            taken.Add(new CompiledDocumentList(terms, count, list.RowCount - count));
        }

        return (DocumentRegister.Write(head, writer, () => new DocumentRegisterHead(head.ListKey.Span, head.Lists, groups.Used)), taken);
    }

    private static void Add(DocumentTableWriter writer, DocumentRegisterHead head, DocumentListTerms list, StolenDocument document)
    {
        var mention = new DocumentMention(
            list.Number, list.Action == RequestedAction.Discreet,
            DateOnly.TryParseExact(document.ReportedOn, "yyyy-MM-dd", out var day) ? day : null);
        writer.Add(DocumentRows.KeyOf(head.ListKey.Span, document), mention.ToPayload());
    }

    /// <summary>Lists keep the numbers they had; a new one takes the lowest that is free.</summary>
    private static ImmutableArray<DocumentListTerms> Number(IReadOnlyList<DocumentList> lists, DocumentRegisterHead? former)
    {
        var known = former?.Lists.ToDictionary(static list => list.Name, static list => list.Number, StringComparer.Ordinal) ?? [];
        var taken = known.Where(pair => lists.Any(list => list.Name == pair.Key)).Select(static pair => (int)pair.Value)
            .Concat(former?.Groups.Select(static group => (int)group.Number) ?? []).ToHashSet();
        var next = 0;
        var terms = new List<DocumentListTerms>();
        foreach (var list in lists.OrderBy(static list => list.Name, StringComparer.Ordinal))
        {
            if (!known.TryGetValue(list.Name, out var number))
            {
                while (!taken.Add(next))
                    next++;
                if (next > DocumentListTerms.NumberMax)
                    throw new CentralFault($"There are more than {DocumentListTerms.NumberMax} lists of documents.");
                number = (ushort)next;
            }

            terms.Add(new DocumentListTerms
            {
                Number = number,
                Name = list.Name,
                Owner = list.Owner,
                LegalBasis = list.LegalBasis,
                Purpose = list.Purpose,
                Action = list.Action,
                Contact = list.Contact,
                ExpiresOn = list.ExpiresOn,
            });
        }

        return [.. terms.OrderBy(static list => list.Number)];
    }

    private static byte[]? Between(DocumentRegister former, DocumentRegister register)
    {
        try
        {
            return DocumentRegisterRun.Between(former, register, DeltaFrame.Pack);
        }
        catch (ArgumentException)
        {
            // More than an appliance would read: it takes the whole.
            return null;
        }
    }

    /// <summary>The documents of the newest release that has any; null for none that can be read.</summary>
    public async Task<DocumentRegister?> OpenNewestAsync(CancellationToken cancellationToken) =>
        (await FindNewestAsync(await store.Releases.ReadNewestAsync(ReleaseKind.Watchlist, ListDeltas.ReleasesMax, cancellationToken), cancellationToken))?.Register;

    private async Task<Former?> FindNewestAsync(IReadOnlyList<Release> releases, CancellationToken cancellationToken)
    {
        foreach (var release in releases)
        {
            if (await OpenAsync(release, cancellationToken) is { } former)
                return former;
        }

        return null;
    }

    /// <summary>Null for a release without documents. One that cannot be opened costs its appliances the whole register, and nobody else anything.</summary>
    private async Task<Former?> OpenAsync(Release release, CancellationToken cancellationToken)
    {
        if (!ReleaseMetadata.Parse(release.Metadata).TryGet(out var metadata, out _) || metadata.Find(ReleaseMetadata.DocumentsSegment) is null)
            return null;
        var content = await contents.OpenAsync(release, metadata, ReleaseMetadata.DocumentsSegment, cancellationToken);
        if (!content.TryGet(out var bytes, out var reason))
        {
            Log.NoDeltaFrom(logger, release.Version, reason);
            return null;
        }

        if (DocumentRegister.Open(new MemorySectionSource(bytes)).TryGet(out var register, out var damage))
            return new Former(release.Version, register);
        Log.NoDeltaFrom(logger, release.Version, damage.ToString());
        return null;
    }
}
