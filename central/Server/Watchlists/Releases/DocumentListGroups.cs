using System.Collections.Immutable;
using EdgeCheckpoint.Watchlists;

namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>
/// Makes one row of those of several lists that name one document: no list may hide another, since one may ask for more, last longer, or show at
/// the counter where the other is discreet. Groups keep the numbers they had, so that a delta need not repeat their rows.
/// </summary>
internal sealed class DocumentListGroups(ImmutableArray<DocumentListTerms> lists, DocumentRegisterHead? former)
{
    private readonly Dictionary<ushort, DocumentListTerms> _lists = lists.ToDictionary(static list => list.Number);
    private readonly HashSet<ushort> _taken = [.. lists.Select(static list => list.Number), .. former?.Groups.Select(static group => group.Number) ?? []];
    private readonly SortedDictionary<ushort, DocumentListGroup> _used = [];
    private readonly Dictionary<string, DocumentListGroup> _known = (former?.Groups ?? []).ToDictionary(static group => NameOf(group.Lists), StringComparer.Ordinal);

    /// <summary>Those that rows name, by rising number.</summary>
    public ImmutableArray<DocumentListGroup> Used => [.. _used.Values];

    /// <summary>One payload: every list that names the document, discreet when all are, since the first day on which it was reported.</summary>
    /// <exception cref="CentralFault">There are no numbers left.</exception>
    public uint Merge(ReadOnlySpan<uint> payloads)
    {
        var named = new SortedSet<ushort>();
        DateOnly? reportedOn = null;
        foreach (var payload in payloads)
        {
            var mention = DocumentMention.FromPayload(payload);
            named.Add(mention.ListNumber);
            if (mention.ReportedOn is { } day && (reportedOn is null || day < reportedOn))
                reportedOn = day;
        }

        return new DocumentMention(
            named.Count == 1 ? named.Min : NumberOf([.. named]), named.All(list => _lists[list].Action == RequestedAction.Discreet), reportedOn).ToPayload();
    }

    private ushort NumberOf(ImmutableArray<ushort> named)
    {
        var name = NameOf(named);
        if (!_known.TryGetValue(name, out var group))
        {
            // From the top, where lists, which begin at the bottom, do not come.
            var number = DocumentListTerms.NumberMax;
            while (number >= 0 && !_taken.Add((ushort)number))
                number--;
            if (number < 0)
                throw new CentralFault($"There are more than {DocumentListTerms.NumberMax} lists of documents and groups of them.");
            _known.Add(name, group = new DocumentListGroup((ushort)number, named));
        }

        _used.TryAdd(group.Number, group);
        return group.Number;
    }

    private static string NameOf(ImmutableArray<ushort> lists) => string.Join(',', lists);
}
